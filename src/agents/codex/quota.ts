// What Codex says of the account's windows: beside every token count, and when a turn ended for lack of quota.
import { instantOf, objectIn, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { instant, SECOND_MS, type Instant } from '../../core/time.ts'
import type { QuotaSignal } from '../../core/usage/usage-event.ts'

const FULL_PERCENT = 100
// A week and more; a window of years is a damaged record.
const MINUTES_MAX = 366 * 24 * 60
const PERCENT_MAX = 100_000

/** The windows in `rate_limits`. Null windows say nothing: what was last said of them stands. */
export function quotasOf(limits: JsonObject, session: string, at: Instant): readonly QuotaSignal[] {
  const reached = textOf(limits['rate_limit_reached_type']) !== ''
  const windows = (['primary', 'secondary'] as const).flatMap(name => windowOf(objectIn(limits, name), { name, session, at }))
  if (windows.length > 0) return reached && !windows.some(({ exhausted }) => exhausted) ? [...windows, spent(session, at, '')] : windows
  // Beyond what the plan includes: this limit has no windows, and is named only once it is reached.
  return reached || limits['limit_id'] === 'premium' ? [spent(session, at, textOf(limits['limit_id']))] : []
}

function windowOf(window: JsonObject, { name, session, at }: { readonly name: string; readonly session: string; readonly at: Instant }): QuotaSignal[] {
  const used = window['used_percent']
  if (typeof used !== 'number' || !(used >= 0) || used > PERCENT_MAX) return []
  const minutes = window['window_minutes'], resetsIn = window['resets_in_seconds']
  const later = typeof resetsIn === 'number' && resetsIn >= 0 && resetsIn < MINUTES_MAX * 60 ? instant(at + Math.trunc(resetsIn) * SECOND_MS) : null
  return [{
    session, at, window: name, usedPercent: used, exhausted: used >= FULL_PERCENT, resetsAt: instantOf(window['resets_at']) ?? later,
    minutes: typeof minutes === 'number' && minutes > 0 && minutes <= MINUTES_MAX ? minutes : null,
  }]
}

/** A turn that ended because the account had nothing left; which window it was is not said. */
export const spent = (session: string, at: Instant, window: string): QuotaSignal => ({ session, at, window, minutes: null, usedPercent: null, exhausted: true, resetsAt: null })
