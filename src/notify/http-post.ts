// The one way a notice leaves over HTTP: a single POST with a deadline over everything (lookup, connect, answer), no
// redirect followed, the answer read up to a bound, and no credential in any message. Knows no channel.
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AbortLike } from '../core/machine/clock.ts'
import type { SendResult } from '../core/machine/notifier.ts'
import { redact } from '../core/text/redact.ts'
import { terminalSafe } from '../core/text/terminal-safe.ts'
import { fit } from '../core/text/display-width.ts'

export interface Post {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Exact credentials of this channel, kept out of every `why` even when the server echoes them. */
  readonly secrets: readonly string[]
  /** Reads a wait or a better reason out of the answer's text, where a channel's API has one. */
  readonly explain?: (status: number, text: string) => Explanation | null
}
export interface Explanation { readonly why: string; readonly afterMs?: number }

export interface PostLimits {
  readonly deadlineMs: number
  /** Epoch milliseconds, for a Retry-After given as a date. */
  readonly now: () => number
}
/** Phones and chat services answer within one second; a proxy in between gives up at 10 to 15. */
export const POST_DEADLINE_MS = 15_000

// Enough for any error message; a hostile or mistaken server may send gigabytes.
const ANSWER_BYTES_MAX = 64 * 1024
const EXCERPT_COLUMNS = 160

type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string; readonly location: string; readonly text: string }
  | { readonly kind: 'fault'; readonly code: string }
  | { readonly kind: 'deadline' }
  | { readonly kind: 'aborted' }

/** Sends and judges the answer. Never rejects for what the network or the server does. */
export async function post(what: Post, limits: PostLimits, signal: AbortLike): Promise<SendResult> {
  const answer = await exchange(what, limits.deadlineMs, signal)
  switch (answer.kind) {
    case 'answer': return judge(what, answer, limits.now())
    case 'deadline': return retry(`${what.url.host} did not answer within ${limits.deadlineMs / 1_000} s`)
    case 'aborted': return retry('stopped before it was answered')
    case 'fault': return retry(faultText(what.url.host, answer.code))
  }
}

function judge(what: Post, answer: Extract<Answer, { kind: 'answer' }>, nowMs: number): SendResult {
  const { status } = answer
  if (status >= 200 && status < 300) return { result: 'sent' }
  const told = what.explain?.(status, answer.text) ?? null
  const why = `${what.url.host} answered ${status}${reason(told?.why ?? answer.text, what.secrets)}`
  if (status >= 300 && status < 400) return { result: 'failed', permanent: true, why: `${what.url.host} answered ${status}, a redirect${redirectHost(answer.location)}; none is followed, because the request carries credentials: set url to the final address` }
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { result: 'retry', afterMs: told?.afterMs ?? retryAfterMs(answer.retryAfter, nowMs), why }
  // 413 and 422 are about this one notice; every other refusal meets the next one too.
  return { result: 'failed', permanent: status !== 413 && status !== 422, why }
}

/** Retry-After in its two forms, seconds or an HTTP date; null when absent, in the past or not understood. */
export function retryAfterMs(text: string, nowMs: number): number | null {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text.trim()) * 1_000
  // Dates have a comma or a GMT in every form the standard knows; Date.parse alone would take "2" or "-5" for a year.
  const at = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isFinite(at) && at > nowMs ? at - nowMs : null
}

const retry = (why: string): SendResult => ({ result: 'retry', afterMs: null, why })

/** What the server says, without our credentials: they are taken out before the text is cut, or a half of one could stay. */
function reason(text: string, secrets: readonly string[]): string {
  const said = redact(terminalSafe(text).trim(), secrets)
  return said === '' ? '' : `: ${fit(said, EXCERPT_COLUMNS)}`
}

/** A name to show for a redirect's aim: its host, never its path or query. */
function redirectHost(location: string): string {
  try {
    return ` to ${fit(terminalSafe(new URL(location).host), 80)}`
  } catch {
    return ''
  }
}

const FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection', ECONNRESET: 'closed the connection without an answer', ENOTFOUND: 'has no address: check the name, or the network is down',
  EAI_AGAIN: 'cannot be looked up: the network is down', ENETUNREACH: 'cannot be reached: the network is down', EHOSTUNREACH: 'cannot be reached',
  ETIMEDOUT: 'did not accept the connection in time', CERT_HAS_EXPIRED: 'has an expired certificate', HPE_HEADER_OVERFLOW: 'sent more headers than any server should',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a self-signed certificate: start purser with NODE_EXTRA_CA_CERTS=/path/to/ca.pem', SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate of a private authority: start purser with NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate that cannot be verified: start purser with NODE_EXTRA_CA_CERTS=/path/to/ca.pem', ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
}
// The code alone: messages of the runtime may hold the address with its token.
const faultText = (host: string, code: string): string =>
  `${host} ${FAULTS[code] ?? (code.startsWith('HPE_') ? 'did not answer in HTTP' : `could not be used (${code})`)}`

function exchange(what: Post, deadlineMs: number, signal: AbortLike): Promise<Answer> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve({ kind: 'aborted' })
    const body = Buffer.from(what.body, 'utf8')
    const send = what.url.protocol === 'https:' ? httpsRequest : httpRequest
    // Once there is a status the server has decided: an answer that then hangs or breaks off counts with it, or a
    // notice that was accepted would be sent again.
    let answered: (() => Answer) | null = null
    const request = send(bareUrl(what.url), options(what, body.byteLength), response => {
      answered = readAnswer(response, finish)
    })
    const timer = setTimeout(() => finish(answered?.() ?? { kind: 'deadline' }), deadlineMs)
    const aborted = (): void => finish(answered?.() ?? { kind: 'aborted' })
    signal.addEventListener('abort', aborted, { once: true })
    const finish = (answer: Answer): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      request.destroy()
      resolve(answer)
    }
    // Stays attached after the end: a destroyed request may still report its reset, and an unheard error ends the process.
    request.on('error', error => finish(answered?.() ?? { kind: 'fault', code: String((error as { code?: unknown }).code ?? 'unknown') }))
    request.end(body)
  })
}

/** Userinfo of the address travels as the Basic header it stands for, unless the channel set its own. */
function options({ url: { username, password }, headers }: Post, length: number): RequestOptions {
  const basic = username === '' && password === '' ? {} : { authorization: `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`, 'utf8').toString('base64')}` }
  // No agent: a kept connection would be one more thing to time out, for a request every few minutes.
  return { method: 'POST', agent: false, headers: { 'user-agent': 'purser', ...basic, ...headers, 'content-length': String(length) } }
}

function bareUrl(url: URL): URL {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Calls `finish` at the end or after ANSWER_BYTES_MAX; returns what there is so far, for whoever cannot wait. */
function readAnswer(response: IncomingMessage, finish: (answer: Answer) => void): () => Answer {
  const parts: Buffer[] = []
  let bytes = 0
  const soFar = (): Answer => ({
    kind: 'answer', status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] ?? '', location: response.headers.location ?? '',
    text: Buffer.concat(parts).subarray(0, ANSWER_BYTES_MAX).toString('utf8'),
  })
  const done = (): void => finish(soFar())
  response.on('data', (part: Buffer) => {
    parts.push(part)
    bytes += part.byteLength
    if (bytes >= ANSWER_BYTES_MAX) done()
  })
  for (const ending of ['end', 'error', 'close'] as const) response.on(ending, done)
  return soFar
}
