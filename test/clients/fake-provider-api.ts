// A loopback server that speaks the part of OpenAI's two protocols and of Google's that genuine clients need to finish
// turns. What each answer says it used is scripted, and every answered request is on record: the bill that purser's
// figures are held against. Anthropic's protocol is in fake-messages-api.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { halves, readBody, sceneOf, sendJson, type Block, type Message } from './fake-messages-api.ts'

/** Disjoint counts: `input` is what was not cached, `output` is without reasoning. Each protocol adds them up its own way. */
export interface ProviderUsage { readonly input: number; readonly cacheRead: number; readonly output: number; readonly reasoning: number }
export interface ProviderAnswer { readonly blocks: readonly Block[]; readonly usage: ProviderUsage }
export interface ProviderCall {
  readonly play: string
  readonly model: string
  readonly usage: ProviderUsage
  /** False for the client's own errands (titles, routing), which carry no tools. */
  readonly main: boolean
}
export interface FakeProviderApi {
  readonly url: string
  /** Scripts the answers to a prompt that holds the returned marker; past the last answer it says "done". */
  play(name: string, answers: readonly ProviderAnswer[]): string
  calls(): readonly ProviderCall[]
  /** Requests to anything but these protocols: a client that speaks to somebody else. */
  strangers(): readonly string[]
  close(): Promise<void>
}

const DONE: ProviderAnswer = { blocks: [{ text: 'done' }], usage: { input: 10, cacheRead: 0, output: 3, reasoning: 0 } }
// Gemini CLI's router asks for one of two models as JSON; a title takes any text.
const ERRAND: ProviderAnswer = { blocks: [{ text: JSON.stringify({ reasoning: 'simple', model_choice: 'flash', complexity_reasoning: 'simple', complexity_score: 10 }) }], usage: { input: 40, cacheRead: 0, output: 5, reasoning: 0 } }
// A client that asks again and again for the end of its turn would run for ever.
const CALLS_MAX = 60

interface Asked { readonly turns: readonly Message[]; readonly model: string; readonly tools: number; readonly stream: boolean }
interface Item { readonly role?: string; readonly type?: string; readonly content?: string | readonly { readonly text?: string }[] | null; readonly parts?: readonly { readonly text?: string }[] }
interface Body { readonly model?: string; readonly stream?: boolean; readonly tools?: readonly unknown[]; readonly input?: readonly Item[]; readonly messages?: readonly Item[]; readonly contents?: readonly Item[] }
interface Reply extends ProviderAnswer { readonly id: string; readonly model: string; readonly stream: boolean }

export async function startFakeProviderApi(): Promise<FakeProviderApi> {
  const plays = new Map<string, readonly ProviderAnswer[]>(), calls: ProviderCall[] = [], strangers: string[] = []

  const answer = ({ turns, model, tools, stream }: Asked): Reply => {
    const main = tools > 0
    const { name, step } = main ? sceneOf(turns, plays) : { name: '', step: 0 }
    const { blocks, usage } = main ? plays.get(name)?.[step] ?? DONE : ERRAND
    calls.push({ play: name, model, usage, main })
    if (calls.length > CALLS_MAX) throw new Error('a client that does not end its turn')
    return { blocks, usage, model, stream, id: `${name}${calls.length}x${'0'.repeat(12)}` }
  }

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const google = /^\/v1(?:beta|alpha)?\/models\/([^:/]+):(\w+)$/.exec(path)
    const handle = async (): Promise<void> => {
      const text = await readBody(request)
      const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Body
      if (path === '/v1/responses') { respond(response, answer(asked(body, body.input ?? []))); return }
      if (path === '/v1/chat/completions') { chat(response, answer(asked(body, body.messages ?? []))); return }
      if (google?.[2] === 'countTokens') { sendJson(response, { totalTokens: 100 }); return }
      if (google) { generate(response, answer({ ...asked(body, body.contents ?? []), model: google[1] ?? '', stream: google[2] === 'streamGenerateContent' })); return }
      if (path === '/v1/models') { sendJson(response, { object: 'list', data: [], models: [] }); return }
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
    calls: () => calls,
    strangers: () => strangers,
    close: () => new Promise(resolve => { server.closeAllConnections(); server.close(() => resolve()) }),
  }
}

/** The conversation as turns: what one answer said in several items (reasoning, a call) is one turn of the assistant. */
function asked(body: Body, items: readonly Item[]): Asked {
  const turns = items.map((item): Message => ({ role: roleOf(item), content: textOf(item) }))
  return { turns: turns.filter((turn, at) => turn.role !== 'assistant' || turns[at - 1]?.role !== 'assistant'), model: body.model ?? '', tools: body.tools?.length ?? 0, stream: body.stream === true }
}

function roleOf({ role, type = '' }: Item): string {
  if (role === 'model' || role === 'assistant' || /^(reasoning|function_call|custom_tool_call|local_shell_call)$/.test(type)) return 'assistant'
  return type.endsWith('_output') ? 'tool' : role ?? 'user'
}

function textOf({ content, parts }: Item): string {
  if (typeof content === 'string') return content
  return (content ?? parts ?? []).map(part => part.text ?? '').join('\n')
}

const textIn = (blocks: readonly Block[]): string => blocks.map(block => ('text' in block ? block.text : '')).join('')

/** OpenAI's Responses: the input contains what was cached, the output the reasoning. */
function respond(response: ServerResponse, { id, model, blocks, usage, stream }: Reply): void {
  const output = usage.output + usage.reasoning, input = usage.input + usage.cacheRead
  const counts = { input_tokens: input, input_tokens_details: { cached_tokens: usage.cacheRead }, output_tokens: output, output_tokens_details: { reasoning_tokens: usage.reasoning }, total_tokens: input + output }
  const items = blocks.map((block, at) => ('text' in block
    ? { type: 'message', id: `msg_${id}${at}`, role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: block.text, annotations: [] }] }
    : { type: 'function_call', id: `fc_${id}${at}`, call_id: `call_${id}${at}`, name: block.tool, arguments: JSON.stringify(block.input), status: 'completed' }))
  const whole = { id: `resp_${id}`, object: 'response', created_at: 0, status: 'completed', model, output: items, parallel_tool_calls: true, tools: [], error: null, incomplete_details: null, usage: counts }
  if (!stream) { sendJson(response, whole); return }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  let serial = 0
  const send = (type: string, data: object): void => { response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: serial++, ...data })}\n\n`) }
  send('response.created', { response: { ...whole, status: 'in_progress', output: [], usage: null } })
  for (const [at, item] of items.entries()) {
    send('response.output_item.added', { output_index: at, item: item.type === 'message' ? { ...item, status: 'in_progress', content: [] } : { ...item, arguments: '' } })
    if (item.type === 'message') {
      const text = item.content?.[0]?.text ?? ''
      send('response.content_part.added', { item_id: item.id, output_index: at, content_index: 0, part: { type: 'output_text', text: '', annotations: [] } })
      for (const delta of halves(text)) send('response.output_text.delta', { item_id: item.id, output_index: at, content_index: 0, delta })
      send('response.output_text.done', { item_id: item.id, output_index: at, content_index: 0, text })
      send('response.content_part.done', { item_id: item.id, output_index: at, content_index: 0, part: item.content?.[0] })
    } else {
      send('response.function_call_arguments.delta', { item_id: item.id, output_index: at, delta: item.arguments })
      send('response.function_call_arguments.done', { item_id: item.id, output_index: at, arguments: item.arguments })
    }
    send('response.output_item.done', { output_index: at, item })
  }
  send('response.completed', { response: whole })
  response.end()
}

/** Chat completions: the same sums under other names; the usage comes in a chunk of its own. */
function chat(response: ServerResponse, { id, model, blocks, usage, stream }: Reply): void {
  const output = usage.output + usage.reasoning, input = usage.input + usage.cacheRead
  const counts = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output, prompt_tokens_details: { cached_tokens: usage.cacheRead }, completion_tokens_details: { reasoning_tokens: usage.reasoning } }
  const head = { id: `chatcmpl-${id}`, created: 0, model }, text = textIn(blocks)
  const calls = blocks.flatMap((block, at) => ('tool' in block ? [{ index: at, id: `call_${id}${at}`, type: 'function', function: { name: block.tool, arguments: JSON.stringify(block.input) } }] : []))
    .map((call, index) => ({ ...call, index }))
  const reason = calls.length > 0 ? 'tool_calls' : 'stop'
  if (!stream) {
    sendJson(response, { ...head, object: 'chat.completion', choices: [{ index: 0, finish_reason: reason, message: { role: 'assistant', content: text, ...(calls.length > 0 ? { tool_calls: calls } : {}) } }], usage: counts })
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (data: object): void => { response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...data })}\n\n`) }
  send({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] })
  for (const content of text === '' ? [] : halves(text)) send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })
  for (const call of calls) send({ choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] })
  send({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })
  send({ choices: [], usage: counts })
  response.end('data: [DONE]\n\n')
}

/** Google's: thoughts lie beside the candidates, the cache inside the prompt. Each chunk repeats the whole usage. */
function generate(response: ServerResponse, { id, model, blocks, usage, stream }: Reply): void {
  const prompt = usage.input + usage.cacheRead
  const usageMetadata = { promptTokenCount: prompt, cachedContentTokenCount: usage.cacheRead, candidatesTokenCount: usage.output, thoughtsTokenCount: usage.reasoning, totalTokenCount: prompt + usage.output + usage.reasoning }
  const parts = blocks.map((block, at) => ('text' in block ? { text: block.text } : { functionCall: { id: `fc_${id}${at}`, name: block.tool, args: block.input } }))
  const whole = { usageMetadata, modelVersion: model, responseId: id }
  const end = { ...whole, candidates: [{ index: 0, content: { role: 'model', parts: stream ? [{ text: '' }] : parts }, finishReason: 'STOP' }] }
  if (!stream) { sendJson(response, end); return }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const part of parts) response.write(`data: ${JSON.stringify({ ...whole, candidates: [{ index: 0, content: { role: 'model', parts: [part] } }] })}\r\n\r\n`)
  response.end(`data: ${JSON.stringify(end)}\r\n\r\n`)
}
