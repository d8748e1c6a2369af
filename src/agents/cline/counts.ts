// What a request used, from counters whose meaning differs by client, provider and date. Output and cache are always
// what they say; the question is whether the prompt contains the cache.
import type { JsonObject } from '../../core/tailing/json-fields.ts'
import { textOf } from '../../core/tailing/json-fields.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import type { TokenCounts } from '../../core/usage/tokens.ts'

/** `since`: from then on the client wrote the whole prompt for every provider; null: it never did. */
export interface Client { readonly since: number | null }

// These hand over the vendor's own count, cache included, where all others take it out first (Cline 3.89).
const WHOLE_PROMPT_PROVIDERS = new Set(['openai', 'litellm', 'doubao', 'fireworks', 'hicap', 'lmstudio', 'qwen', 'xai', 'zai'])

interface Counters { readonly input: unknown; readonly output: unknown; readonly cacheRead: unknown; readonly cacheWrite: unknown }
interface Counted { readonly tokens: TokenCounts; readonly damaged: boolean }

function counted(counters: Counters, contains: boolean): Counted {
  const reader = new CounterReader()
  const input = reader.read(counters.input), cacheRead = reader.read(counters.cacheRead), cacheWrite5m = reader.read(counters.cacheWrite)
  const cached = cacheRead + cacheWrite5m
  // A prompt smaller than its cache is the remainder, whatever was expected.
  const tokens = { input: contains && input >= cached ? input - cached : input, output: reader.read(counters.output), cacheRead, cacheWrite5m, cacheWrite1h: 0 }
  return { tokens, damaged: reader.damaged }
}

/** A request of a task. Before `since` only requests by Anthropic's protocol held the remainder. */
export function taskTokens(request: JsonObject, { since }: Client, from: { readonly provider: string; readonly protocol: string; readonly at: Instant }): Counted {
  const contains = since === null ? WHOLE_PROMPT_PROVIDERS.has(from.provider) : from.protocol !== 'anthropic' || from.at >= since
  return counted({ input: request['tokensIn'], output: request['tokensOut'], cacheRead: request['cacheReads'], cacheWrite: request['cacheWrites'] }, contains)
}

/** A call of a session: the kit of Cline 4.1 always counts the cache into the prompt. */
export const sessionTokens = (metrics: JsonObject): Counted =>
  counted({ input: metrics['inputTokens'], output: metrics['outputTokens'], cacheRead: metrics['cacheReadTokens'], cacheWrite: metrics['cacheWriteTokens'] }, true)

/** Where Anthropic's protocol was spoken. The field is in the message in some versions and in its text in others. */
export const protocolOf = (message: JsonObject, request: JsonObject): string => textOf(message['apiProtocol']) || textOf(request['apiProtocol'])
