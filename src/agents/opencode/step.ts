// One assistant step of OpenCode as a usage event, wherever its record was found: a row of either generation of the
// database, or a message file. README.md beside this file says why its key is what it is.
import { ascii } from '../../core/tailing/json-bytes.ts'
import { digest } from '../../core/tailing/digest.ts'
import { firstText, instantOf, isObject, objectIn, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { usdOfNumber } from '../../core/usage/number-usd.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import { STANDARD_BILLING, type Origin, type ParsedLine } from '../../core/usage/usage-event.ts'

/** Whose step it is, as far as its surroundings say. */
export interface StepContext {
  readonly agent: string
  /** The row's id, for a step without any time. */
  readonly id: string
  readonly origin: Origin
  /** The row's own time, where the record has none. */
  readonly createdAt: Instant | null
  /** Copied by a fork: the original owns it. */
  readonly copied: boolean
  readonly writtenAt: Instant
}

const IGNORED: ParsedLine = { kind: 'ignored' }

/** `record` is the message as OpenCode writes it, or those fields of it that matter. A step that used nothing is no response. */
export function stepUsage(record: JsonObject, context: StepContext): ParsedLine {
  // The first versions kept everything about the answer in `metadata.assistant`.
  const early = objectIn(record, 'metadata', 'assistant')
  const said = isObject(record['tokens']) ? record : early
  if (!isObject(said['tokens'])) return IGNORED
  const counters = new CounterReader()
  const { tokens, reasoning } = countsOf(said['tokens'], counters)
  // A step that is running or was killed has zeros: it was asked, and nobody knows what it used.
  if (totalTokens(tokens) === 0 && !counters.damaged) return IGNORED
  const time = said === record ? objectIn(record, 'time') : objectIn(record, 'metadata', 'time')
  const created = instantOf(time['created']) ?? context.createdAt
  const model = firstText(said['modelID'], objectIn(said, 'model')['id'], said['model'])
  const cost = usdOfNumber(said['cost'])
  const { origin } = context
  return {
    kind: 'usage',
    events: [{
      key: `${context.agent}:${created ?? context.id}-${fingerprint(model, tokens, reasoning)}`,
      at: created ?? context.writtenAt, model, tokens, billing: STANDARD_BILLING,
      // The folder of the step, which a session may leave; the session's own where the record does not say.
      origin: { ...origin, cwd: firstText(objectIn(said, 'path')['cwd'], origin.cwd), session: firstText(origin.session, record['sessionID'], objectIn(record, 'metadata')['sessionID']) },
      // It prices by its providers' own lists, routers and contracts included; zero means that it does not know.
      ...(cost !== null && cost > 0n ? { givenCost: cost } : {}),
      final: instantOf(time['completed']) !== null || textOf(said['finish']) !== '',
      sidechain: context.copied, approximateTime: created === null, damaged: counters.damaged,
    }],
  }
}

/** Input and output come without cached and reasoning tokens, except where the total says that reasoning is inside output. */
function countsOf(value: JsonObject, counters: CounterReader): { readonly tokens: TokenCounts; readonly reasoning: number } {
  const cache = objectIn(value, 'cache')
  const input = counters.read(value['input']), cacheRead = counters.read(cache['read']), cacheWrite5m = counters.read(cache['write'])
  const spoken = counters.read(value['output']), reasoning = counters.read(value['reasoning'])
  const total = value['total'], within = total === input + cacheRead + cacheWrite5m + spoken && reasoning <= spoken
  return { tokens: { input, output: within ? spoken : spoken + reasoning, cacheRead, cacheWrite5m, cacheWrite1h: 0 }, reasoning }
}

/**
 * The rest of the key, beside the time. A fork copies steps under new ids, with their times and counts; two steps of one
 * model that began in the same millisecond and used exactly the same are the same step.
 */
function fingerprint(model: string, { input, output, cacheRead, cacheWrite5m }: TokenCounts, reasoning: number): string {
  return digest(ascii(JSON.stringify([model, input, output, reasoning, cacheRead, cacheWrite5m])))
}
