// A `cost-state` record: the client's own cumulative meter of a session, which also knows what no log line shows
// (compaction, titles). Written at exit, at /clear and at interrupts; forks and resumes inherit it.
import { ZERO_USD, type NanoUsd } from '../../core/money.ts'
import { ascii, Members, parsedAt, textAt } from '../../core/tailing/json-bytes.ts'
import { decodeUtf8, safeText } from '../../core/tailing/safe-text.ts'
import { instant, isPlausible, type Instant } from '../../core/time.ts'
import { usdOfNumberText } from '../../core/usage/number-usd.ts'
import type { TokenCounts } from '../../core/usage/tokens.ts'
import type { MeterReading, ParsedLine } from '../../core/usage/usage-event.ts'
import { count } from './usage.ts'

const SESSION_ID = ascii('sessionId'), TOTAL_COST = ascii('totalCostUSD'), MODEL_USAGE = ascii('modelUsage'), UNKNOWN_COST = ascii('hasUnknownModelCost')
const START_TIME = ascii('startTime'), TOTAL_DURATION = ascii('totalDuration'), COST = ascii('costUSD')
const INPUT = ascii('inputTokens'), OUTPUT = ascii('outputTokens'), CACHE_READ = ascii('cacheReadInputTokens'), CACHE_WRITE = ascii('cacheCreationInputTokens')
const WRITE_5M = ascii('cacheCreationEphemeral5mInputTokens'), WRITE_1H = ascii('cacheCreationEphemeral1hInputTokens')
// A session uses a few models; a record that names hundreds is not the client's.
const MODELS_MAX = 100
// A double takes at most 24 characters as text.
const NUMBER_BYTES_MAX = 64

type ModelReading = MeterReading['models'][number]

/** Reads the record; `start` is its opening brace. Its cost must be a number, anything else missing reads as nothing. */
export function readCostState(line: Uint8Array, start: number, session: string, writtenAt: Instant): ParsedLine {
  const members = new Members(line, start, line.length)
  let cost: NanoUsd | null = null, priced = true, named = session, startTime = Number.NaN, duration = Number.NaN
  let models: ModelReading[] = []
  while (members.next()) {
    if (members.keyIs(TOTAL_COST)) cost = usdAt(line, members)
    else if (members.keyIs(SESSION_ID)) named = textAt(line, members.valueStart, members.end()) || session
    else if (members.keyIs(UNKNOWN_COST)) priced = line[members.valueStart] !== 0x74
    else if (members.keyIs(START_TIME)) startTime = numberAt(line, members)
    else if (members.keyIs(TOTAL_DURATION)) duration = numberAt(line, members)
    else if (members.keyIs(MODEL_USAGE)) models = readModels(line, members)
  }
  if (members.broken) return { kind: 'malformed', why: 'the cost-state record is not JSON' }
  if (cost === null) return { kind: 'malformed', why: 'the cost-state record has no readable totalCostUSD' }
  return { kind: 'meter', reading: { session: named, at: writtenTime(startTime + duration, writtenAt), cost, priced, models } }
}

/** The record bears no time of its own. Start plus duration is when it was written; never later than its file. */
function writtenTime(epochMs: number, writtenAt: Instant): Instant {
  const whole = Math.trunc(epochMs)
  return isPlausible(whole) && whole < writtenAt ? instant(whole) : writtenAt
}

function readModels(line: Uint8Array, outer: Members): ModelReading[] {
  const models: ModelReading[] = []
  const members = outer.enter()
  while (members?.next() && models.length < MODELS_MAX) {
    const model = safeText(decodeUtf8(line, members.keyStart, Math.min(members.keyEnd, members.keyStart + 4096)))
    const reading = readModel(line, members, model)
    if (reading) models.push(reading)
  }
  return models
}

function readModel(line: Uint8Array, outer: Members, model: string): ModelReading | null {
  const members = outer.enter()
  if (!members) return null
  const flag = { damaged: false }
  let input = 0, output = 0, cacheRead = 0, write = 0, write5m = 0, write1h = 0, cost: NanoUsd = ZERO_USD
  while (members.next()) {
    if (members.keyIs(INPUT)) input = count(line, members, flag)
    else if (members.keyIs(OUTPUT)) output = count(line, members, flag)
    else if (members.keyIs(CACHE_READ)) cacheRead = count(line, members, flag)
    else if (members.keyIs(CACHE_WRITE)) write = count(line, members, flag)
    else if (members.keyIs(WRITE_5M)) write5m = count(line, members, flag)
    else if (members.keyIs(WRITE_1H)) write1h = count(line, members, flag)
    else if (members.keyIs(COST)) cost = usdAt(line, members) ?? ZERO_USD
  }
  const total = Math.max(write, write5m + write1h)
  const tokens: TokenCounts = { input, output, cacheRead, cacheWrite5m: total - write1h, cacheWrite1h: write1h }
  return { model, tokens, cost }
}

function usdAt(line: Uint8Array, members: Members): NanoUsd | null {
  const end = members.end()
  return end === -1 || end - members.valueStart > NUMBER_BYTES_MAX ? null : usdOfNumberText(decodeUtf8(line, members.valueStart, end))
}

function numberAt(line: Uint8Array, members: Members): number {
  const end = members.end()
  const value = end === -1 || end - members.valueStart > NUMBER_BYTES_MAX ? undefined : parsedAt(line, members.valueStart, end)
  return typeof value === 'number' ? value : Number.NaN
}
