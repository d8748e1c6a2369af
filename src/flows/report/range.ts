// From what was typed to the instants a report covers. A date is its whole day in the zone; an instant is taken as it is.
import { startOfDay } from '../../core/budgets/zone.ts'
import { AppError } from '../../core/errors.ts'
import { parseDay } from '../../core/reports/periods.ts'
import { parseInstant, type Instant } from '../../core/time.ts'

export interface Typed { readonly since?: string; readonly until?: string; readonly zone: string }
/** Half-open; null where nothing was asked for. */
export interface Range { readonly since: Instant | null; readonly until: Instant | null }

export function rangeOf({ since: from, until: to, zone }: Typed): Range {
  const since = from === undefined ? null : boundary(from, zone, 'since')
  const until = to === undefined ? null : boundary(to, zone, 'until')
  if (since !== null && until !== null && since > until) throw new AppError('invalid_input', `--since ${from} is after --until ${to}; swap them`)
  return { since, until }
}

/** `since` starts with its day, `until` ends after it. */
function boundary(text: string, zone: string, side: 'since' | 'until'): Instant {
  const at = parseInstant(text)
  if (at !== null) return at
  const day = parseDay(text)
  if (day === null) throw new AppError('invalid_input', `--${side} takes a date like 2026-11-20 or an instant like 2026-11-20T08:00:00Z, not "${text}"`)
  return startOfDay(zone, side === 'since' ? day : day + 1)
}
