// `message.usage` of a Claude Code record as normalised counts and billing facts. Read number by number from the bytes:
// parsing the object as JSON costs five times as much, and 130,000 of them are in a gigabyte of logs.
import { ascii, isString, Members, parsedAt, smallIntegerAt, textAt } from '../../core/tailing/json-bytes.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { STANDARD_BILLING, type Billing } from '../../core/usage/usage-event.ts'
import { NO_TOKENS, tokenCount, type TokenCounts } from '../../core/usage/tokens.ts'

export interface Usage {
  readonly tokens: TokenCounts
  readonly billing: Billing
  /** A counter was negative, fractional, absurd or no number, and was taken as zero. */
  readonly damaged: boolean
  /** Extra calls billed to another model, which the totals above do not contain. */
  readonly advisors: readonly AdvisorCall[]
}
export interface AdvisorCall { readonly model: string; readonly tokens: TokenCounts; readonly damaged: boolean }

const INPUT = ascii('input_tokens'), OUTPUT = ascii('output_tokens'), CACHE_READ = ascii('cache_read_input_tokens')
const CACHE_WRITE = ascii('cache_creation_input_tokens'), CACHE_SPLIT = ascii('cache_creation')
const SPLIT_5M = ascii('ephemeral_5m_input_tokens'), SPLIT_1H = ascii('ephemeral_1h_input_tokens')
const SERVER_TOOLS = ascii('server_tool_use'), WEB_SEARCHES = ascii('web_search_requests')
const TIER = ascii('service_tier'), SPEED = ascii('speed'), GEO = ascii('inference_geo'), ITERATIONS = ascii('iterations')
const NO_ADVISORS: readonly AdvisorCall[] = []
const FAST = ascii('fast'), BATCH = ascii('batch'), PRIORITY = ascii('priority')
// Real lists hold a handful of short objects.
const ITERATIONS_BYTES_MAX = 256 * 1024, ADVISORS_MAX = 64, NUMBER_BYTES_MAX = 64

export interface Counters { input: number; output: number; cacheRead: number; write: number; write5m: number; write1h: number; webSearches: number; damaged: boolean }

// Filled anew by every reading, like the fields of a record.
const MEMBERS = new Members(new Uint8Array(0), 0, 0)
export const COUNTERS: Counters = { input: 0, output: 0, cacheRead: 0, write: 0, write5m: 0, write1h: 0, webSearches: 0, damaged: false }

export function restarted(counters: Counters): Counters {
  counters.input = counters.output = counters.cacheRead = counters.write = counters.write5m = counters.write1h = counters.webSearches = 0
  counters.damaged = false
  return counters
}

const USAGE: { -readonly [K in keyof Usage]: Usage[K] } = { tokens: NO_TOKENS, billing: STANDARD_BILLING, damaged: false, advisors: NO_ADVISORS }

/** Reads the usage object that starts at `at`; null when it is no object. Good until the next one is read. */
export function readUsage(line: Uint8Array, at: number, end: number): Usage | null {
  const members = MEMBERS
  members.restart(line, at, end)
  const counters = restarted(COUNTERS)
  let speed: Billing['speed'] = 'standard', tier: Billing['tier'] = 'standard', geo = ''
  let advisors = NO_ADVISORS
  while (members.next()) {
    switch (members.keyEnd - members.keyStart) {
      case 5: if (members.keyIs(SPEED)) speed = speedAt(line, members.valueStart); break
      case 10: if (members.keyIs(ITERATIONS)) advisors = readAdvisors(line, members.valueStart, members.end()); break
      case 12:
        if (members.keyIs(INPUT)) counters.input = count(line, members, counters)
        else if (members.keyIs(TIER)) tier = tierAt(line, members.valueStart)
        break
      case 13:
        if (members.keyIs(OUTPUT)) counters.output = count(line, members, counters)
        else if (members.keyIs(GEO)) geo = geoAt(line, members.valueStart, members.end())
        break
      case 14: if (members.keyIs(CACHE_SPLIT)) readSplit(line, members, counters); break
      case 15: if (members.keyIs(SERVER_TOOLS)) readServerTools(line, members, counters); break
      case 23: if (members.keyIs(CACHE_READ)) counters.cacheRead = count(line, members, counters); break
      case 27: if (members.keyIs(CACHE_WRITE)) counters.write = count(line, members, counters); break
      default:
    }
  }
  return members.broken ? null : usageOf(counters, { speed, tier, geo }, advisors)
}

export function usageOf(counters: Counters, { speed, tier, geo }: Pick<Billing, 'speed' | 'tier' | 'geo'>, advisors: readonly AdvisorCall[]): Usage {
  const { webSearches, damaged } = counters
  const billing = speed === 'standard' && tier === 'standard' && geo === '' && webSearches === 0 ? STANDARD_BILLING : { speed, tier, geo, webSearches }
  USAGE.tokens = tokensOf(counters)
  USAGE.billing = billing
  USAGE.damaged = damaged
  USAGE.advisors = advisors
  return USAGE
}

/** The flat cache-write total is the truth where the split says less (it can be all zeros); the rest of it is five-minute. */
function tokensOf(counters: Counters): TokenCounts {
  const write = Math.max(counters.write, counters.write5m + counters.write1h)
  return { input: counters.input, output: counters.output, cacheRead: counters.cacheRead, cacheWrite5m: write - counters.write1h, cacheWrite1h: counters.write1h }
}

function readSplit(line: Uint8Array, outer: Members, counters: Counters): void {
  const members = outer.enter()
  while (members?.next()) {
    if (members.keyIs(SPLIT_5M)) counters.write5m = count(line, members, counters)
    else if (members.keyIs(SPLIT_1H)) counters.write1h = count(line, members, counters)
  }
}

function readServerTools(line: Uint8Array, outer: Members, counters: Counters): void {
  const members = outer.enter()
  while (members?.next()) if (members.keyIs(WEB_SEARCHES)) counters.webSearches = count(line, members, counters)
}

/** One counter, null counting as zero; damage makes it zero and is remembered, so that doctor can show the line's response. */
export function count(line: Uint8Array, members: Members, flag: { damaged: boolean }): number {
  return countAt(line, members.valueStart, members.end(), flag)
}

/** The same of the value [start, end); `end` is -1 for one that does not end. */
export function countAt(line: Uint8Array, start: number, end: number, flag: { damaged: boolean }): number {
  const small = smallIntegerAt(line, start, end)
  if (small !== -1) return small
  const parsed = end === -1 || end - start > NUMBER_BYTES_MAX ? undefined : parsedAt(line, start, end)
  const checked = parsed === undefined ? null : tokenCount(parsed)
  if (checked === null) flag.damaged = true
  return checked ?? 0
}

export const speedAt = (line: Uint8Array, at: number): Billing['speed'] => (isString(line, at, FAST) ? 'fast' : 'standard')
export const tierAt = (line: Uint8Array, at: number): Billing['tier'] => (isString(line, at, BATCH) ? 'batch' : isString(line, at, PRIORITY) ? 'priority' : 'standard')
/** `us` costs a tenth more from Claude 4.6 on; no other place has a rate of its own. */
export const geoAt = (line: Uint8Array, start: number, end: number): string => (textAt(line, start, end)?.toLowerCase() === 'us' ? 'us' : '')

/** `iterations` entries of type advisor_message: real calls of another model, in their order. */
export function readAdvisors(line: Uint8Array, start: number, end: number): readonly AdvisorCall[] {
  if (end - start <= 2 || end - start > ITERATIONS_BYTES_MAX) return []
  const parsed = parsedAt(line, start, end)
  if (!Array.isArray(parsed)) return []
  const calls = parsed.filter((entry): entry is Record<string, unknown> => isObject(entry) && entry['type'] === 'advisor_message')
  return calls.slice(0, ADVISORS_MAX).map(advisorCall)
}

function advisorCall(entry: Record<string, unknown>): AdvisorCall {
  let damaged = false
  const counter = (value: unknown): number => {
    const checked = tokenCount(value)
    if (checked === null) damaged = true
    return checked ?? 0
  }
  const split = isObject(entry['cache_creation']) ? entry['cache_creation'] : {}
  const tokens = tokensOf({
    input: counter(entry['input_tokens']), output: counter(entry['output_tokens']), cacheRead: counter(entry['cache_read_input_tokens']),
    write: counter(entry['cache_creation_input_tokens']), write5m: counter(split['ephemeral_5m_input_tokens']),
    write1h: counter(split['ephemeral_1h_input_tokens']), webSearches: 0, damaged: false,
  })
  return { model: typeof entry['model'] === 'string' ? safeText(entry['model']) : '', tokens, damaged }
}

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
