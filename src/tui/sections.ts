// The lists of the first page, laid out: budgets filling, quota windows, locks, sessions.
import type { ClaimAnswer } from '../api/claim-answers.ts'
import type { BudgetAnswer, LockAnswer, QuotaAnswer, TopAnswer } from '../api/control-plane.ts'
import { windowLabel } from '../core/accounts/quota.ts'
import { shortHolder } from '../core/claims/claim-text.ts'
import { projectName } from '../core/scope.ts'
import { usdShort } from '../core/money.ts'
import { bar, lockedFor, money, moneyAtLeast, nanosOf, percent, shareOf } from '../core/text/figures.ts'
import { faint, strong, toned, type Line, type Tone } from '../core/text/line.ts'
import { agoText, untilText } from '../core/text/moments.ts'
import { shortIds } from '../core/text/short-ids.ts'
import { layoutTable, type Cell, type Column } from '../core/text/table.ts'
import type { List, State } from './model.ts'
import { budgetRows, lockRows, sessionRows, type SessionRow } from './rows.ts'

export interface Section {
  readonly name: List | 'quota' | 'claims'
  readonly title: string
  readonly beside?: Line
  readonly lines: readonly Line[]
  readonly empty: string
}

const INDENT = 4
const WIDE = 100
const NARROW = 70

/** Empty lists are left out, but for the sessions. */
export function sections(state: State, answer: TopAnswer, columns: number): readonly Section[] {
  const { status } = answer
  const width = columns - INDENT, now = Date.parse(status.asOf), barColumns = columns < WIDE ? 10 : 20
  const locks = lockRows(answer), budgets = budgetRows(answer), sessions = sessionRows(answer, state)
  const names = shortIds(status.sessions.map(each => each.session))
  const sorted: Line = [faint(`  by ${SORT_TEXT[state.sort]}`), ...(state.filter === '' ? [] : [toned('warn', `  filter "${state.filter}"`)])]
  return [
    ...(locks.length > 0 ? [{ name: 'locks' as const, title: 'Locks', empty: '', lines: table(lockColumns(width), locks.map(lock => lockCells(lock, status.zone, now)), width) }] : []),
    ...(budgets.length > 0 ? [{ name: 'budgets' as const, title: 'Budgets', empty: '', lines: table(budgetColumns(width), budgets.map(budget => budgetCells(budget, barColumns)), width) }] : []),
    ...(status.quota.length > 0 ? [{ name: 'quota' as const, title: 'Quota', empty: '', lines: table(QUOTA_COLUMNS, status.quota.map(window => quotaCells(window, status.zone, now, barColumns)), width) }] : []),
    { name: 'sessions', title: 'Sessions', beside: sorted, empty: state.filter === '' ? 'no agent is at work' : 'no session matches; Esc clears the filter', lines: table(severalAgents(sessions) ? [...SESSION_COLUMNS, AGENT_COLUMN] : SESSION_COLUMNS, sessions.map(row => sessionCells(row, { names, rateMinutes: answer.rateMinutes, now })), width) },
    ...(status.claims.length > 0 ? [{ name: 'claims' as const, title: 'Claims', empty: '', lines: table(claimColumns(width), status.claims.map(claim => claimCells(claim, now)), width) }] : []),
  ]
}

const SORT_TEXT: Readonly<Record<State['sort'], string>> = { rate: 'spending now', today: 'spending today', seen: 'last sign of life', project: 'project' }

const table = (columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): readonly Line[] => (rows.length === 0 ? [] : layoutTable({ width, header: false, columns, rows }))

// A name tells more than the last column, until the screen is too narrow for both.
const nameLeast = (width: number): number => (width < NARROW ? 10 : 24)

const WARN_SHARE = 0.8
const shareTone = (share: number): Tone => (share >= 1 ? 'bad' : share >= WARN_SHARE ? 'warn' : 'good')

const budgetColumns = (width: number): readonly Column[] => [{ title: '', shrinkTo: nameLeast(width) }, { title: '' }, { title: '', align: 'right' }, { title: '' }, { title: '', drop: 1 }, { title: '', drop: 2 }]

function budgetCells(budget: BudgetAnswer, barColumns: number): readonly Cell[] {
  const share = shareOf(budget.spent, budget.limit)
  const remaining = nanosOf(budget.remaining) ?? 0n
  const per = budget.per === '' || (budget.perValue ?? '') === '' ? '' : ` ${budget.per === 'project' ? projectName(budget.perValue ?? '') : budget.perValue ?? ''}`
  return [
    `${budget.id}${per}`, bar(share, barColumns, shareTone(share)), [toned(shareTone(share), percent(share))], `${moneyAtLeast(budget.spent, budget.atLeast)} of ${money(budget.limit)}`,
    remaining < 0n ? [toned('bad', `${usdShort(-remaining)} over`)] : `${usdShort(remaining)} left`, faint(`${budget.window.kind}, ${budget.onBreach}`),
  ]
}

const QUOTA_COLUMNS: readonly Column[] = [{ title: '', shrinkTo: 10 }, { title: '' }, { title: '', drop: 1 }, { title: '', align: 'right' }, { title: '' }, { title: '', drop: 2 }]

function quotaCells(window: QuotaAnswer, zone: string, now: number, barColumns: number): readonly Cell[] {
  const share = window.usedPercent === null ? (window.exhausted ? 1 : 0) : window.usedPercent / 100
  const tone = window.exhausted ? 'bad' : shareTone(share)
  return [
    window.account === '' ? `${window.agent}, account unknown` : window.account, windowLabel(window), bar(share, barColumns, tone),
    [toned(tone, window.usedPercent === null ? (window.exhausted ? 'spent' : '?') : percent(share))], window.resetsAt === null ? faint('reset unknown') : untilText(window.resetsAt, zone, now), faint(`heard ${agoText(window.observedAt, now)}`),
  ]
}

const lockColumns = (width: number): readonly Column[] => [{ title: '', shrinkTo: nameLeast(width) }, { title: '' }, { title: '', drop: 1 }, { title: '', drop: 2 }]

function lockCells(lock: LockAnswer, zone: string, now: number): readonly Cell[] {
  const last = lock.actions.at(-1)
  return [
    [toned('bad', `▲ ${lock.rule}`), ...(lock.perValue ? [` ${projectName(lock.perValue)}`] : [])], untilText(lock.expiresAt, zone, now), lockedFor(lock),
    faint(lock.needsConfirmation ? `signals wait for: purser arm --confirm ${lock.rule}` : last ? `${last.kind} ${last.state}` : ''),
  ]
}

const claimColumns = (width: number): readonly Column[] => [{ title: '', shrinkTo: nameLeast(width), keep: 'end' }, { title: '', shrinkTo: 12 }, { title: '' }, { title: '', shrinkTo: 8, drop: 1 }]

const claimCells = ({ name, holder, acquiredAt, strict, reason }: ClaimAnswer, now: number): readonly Cell[] =>
  [name, holder === null ? '' : shortHolder(holder), acquiredAt === null ? '' : agoText(acquiredAt, now), faint([...(strict ? ['strict'] : []), ...(reason === '' ? [] : [reason])].join(': '))]

const SESSION_COLUMNS: readonly Column[] = [
  { title: '' }, { title: '' }, { title: '', shrinkTo: 14 }, { title: '', shrinkTo: 8, drop: 2 }, { title: '', align: 'right' }, { title: '', align: 'right' }, { title: '', drop: 1 }, { title: '', drop: 3 },
]
const AGENT_COLUMN: Column = { title: '', drop: 4 }

/** A column that says the same in every row says nothing. */
const severalAgents = (rows: readonly SessionRow[]): boolean => new Set(rows.map(({ session }) => session.agent)).size > 1

interface SessionView { readonly names: ReadonlyMap<string, string>; readonly rateMinutes: number; readonly now: number }

function sessionCells({ session, lately }: SessionRow, { names, rateMinutes, now }: SessionView): readonly Cell[] {
  const busy = session.state === 'busy' || session.state === 'active'
  return [
    [busy ? toned('good', '● ') : faint('○ '), names.get(session.session) ?? session.session], session.state, strong(projectName(session.project)), session.branch === '' ? faint('–') : session.branch,
    moneyAtLeast(session.cost, session.atLeast), lately === 0n ? faint('–') : [toned('accent', `${usdShort(lately / BigInt(rateMinutes))}/min`)],
    faint(agoText(session.seenAt, now)), session.pid === null ? faint('no process') : faint(`pid ${session.pid}`), faint(session.agent),
  ]
}
