// What was spent, grouped: the ledger summed in quarter-hour slots, folded into days of the reader's zone. Every zone's
// offset is a multiple of a quarter of an hour, so the days are exact, 23- and 25-hour ones included.
import { matchesGlob } from '../core/budgets/selector.ts'
import { civilDay, startOfDay } from '../core/budgets/zone.ts'
import { AppError } from '../core/errors.ts'
import type { GroupKey, UsageGroup } from '../core/ledger/ledger-store.ts'
import { projectName } from '../core/scope.ts'
import type { Stores } from '../core/stores.ts'
import { DAY_MS, instant, MINUTE_MS, parseInstant, type Instant } from '../core/time.ts'

export interface ReportRequest {
  readonly kind: 'total' | 'daily' | 'project'
  readonly since?: string
  readonly until?: string
  readonly zone: string
  readonly project?: string
  readonly branch?: string
}
/** `key` is the date (`2026-11-20`) or the project root; '' for a total. */
export interface ReportRow { readonly key: string; readonly groups: readonly UsageGroup[] }
export interface Report { readonly since: Instant | null; readonly until: Instant | null; readonly rows: readonly ReportRow[] }

const SLOT_MS = 15 * MINUTE_MS

export async function report(stores: Stores, request: ReportRequest): Promise<Report> {
  const since = request.since === undefined ? null : boundary(request.since, request.zone, 'since')
  const until = request.until === undefined ? null : boundary(request.until, request.zone, 'until')
  if (since !== null && until !== null && since > until) throw new AppError('invalid_input', `--since ${request.since} is after --until ${request.until}; swap them`)
  const by: GroupKey[] = request.kind === 'project' || request.project !== undefined ? ['project'] : []
  if (request.branch !== undefined) by.push('branch')
  const groups = await stores.read(() => stores.ledger.sum({ since, until, by, slotMs: request.kind === 'daily' ? SLOT_MS : 0 }))
  const wanted = groups.filter(group => isWanted(group, request))
  return { since, until, rows: rowsOf(wanted, request) }
}

const isWanted = ({ by }: UsageGroup, { project, branch }: ReportRequest): boolean =>
  (project === undefined || matchesGlob(project, by.project ?? '') || matchesGlob(project, projectName(by.project ?? '')))
  && (branch === undefined || matchesGlob(branch, by.branch ?? ''))

function rowsOf(groups: readonly UsageGroup[], { kind, zone }: ReportRequest): ReportRow[] {
  const dates = new Map<number, string>()
  const dateOf = (slot: number): string => {
    let date = dates.get(slot)
    if (date === undefined) dates.set(slot, date = dateText(instant(slot), zone))
    return date
  }
  const rows = new Map<string, UsageGroup[]>()
  for (const group of groups) {
    const key = kind === 'daily' ? dateOf(Number(group.by.slot)) : kind === 'project' ? (group.by.project ?? '') : ''
    const row = rows.get(key)
    if (row) row.push(group)
    else rows.set(key, [group])
  }
  return [...rows].map(([key, members]) => ({ key, groups: members })).sort((a, b) => (a.key < b.key ? -1 : 1))
}

const DATE = /^(\d{4})-?(\d\d)-?(\d\d)$/

/** A date is its whole day in the zone: `since` starts with it, `until` ends after it. An instant is taken as it is. */
function boundary(text: string, zone: string, side: 'since' | 'until'): Instant {
  const at = parseInstant(text)
  if (at !== null) return at
  const match = DATE.exec(text)
  const named = match ? `${match[1]}-${match[2]}-${match[3]}` : ''
  const midnight = match ? Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) : Number.NaN
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== named) {
    throw new AppError('invalid_input', `--${side} takes a date like 2026-11-20 or an instant like 2026-11-20T08:00:00Z, not "${text}"`)
  }
  const day = midnight / DAY_MS
  return startOfDay(zone, side === 'since' ? day : day + 1)
}

/** The calendar date of an instant in a zone, `2026-11-20`. */
export const dateText = (at: Instant, zone: string): string => new Date(civilDay(zone, at) * DAY_MS).toISOString().slice(0, 10)
