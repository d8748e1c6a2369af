// The daemon's door: a unix socket in a folder only its owner may enter. One route per operation, one per hook event.
// Every stream has an error handler: a client that hangs up before the answer must not take the daemon with it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { createConnection } from 'node:net'
import { AppError, codeOf, ERROR_CODES, messageOf } from '../core/errors.ts'
import type { Handlers, OperationName } from './control-plane.ts'

/** What a client's hook sent: its own event name and payload, and the process it claims to be. */
export interface HookRequest { readonly agent: string; readonly event: string; readonly pid: number; readonly body: string }
export interface HookAnswer { readonly exitCode: number; readonly stdout: string; readonly stderr: string }

/** What a client's status line command sent: the client's payload, and of its own environment what a line depends on. */
export interface StatuslineRequest { readonly agent: string; readonly body: string; readonly variables: Readonly<Record<string, string>> }

export type Aside = (operation: OperationName, input: unknown) => Promise<Uint8Array | null>

export interface ServerOptions {
  readonly socket: string
  readonly handlers: Handlers
  /** Answers questions that would hold everybody up somewhere else, as the JSON they are sent as; null: the handler answers. */
  readonly aside?: Aside
  readonly hook: (request: HookRequest) => Promise<HookAnswer | null>
  /** Answered as text: a shell script prints it as it is. */
  readonly statusline?: (request: StatuslineRequest) => Promise<string>
  /** Told of handlers that crashed: a bug, never shown to the caller in full. */
  readonly onBug: (operation: string, error: unknown) => void
}

// Hook payloads carry whole tool inputs; more than this is not a payload.
const BODY_BYTES_MAX = 64 * 1024 * 1024
const REQUEST_TIMEOUT_MS = 30_000
const SOCKET_MODE = 0o600

/** Binds the socket. The caller holds the instance lease, so a socket nobody answers on is a dead daemon's. */
export async function serve(options: ServerOptions): Promise<{ close(): Promise<void> }> {
  await clearStaleSocket(options.socket)
  const server = createServer((request, response) => { void answer(options, request, response) })
  server.requestTimeout = REQUEST_TIMEOUT_MS
  server.on('clientError', (_error, socket) => socket.destroy())
  await listen(server, options.socket)
  return {
    close: () => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

async function listen(server: Server, path: string): Promise<void> {
  const before = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, () => resolve())
    })
  } finally {
    process.umask(before)
  }
  chmodSync(path, SOCKET_MODE)
}

async function clearStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return
  if (!found.isSocket()) throw new AppError('unavailable', `${path} exists and is not a socket; move it away`)
  if (await answers(path)) throw new AppError('already_running', 'another program answers on the socket; stop it with: purser down')
  unlinkSync(path)
}

const answers = (path: string): Promise<boolean> => new Promise(resolve => {
  const probe = createConnection({ path })
  probe.once('connect', () => { probe.destroy(); resolve(true) })
  probe.once('error', () => resolve(false))
})

async function answer(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => undefined)
  request.on('error', () => undefined)
  const path = (request.url ?? '').split('/').filter(part => part !== '')
  try {
    if (request.method !== 'POST') throw new AppError('not_found', 'only POST is served here')
    const body = await bodyOf(request, BODY_BYTES_MAX)
    if (path[0] === 'hook' && path.length === 3) return await answerHook(options, request, response, path[1] as string, path[2] as string, body)
    if (path[0] === 'statusline' && path.length === 2 && options.statusline) return send(response, 200, await options.statusline({ agent: path[1] as string, body, variables: variablesOf(request) }), 'text/plain; charset=utf-8')
    if (path[0] !== 'v1' || path.length !== 2 || !Object.hasOwn(options.handlers, path[1] as string)) throw new AppError('not_found', `there is no operation ${request.url}`)
    send(response, 200, await answered(options, path[1] as OperationName, parsed(body)))
  } catch (error) {
    sendFailure(response, error, bug => options.onBug(request.url ?? '', bug))
  }
}

export async function answered({ handlers, aside }: Pick<ServerOptions, 'handlers' | 'aside'>, operation: OperationName, input: unknown): Promise<string | Uint8Array> {
  return await aside?.(operation, input) ?? JSON.stringify(await (handlers[operation] as (given: unknown) => Promise<unknown>)(input))
}

export function sendFailure(response: ServerResponse, error: unknown, onBug: (error: unknown) => void): void {
  const code = codeOf(error)
  if (code === 'internal') onBug(error)
  const context = (error as { context?: unknown }).context ?? {}
  send(response, ERROR_CODES[code].http === 200 ? 500 : ERROR_CODES[code].http, JSON.stringify({ error: { code, message: messageOf(error), context } }))
}

async function answerHook(options: ServerOptions, request: IncomingMessage, response: ServerResponse, agent: string, event: string, body: string): Promise<void> {
  const pid = Number(request.headers['x-purser-pid'] ?? 0)
  const verdict = await options.hook({ agent, event, pid: Number.isSafeInteger(pid) && pid > 1 ? pid : 0, body })
  if (!verdict) return send(response, 204, '')
  response.setHeader('x-purser-exit', String(verdict.exitCode))
  send(response, 200, verdict.exitCode === 2 ? verdict.stderr : verdict.stdout)
}

// One header for each variable: `x-purser-var-no-color`.
const VARIABLE = /^x-purser-var-([a-z-]{1,40})$/

/** Header text is bytes to the parser; a path in it is UTF-8. */
function variablesOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => {
    const found = VARIABLE.exec(name)?.[1]
    return found === undefined || typeof value !== 'string' ? [] : [[found.toUpperCase().replaceAll('-', '_'), Buffer.from(value, 'latin1').toString('utf8')]]
  }))
}

export function send(response: ServerResponse, status: number, body: string | Uint8Array, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), connection: 'close' })
  response.end(body)
}

export function parsed(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body)
  } catch (error) {
    throw new AppError('invalid_input', 'the request body is not JSON', { cause: error })
  }
}

export async function bodyOf(request: IncomingMessage, bytesMax: number): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > bytesMax) throw new AppError('invalid_input', `the request body is larger than ${bytesMax} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
