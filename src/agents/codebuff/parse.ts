// Station 2 for Codebuff: a chat is one document, and an answer says how many credits it took. Pure and total: any text
// gives an answer. README.md beside this file says what a chat looks like and why its spend is an estimate.
import type { DocumentSource, Opening } from '../../core/sessions/log-source.ts'
import { firstText, instantOf, isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { divideHalfUp, nanoUsd, type NanoUsd } from '../../core/money.ts'
import { parseInstant, type Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { usdOfNumber } from '../../core/usage/number-usd.ts'
import { response } from '../../core/usage/response.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import type { UsageEvent } from '../../core/usage/usage-event.ts'
import { runStateOf } from './paths.ts'

// The price at which anybody can buy a credit. Plans give them for less.
const CREDITS_PER_USD = 100n

export const parseChat: DocumentSource['parse'] = (text, opening, writtenAt) => {
  const messages = parsedJson(text)
  if (!Array.isArray(messages)) return { facts: [{ kind: 'malformed', why: 'the chat is cut or is not a list' }], memory: opening.memory ?? '' }
  const cwd = textOf(objectIn(parsedJson(opening.memory))['cwd']) || cwdOf(opening)
  const events = (messages as readonly unknown[]).map((message, index) => (isObject(message) ? answerEvent(message, index, { cwd, opening, writtenAt }) : null)).filter(event => event !== null)
  return { facts: events.length === 0 ? [] : [{ kind: 'usage', events }], memory: cwd === '' ? '' : JSON.stringify({ cwd }) }
}

interface Around { readonly cwd: string; readonly opening: Opening; readonly writtenAt: Instant }

function answerEvent(message: JsonObject, index: number, { cwd, opening, writtenAt }: Around): UsageEvent | null {
  if (!['ai', 'agent', 'assistant'].includes(firstText(message['variant'], message['role']))) return null
  const metadata = objectIn(message, 'metadata'), counters = new CounterReader()
  const tokens = tokensOf(isObject(metadata['usage']) ? metadata['usage'] : objectIn(metadata, 'codebuff', 'usage'), counters)
  const givenCost = costOf(message['credits'])
  if (givenCost === null && totalTokens(tokens) === 0) return null
  const { session } = opening.place
  const id = textOf(message['id']), time = instantOf(message['timestamp']) ?? timeIn(id)
  return response({
    key: `codebuff:${session}/${id || `message-${index}`}`, at: time ?? startOf(session) ?? writtenAt, approximateTime: time === null,
    model: firstText(metadata['model'], metadata['modelId'], objectIn(metadata, 'codebuff')['model']), tokens, origin: { cwd, branch: '', session, subagent: '' }, damaged: counters.damaged,
    ...(givenCost === null ? {} : { givenCost }),
  })
}

/** Only some versions say how many tokens an answer took; each had its own names for them. */
function tokensOf(usage: JsonObject, counters: CounterReader): TokenCounts {
  const cacheRead = counters.read(usage['cacheReadInputTokens'] ?? usage['cache_read_input_tokens'])
  const cached = counters.read(objectIn(usage, 'promptTokensDetails')['cachedTokens'] ?? objectIn(usage, 'prompt_tokens_details')['cached_tokens'])
  const input = counters.read(usage['inputTokens'] ?? usage['input_tokens']), prompt = counters.read(usage['promptTokens'] ?? usage['prompt_tokens'])
  return {
    // What is called a prompt contains its cached part, what is called input does not.
    input: input > 0 ? input : counters.without(prompt, cached), cacheRead: cacheRead || cached,
    output: counters.read(usage['outputTokens'] ?? usage['output_tokens'] ?? usage['completionTokens'] ?? usage['completion_tokens']),
    cacheWrite5m: counters.read(usage['cacheCreationInputTokens'] ?? usage['cache_creation_input_tokens']), cacheWrite1h: 0,
  }
}

function costOf(credits: unknown): NanoUsd | null {
  const asUsd = usdOfNumber(credits)
  return asUsd === null || asUsd === 0n ? null : nanoUsd(divideHalfUp(asUsd, CREDITS_PER_USD))
}

/** `ai-1758000000000-k3f`: most messages show their time only as it stands on a clock, and have it in their id. */
const timeIn = (id: string): Instant | null => instantOf(Number(/(?:^|-)(\d{13})(?:-|$)/.exec(id)?.[1] ?? Number.NaN))

/** A chat's folder is called after its beginning, with dashes for colons. */
const startOf = (chat: string): Instant | null => parseInstant(chat.replace(/^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)/, '$1:$2:$3'))

const FOLDER = /"(?:projectRoot|cwd)"\s*:\s*("(?:[^"\\]|\\.)*")/

function cwdOf({ path, companions }: Opening): string {
  return textOf(parsedJson(FOLDER.exec(companions[runStateOf(path)] ?? '')?.[1]))
}
