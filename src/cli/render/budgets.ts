// Budgets: two lines each, the standing and the rule; and one budget in full.
import type { BudgetAnswer } from '../../api/control-plane.ts'
import { faint, strong, toned, type Line, type Tone } from '../../core/text/line.ts'
import { projectName } from '../../core/scope.ts'
import { terminalSafe } from '../../core/text/terminal-safe.ts'
import { layoutTable, wrapParts } from '../../core/text/table.ts'
import { bar, money, moneyAtLeast, nanosOf, percent, shareOf } from './figures.ts'
import { dayAndTime, momentText } from './moments.ts'
import { blocks, type View } from './view.ts'

const BAR_COLUMNS = 20
// On a narrow screen the names matter more than the picture.
const BAR_COLUMNS_NARROW = 10
const NARROW = 100
const barColumns = (columns: number): number => (columns < NARROW ? BAR_COLUMNS_NARROW : BAR_COLUMNS)
// The default alert steps: below the second nothing needs an eye.
const WARN_SHARE = 0.8

/** Two lines a budget, the most spent first. */
export function renderBudgets(budgets: readonly BudgetAnswer[], view: View): readonly Line[] {
  if (budgets.length === 0) return [[faint('no budgets yet; make one: purser budget set --limit 20 --window day')]]
  const sorted = [...budgets].sort((a, b) => shareOf(b.spent, b.limit) - shareOf(a.spent, a.limit) || (a.id < b.id ? -1 : 1))
  const shown = sorted.slice(0, view.rowsMax)
  const rows = layoutTable({
    width: view.columns, header: false,
    columns: [
      { title: '', shrinkTo: 10 }, { title: '', drop: 1 }, { title: '', align: 'right' }, { title: '' }, { title: '', drop: 2 },
    ],
    rows: shown.map(budget => standing(budget, view)),
  })
  const more = sorted.length - shown.length
  return [
    ...rows.flatMap((row, index) => [row, ...ruleLines(shown[index] as BudgetAnswer, view)]),
    ...(more > 0 ? [[faint(`and ${more} more: purser budget list`)]] : []),
  ]
}

function standing(budget: BudgetAnswer, view: View): readonly (string | Line)[] {
  const share = shareOf(budget.spent, budget.limit)
  const tone = shareTone(share)
  return [
    [strong(budget.id), ...(budget.per ? [` ${perText(budget)}`] : [])], bar(share, barColumns(view.columns), tone), [toned(tone, percent(share))],
    `${moneyAtLeast(budget.spent, budget.atLeast)} of ${money(budget.limit)}`, leftText(budget),
  ]
}

export const shareTone = (share: number): Tone => (share >= 1 ? 'bad' : share >= WARN_SHARE ? 'warn' : 'good')

function leftText(budget: BudgetAnswer): string {
  const remaining = nanosOf(budget.remaining)
  if (remaining === null) return `${budget.remaining} left`
  if (remaining < 0n) return `${money(budget.remaining.slice(1))} over`
  return remaining === 0n ? 'nothing left' : `${money(budget.remaining)} left`
}

/** `  project web-*, day until 00:00 · deny · class H: at most $0.41 over`. */
function ruleLines(budget: BudgetAnswer, view: View): readonly Line[] {
  const parts = [whatFor(budget, view.now), budget.state === 'closed' ? 'closed' : budget.onBreach, boundText(budget)]
  return wrapParts(parts.map(terminalSafe), ' · ', view.columns - 2).map((line): Line => ['  ', faint(line)])
}

/** The class and the computed worst overspend, the figure printed beside every budget. An estimate is never called a bound. */
export function boundText({ class: cls, bound }: Pick<BudgetAnswer, 'class' | 'bound'>): string {
  if (bound.cost === null) return `class ${cls}, no bound: ${bound.because}`
  const most = bound.estimate ? `about ${money(bound.cost)} over (estimate)` : nanosOf(bound.cost) === 0n ? 'nothing over' : `at most ${money(bound.cost)} over`
  const unseen = nanosOf(bound.unseen ?? '') ?? 0n
  return `class ${cls}: ${most}${unseen > 0n ? `, plus unseen calls up to ${money(bound.unseen ?? '')}` : ''}`
}

/** `project web-*, day until 00:00`, or `one task inside web-daily, 40 % done`: what such a budget counts is told, not matched. */
function whatFor({ scope, per, window, task }: BudgetAnswer, now: number): string {
  if (!task) return `${ruleScopeText({ scope, per })}, ${windowText(window, now)}`
  return [`one task${task.parent === '' ? '' : ` inside ${task.parent}`}`, ...(task.progress === null ? [] : [`${percent(task.progress)} done`])].join(', ')
}

/** `project web-*, branch main`, or everything. */
export function scopeText(scope: Readonly<Record<string, string>>): string {
  const parts = Object.entries(scope).filter(([, value]) => value !== '').map(([dimension, value]) => `${dimension} ${value}`)
  return parts.length > 0 ? parts.join(', ') : EVERYTHING
}

/** The same of a rule: `each branch`, `project web-*, each branch`. */
function ruleScopeText({ scope, per }: Pick<BudgetAnswer, 'scope' | 'per'>): string {
  const whole = scopeText(scope)
  return !per ? whole : whole === EVERYTHING ? `each ${per}` : `${whole}, each ${per}`
}
const EVERYTHING = 'everything'

function perText({ per, perValue, spent }: Pick<BudgetAnswer, 'per' | 'perValue' | 'spent'>): string {
  if (perValue === undefined || (perValue === '' && nanosOf(spent) === 0n)) return `each ${per}`
  return `${per} ${perValue === '' ? '(unknown)' : per === 'project' ? projectName(perValue) : perValue}`
}

function windowText(window: BudgetAnswer['window'], now: number): string {
  if (window.end === null) return window.kind === 'lifetime' ? 'lifetime' : `rolling ${window.kind}`
  return `${window.kind} until ${momentText(window.end, window.zone, now)}`
}

const CLASS_TEXT: Readonly<Record<BudgetAnswer['class'], string>> = {
  O: 'O: observed; acts after a response is logged, with signals once armed',
  H: 'H: hooks; the agent is stopped between two model calls',
  R: 'R: hooks that reserve; what a request may cost is held before it is sent',
}

/** One budget in full, one block for each of its balances. */
export function renderBudget(budgets: readonly BudgetAnswer[], view: View): readonly Line[] {
  return blocks(...budgets.map(budget => [
    ...layoutTable({
      width: view.columns, header: false, columns: [{ title: '' }, { title: '', wrap: true }],
      rows: details(budget, view).map(([key, value]) => [faint(key), value]),
    }),
  ]))
}

function details(budget: BudgetAnswer, view: View): readonly (readonly [string, string | Line])[] {
  const share = shareOf(budget.spent, budget.limit)
  const { window } = budget
  const from = window.start === null ? '' : `from ${dayAndTime(window.start, window.zone)} `
  const to = window.end === null ? '' : `to ${dayAndTime(window.end, window.zone)}, `
  return [
    ['budget', [strong(budget.id), ...(budget.per ? [`  ${perText(budget)}`] : []), ...(budget.state === 'active' ? [] : [toned('bad', `  ${budget.state}`)])]],
    ...(budget.task ? [['for', whatFor(budget, view.now)] as const] : [['scope', ruleScopeText(budget)] as const, ['window', `${window.kind} ${from}${to}${window.zone}`] as const]),
    ['spent', [...(Number.isFinite(view.columns) ? [...bar(share, barColumns(view.columns), shareTone(share)), ' '] : []), `${percent(share)}  ${moneyAtLeast(budget.spent, budget.atLeast)} of ${money(budget.limit)}, ${leftText(budget)}`]],
    ...(nanosOf(budget.reserved) === 0n ? [] : [['reserved', money(budget.reserved)] as const]),
    ['on breach', budget.onBreach],
    ...(budget.reserve === undefined ? [] : [['reserve', budget.reserve.estimate === 'p95' ? 'hooks hold what 95 of 100 requests of a session cost, before each of them' : 'hooks hold the most a request may cost, before each of them'] as const]),
    ['class', CLASS_TEXT[budget.class]],
    ['bound', budget.bound.cost === null ? 'none' : boundText(budget).replace(/^class .: /, '')],
    ['because', budget.bound.because],
  ]
}
