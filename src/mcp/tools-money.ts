// Money for agents: what is left, holding some of it before it is spent, saying what it cost, and what was spent.
import * as z from 'zod/mini'
import type { BudgetAnswer } from '../api/control-plane.ts'
import type { ReservationAnswer } from '../api/reserve-answers.ts'
import type { Caller } from '../api/caller-answer.ts'
import type { ReportAnswer } from '../api/report-answer.ts'
import { REPORT_KEYS, REPORT_KINDS } from '../core/reports/keys.ts'
import { exact, money, moneyAtLeast, plural } from '../core/text/figures.ts'
import { amount, said, text, tool } from './tool.ts'

// What a model reads without losing the thread; the rest is counted.
const SAID_MAX = 6
const ROWS = 20, ROWS_MAX = 200
const WHILE: Readonly<Record<string, string>> = { day: 'today', week: 'this week', month: 'this month', '5h': 'in 5 hours', '24h': 'in 24 hours', '7d': 'in 7 days', lifetime: 'in all' }

const id = text('Yours to make up, unique for this request, such as "fetch-docs-1". Asking again with the same id is asking once.', 128)

export const budgetStatus = tool({
  name: 'budget_status', title: 'Budgets', writes: false, idempotent: true,
  about: 'What every budget on this machine has spent, reserved and left, and whether a lock stops this session. Ask before expensive work.',
  input: z.strictObject({ id: z.optional(text('One budget; all of them when left out.', 128)) }),
  output: z.looseObject({ budgets: z.array(z.looseObject({ id: z.string(), limit: z.string(), spent: z.string(), reserved: z.string(), remaining: z.string(), state: z.string() })), locks: z.array(z.looseObject({ id: z.string(), reason: z.string() })) }),
  async run({ plane }, { id: wanted }) {
    const { budgets } = wanted === undefined ? await plane.call('budget.list', {}) : await plane.call('budget.show', { id: wanted })
    const locks = (await plane.call('lock.list', {})).locks.filter(({ rule }) => wanted === undefined || rule === wanted)
    const locked = locks.length === 0 ? '' : ` ${plural(locks.length, 'lock is', 'locks are')} in force: ${locks[0]?.reason}.`
    return { says: `${statusText(budgets)}${locked}`, content: { budgets, locks } }
  },
})

function statusText(budgets: readonly BudgetAnswer[]): string {
  if (budgets.length === 0) return 'No budget is set here.'
  const shown = budgets.slice(0, SAID_MAX).map(budget => `${budget.id}${budget.perValue === undefined ? '' : ` (${budget.perValue})`}: ${leftText(budget)}`)
  return `${shown.join('; ')}.${budgets.length > SAID_MAX ? ` ${plural(budgets.length - SAID_MAX, 'more budget')}.` : ''}`
}

function leftText({ state, remaining, limit, window, reserved }: BudgetAnswer): string {
  if (state === 'closed') return 'closed'
  const held = reserved === '0.00' ? '' : `, ${money(reserved)} reserved`
  return remaining.startsWith('-') || remaining === '0.00' ? `nothing left of ${money(limit)} ${WHILE[window.kind] ?? ''}${held}` : `${money(remaining)} left of ${money(limit)} ${WHILE[window.kind] ?? ''}${held}`
}

export const budgetReserve = tool({
  name: 'budget_reserve', title: 'Reserve money', writes: true, idempotent: true,
  about: 'Hold money before it is spent, in a budget or in every rule that counts this project and session, in all of them or in none. Refused: do not spend. Settle it with budget_settle once you know what it cost. It is yours until this session ends.',
  input: z.strictObject({
    id, amount: amount('The most it may cost, in US dollars as text: "1.50".'), budget: z.optional(text('A budget that has to hold it, beside the rules that apply anyway.', 128)),
    model: z.optional(text('The model it is for, if it is for one.', 200)),
    shows_in_session_log: z.optional(z.boolean().check(z.describe('True for your own model calls: your session\'s log then shows what they cost, and budget_settle takes no amount. False (the default) for anything else you pay for, such as another API.'))),
    ttl: z.optional(text('Given back after this if nobody owns it: "30m". 10m when left out.', 20)),
  }),
  output: z.looseObject({ ok: z.boolean(), refused: z.optional(z.string()), because: z.optional(z.string()), remaining: z.optional(z.nullable(z.string())), reservation: z.optional(z.looseObject({ id: z.string(), amount: z.string(), state: z.string() })) }),
  async run(asking, { id: name, amount: asked, budget, model, ttl, shows_in_session_log: own }) {
    const caller = await asking.caller()
    const answer = await asking.plane.call('budget.reserve', { id: name, amount: asked, ...spentBy(caller, { budget, own: own === true }), ...said({ budget, model, ttl }), ...(caller.proven ? { owner: { pid: caller.pid } } : {}) })
    if (!answer.ok) return { says: `Refused: ${answer.because}.`, content: { ...answer } }
    return { says: heldSays(answer.reservation, answer.fresh, answer.remaining), content: { ...answer } }
  },
})

/** A named budget fills the scope itself; otherwise it is spent here, by this session. */
function spentBy(caller: Caller, { budget, own }: { readonly budget: string | undefined; readonly own: boolean }): { readonly project?: string; readonly branch?: string; readonly agent?: string; readonly session?: string; readonly covers?: { readonly agent: string; readonly session: string } } {
  const isSession = caller.proven && (caller.proof === 'registry' || caller.proof === 'hook' || caller.proof === 'run')
  const session = isSession ? { agent: caller.agent, session: caller.session } : {}
  return {
    ...(budget === undefined ? { project: caller.project, ...(caller.branch === '' ? {} : { branch: caller.branch }), ...session } : {}),
    ...(own && isSession ? { covers: { agent: caller.agent, session: caller.session } } : {}),
  }
}

function heldSays({ id: name, held, state }: ReservationAnswer, fresh: boolean, remaining: string | null): string {
  if (!fresh) return `${name} was granted before; it is ${state}${state === 'pending' ? ` and holds ${money(held)}` : ''}.`
  return `${name} holds ${money(held)}${remaining === null ? '' : `; ${money(remaining)} is left`}. Settle it with budget_settle.`
}

export const budgetSettle = tool({
  name: 'budget_settle', title: 'Settle money', writes: true, idempotent: true,
  about: 'Say what a reservation cost in the end, more or less than it held; the rest is free again. "0" if nothing was spent. Facts are never refused, late ones neither.',
  input: z.strictObject({
    id, amount: z.optional(amount('What it cost: "1.20". Left out: what was reserved, or what the session\'s log shows.')),
    peer: z.optional(text('Who was paid.', 200)), tool: z.optional(text('Through what.', 200)), reason: z.optional(text('What for, in a few words; never a prompt.', 200)),
  }),
  output: z.looseObject({ ok: z.boolean(), refused: z.optional(z.string()), because: z.optional(z.string()), reservation: z.optional(z.looseObject({ id: z.string(), state: z.string(), actual: z.optional(z.string()) })) }),
  async run({ plane }, { id: name, ...rest }) {
    const answer = await plane.call('budget.settle', { id: name, ...said(rest) })
    if (!answer.ok) return { says: `Refused: ${answer.because}.`, content: { ...answer } }
    const { actual = '0.00', late } = answer.reservation
    return { says: `${name} ${answer.fresh ? 'is settled' : 'was settled before'}: it cost ${money(actual)}${late === true ? ', counted late' : ''}.`, content: { ...answer } }
  },
})

export const spendReport = tool({
  name: 'spend_report', title: 'What was spent', writes: false, idempotent: true,
  about: 'What coding agents spent on this machine: totals, or a row for each day, session, project, branch, model and so on, the dearest first.',
  input: z.strictObject({
    kind: z.optional(z.enum(REPORT_KINDS).check(z.describe('What a row is; "total" when left out.'))),
    since: z.optional(text('First day or instant: 2026-11-21.', 40)), until: z.optional(text('Last day (inclusive) or instant.', 40)),
    by: z.optional(z.array(z.enum(REPORT_KEYS)).check(z.maxLength(4), z.describe('Tell rows apart further.'))),
    project: z.optional(text('Only this project; a pattern such as web-*.')), branch: z.optional(text('Only this branch.')), agent: z.optional(text('Only this agent: claude-code.', 60)),
    model: z.optional(text('Only this model.', 200)), account: z.optional(text('Only this login.')), session: z.optional(text('Only this session.', 200)),
    rows: z.optional(z.int().check(z.minimum(1), z.maximum(ROWS_MAX), z.describe(`At most so many rows; ${ROWS} when left out.`))),
  }),
  output: z.looseObject({ kind: z.string(), rows: z.optional(z.array(z.looseObject({}))), more: z.int(), total: z.looseObject({ cost: z.string(), responses: z.int() }) }),
  async run({ plane }, { rows: most = ROWS, kind = 'total', ...query }) {
    const report = await plane.call('report', { kind, fresh: true, ...said(query) })
    const { rows = [], ...rest } = report, shown = shownRows(report, most)
    return { says: spentText(report), content: { ...rest, ...(report.rows ? { rows: shown } : {}), more: rows.length - shown.length } }
  },
})

/** Of a calendar the newest, of everything else the first, which is the dearest. */
const shownRows = ({ rows = [], by }: ReportAnswer, most: number): readonly unknown[] => (['date', 'week', 'month'].includes(by[0] ?? '') ? rows.slice(-most) : rows.slice(0, most))

function spentText({ total, since, until, rows }: ReportAnswer): string {
  const when = since === null ? (until === null ? 'in all' : `until ${until.slice(0, 10)}`) : `since ${since.slice(0, 10)}${until === null ? '' : ` until ${until.slice(0, 10)}`}`
  return `${moneyAtLeast(total.cost, total.atLeast)} ${when}, in ${exact(total.responses)} ${total.responses === 1 ? 'response' : 'responses'}${rows === undefined ? '' : `; ${plural(rows.length, 'row')}`}.`
}

