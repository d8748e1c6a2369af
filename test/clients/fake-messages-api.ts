// A loopback server that speaks the part of the Anthropic Messages API a genuine client needs to finish turns: streaming
// answers whose text, tool calls and usage a test writes down beforehand, and a record of what was asked. The usage is
// ours, so every total the client and purser show can be known in advance.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Usage {
  readonly input: number
  readonly output: number
  readonly cacheRead?: number
  readonly cacheWrite5m?: number
  readonly cacheWrite1h?: number
  readonly webSearches?: number
}
export type Block = { readonly text: string } | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
export interface Answer {
  readonly blocks: readonly Block[]
  readonly usage: Usage
  /** Stop after the first block has begun, until `release` is called or the client goes away. */
  readonly hold?: boolean
}
export interface Call {
  readonly play: string
  readonly step: number
  readonly model: string
  readonly messageId: string
  readonly usage: Usage
  /** False for the client's own errands (titles and the like), which carry no tools. */
  readonly main: boolean
  /** What the client signed in with; made up, like everything here. */
  readonly token: string
  /** Texts of the person so far. */
  readonly prompts: number
}
export interface FakeApi {
  readonly url: string
  /** Scripts the answers to a prompt that holds the returned marker; past the last answer it says "done". */
  play(name: string, answers: readonly Answer[]): string
  /** Every answered message request of a play, in order; errands are under ''. */
  calls(name?: string): readonly Call[]
  /** Resolves when the nth call (from 1) of a play has begun to be answered. */
  called(name: string, count: number): Promise<void>
  release(): void
  /** Whoever signs in with this token is refused as one whose five hours are spent until `resetsAt`; null: not any more. */
  spend(token: string, resetsAt: number | null): void
  /** Requests to anything but messages, models and token counts: a client that speaks to somebody else. */
  strangers(): readonly string[]
  close(): Promise<void>
}

const ERRAND: Answer = { blocks: [{ text: 'Errand' }], usage: { input: 40, output: 5 } }
const DONE: Answer = { blocks: [{ text: 'done' }], usage: { input: 10, output: 3 } }
const BODY_BYTES_MAX = 32 * 1024 * 1024

interface Body { readonly model: string; readonly stream?: boolean; readonly tools?: readonly unknown[]; readonly messages?: readonly Message[] }
export interface Message { readonly role: string; readonly content: string | readonly { readonly type: string; readonly text?: string }[] }

export async function startFakeMessagesApi(): Promise<FakeApi> {
  const plays = new Map<string, readonly Answer[]>()
  const calls: Call[] = [], strangers: string[] = []
  let waiting: { readonly name: string; readonly count: number; readonly resolve: () => void }[] = []
  let held: (() => void)[] = []
  let serial = 0
  const spent = new Map<string, number>()

  const note = (call: Call): void => {
    calls.push(call)
    const count = calls.filter(known => known.play === call.play).length
    const due = waiting.filter(wait => wait.name === call.play && wait.count <= count)
    waiting = waiting.filter(wait => !due.includes(wait))
    for (const wait of due) wait.resolve()
  }

  const messages = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '')
    const resetsAt = spent.get(token)
    if (resetsAt !== undefined) {
      await readBody(request)
      refuse(response, resetsAt)
      return
    }
    const body = JSON.parse(await readBody(request)) as Body
    const main = (body.tools?.length ?? 0) > 0
    const { name, step } = main ? sceneOf(body.messages ?? [], plays) : { name: '', step: 0 }
    const answer = main ? plays.get(name)?.[step] ?? DONE : ERRAND
    const messageId = `msg_01${String(++serial).padStart(22, '0')}`
    const call = { play: name, step, model: body.model, messageId, usage: answer.usage, main, token, prompts: (body.messages ?? []).filter(message => message.role === 'user' && typedText(message) !== '').length }
    const opening = { id: messageId, type: 'message', role: 'assistant', model: body.model, content: [], stop_reason: null, stop_sequence: null, usage: wireUsage(answer.usage, 1) }
    response.setHeader('request-id', `req_01${String(serial).padStart(22, '0')}`)
    if (body.stream !== true) {
      note(call)
      sendJson(response, { ...opening, content: answer.blocks.map((block, index) => wireBlock(block, `${messageId}${index}`)), stop_reason: stopReason(answer), usage: wireUsage(answer.usage, answer.usage.output) })
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    send(response, 'message_start', { message: opening })
    const held_ = answer.hold === true ? new Promise<void>(resolve => { held.push(resolve); response.once('close', resolve) }) : undefined
    await stream(response, answer, messageId, async () => { note(call); await held_ })
  }

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const handle = async (): Promise<void> => {
      if (request.method === 'POST' && path === '/v1/messages') { await messages(request, response); return }
      await readBody(request)
      if (path === '/v1/messages/count_tokens') { sendJson(response, { input_tokens: 100 }); return }
      if (path === '/v1/models') { sendJson(response, { data: [], has_more: false, first_id: null, last_id: null }); return }
      if (path === '/' || path === '/api/hello') { sendJson(response, {}); return }
      strangers.push(`${request.method} ${path}`)
      response.writeHead(404).end()
    }
    handle().catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    play(name, answers) {
      plays.set(name, answers)
      return `[play:${name}]`
    },
    calls: name => calls.filter(call => name === undefined || call.play === name),
    called: (name, count) => new Promise(resolve => {
      if (calls.filter(call => call.play === name).length >= count) resolve()
      else waiting.push({ name, count, resolve })
    }),
    release() {
      for (const resolve of held) resolve()
      held = []
    },
    spend(token, resetsAt) {
      if (resetsAt === null) spent.delete(token)
      else spent.set(token, resetsAt)
    },
    strangers: () => strangers,
    close: () => new Promise(resolve => { server.closeAllConnections(); server.close(() => resolve()) }),
  }
}

/** A vendor's answer to a subscription whose five hours are spent: 429 with its unified headers. */
function refuse(response: ServerResponse, resetsAt: number): void {
  const unified = { status: 'rejected', reset: resetsAt, 'representative-claim': 'five_hour', fallback: 'unavailable', '5h-status': 'rejected', '5h-reset': resetsAt, '5h-utilization': 1, '7d-status': 'allowed', '7d-reset': resetsAt + 300_000, '7d-utilization': 0.42, 'overage-status': 'rejected', 'overage-disabled-reason': 'org_level_disabled' }
  for (const [name, value] of Object.entries(unified)) response.setHeader(`anthropic-ratelimit-unified-${name}`, String(value))
  response.writeHead(429, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: "This request would exceed your account's rate limit. Please try again later." } }))
}

const typedText = ({ content }: Message): string => (typeof content === 'string' ? content : content.map(part => part.text ?? '').join(''))

/** The last user text that names a play, and how many assistant turns came after it. */
export function sceneOf(messages: readonly Message[], plays: ReadonlyMap<string, unknown>): { name: string; step: number } {
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at]
    if (message?.role !== 'user') continue
    const text = typeof message.content === 'string' ? message.content : message.content.map(part => part.text ?? '').join('\n')
    const name = [...text.matchAll(/\[play:([\w-]+)\]/g)].at(-1)?.[1]
    if (name !== undefined && plays.has(name)) return { name, step: messages.slice(at + 1).filter(later => later.role === 'assistant').length }
  }
  return { name: '', step: 0 }
}

async function stream(response: ServerResponse, { blocks, usage }: Answer, messageId: string, begun: () => Promise<void>): Promise<void> {
  for (const [index, block] of blocks.entries()) {
    const whole = wireBlock(block, `${messageId}${index}`)
    const text = 'text' in block
    send(response, 'content_block_start', { index, content_block: text ? { ...whole, text: '' } : { ...whole, input: {} } })
    const deltas = text ? halves(block.text).map(part => ({ type: 'text_delta', text: part })) : halves(JSON.stringify(block.input)).map(part => ({ type: 'input_json_delta', partial_json: part }))
    for (const [part, delta] of deltas.entries()) {
      send(response, 'content_block_delta', { index, delta })
      if (index === 0 && part === 0) await begun()
      if (response.destroyed) return
    }
    send(response, 'content_block_stop', { index })
  }
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, server_tool_use } = wireUsage(usage, usage.output)
  send(response, 'message_delta', {
    delta: { stop_reason: stopReason({ blocks, usage }), stop_sequence: null },
    usage: { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens: usage.output, ...(server_tool_use ? { server_tool_use } : {}) },
  })
  send(response, 'message_stop', {})
  response.end()
}

const stopReason = ({ blocks }: Answer): string => (blocks.some(block => 'tool' in block) ? 'tool_use' : 'end_turn')
export const halves = (text: string): string[] => [text.slice(0, Math.ceil(text.length / 2)), text.slice(Math.ceil(text.length / 2))]
const wireBlock = (block: Block, id: string): Record<string, unknown> =>
  'text' in block ? { type: 'text', text: block.text } : { type: 'tool_use', id: `toolu_${id.slice(4)}`, name: block.tool, input: block.input }

function wireUsage(usage: Usage, output: number) {
  const short = usage.cacheWrite5m ?? 0, long = usage.cacheWrite1h ?? 0
  return {
    input_tokens: usage.input, output_tokens: output, cache_read_input_tokens: usage.cacheRead ?? 0, cache_creation_input_tokens: short + long,
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long }, service_tier: 'standard',
    ...(usage.webSearches ? { server_tool_use: { web_search_requests: usage.webSearches, web_fetch_requests: 0 } } : {}),
  }
}

function send(response: ServerResponse, type: string, data: object): void {
  if (!response.destroyed) response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
}

export function sendJson(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(body))
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > BODY_BYTES_MAX) throw new Error('a request larger than any client sends')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
