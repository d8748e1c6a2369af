// `purser budget allocate|top-up|close|reopen|progress|approve|refuse`: budgets made while running, and a person's word.
import type { AllocateInput } from '../../api/reserve-answers.ts'
import { faint, strong } from '../../core/text/line.ts'
import { answer, confirm, jsonText } from '../answer.ts'
import { AMOUNT, BUDGET_ID, given as picked, outcome, REQUEST_ID, scopeInput, SCOPE_OPTIONS } from '../budget-options.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { renderBudgets } from '../render/budgets.ts'
import { money } from '../render/figures.ts'
import { renderApprovals, reportText } from '../render/reservations.ts'

export const budgetAllocate = command({
  operands: { id: { value: 'ID', about: 'yours to make: the name of the task' } },
  options: {
    amount: { ...AMOUNT, required: false, about: 'US dollars; left out, [defaults] allocation of the configuration' },
    parent: { kind: 'value', value: 'ID', about: 'the task budget it is part of', completes: 'budget' },
    ...SCOPE_OPTIONS,
    soft: { kind: 'flag', about: 'only tells: nothing is refused' },
    'on-breach': { kind: 'value', value: 'ACTION', about: 'what a breach does to its session', choices: ['warn', 'deny', 'terminate'], synonyms: { kill: 'terminate', stop: 'terminate', block: 'deny', notify: 'warn' } },
  },
  json: true,
  examples: [
    ['purser budget allocate nightly --amount 10 --project .', 'a budget for one task, inside the rules of this project'],
    ['purser budget allocate lint --amount 2 --parent nightly', 'a part of it: what it holds and spends, the other does too'],
    ['purser budget allocate fix --amount 5 --session 8a1f --on-breach deny', 'all that this session spends counts; past $5 it is stopped'],
  ],
  notes: ['It lives in the records, not in the configuration. An amount of 0 means nothing may be spent.'],
  async run(context, given) {
    const { soft, 'on-breach': onBreach } = given.options
    const input: AllocateInput = { id: given.operands.id, ...scopeInput(context, given.options), ...picked(given.options, ['amount', 'parent']), ...(soft ? { hard: false } : {}), ...(onBreach === undefined ? {} : { onBreach }) }
    const made = await context.plane().call('budget.allocate', input)
    const exit = outcome(context, given, made, ({ budget, fresh }) => confirm(context, strong(budget.id), fresh ? ' allocated' : ' was allocated before'))
    if (made.ok && !given.json && !context.quiet) await answer(context, given, [made.budget], renderBudgets)
    return exit
  },
})

export const budgetTopUp = command({
  operands: { budget: BUDGET_ID },
  options: { id: REQUEST_ID, amount: AMOUNT, reason: { kind: 'value', value: 'TEXT', about: 'why, for the records' } },
  json: true,
  examples: [['purser budget top-up nightly --id more-1 --amount 5', '$5 more; what was locked for want of it may go on']],
  notes: ['A task budget keeps it; a rule has it until its window ends, and its limit in the configuration stays.'],
  async run(context, given) {
    const { id, amount, reason = '' } = given.options
    const answered = await context.plane().call('budget.topUp', { id, budget: given.operands.budget, amount, by: context.user, ...(reason === '' ? {} : { reason }) })
    return outcome(context, given, answered, ({ limit, fresh }) => confirm(context, strong(given.operands.budget), fresh ? ` has ${money(limit)} now` : ` was topped up before; it has ${money(limit)}`))
  },
})

export const budgetClose = command({
  operands: { id: BUDGET_ID }, options: {}, json: true,
  examples: [['purser budget close nightly', 'grant nothing on it any more, and say what came of it']],
  notes: ['What was spent still counts, marked late. A rule can be closed too; its configuration stays.'],
  async run(context, given) {
    const answered = await context.plane().call('budget.close', { id: given.operands.id })
    return outcome(context, given, answered, report => { for (const line of reportText(report)) confirm(context, ...line) })
  },
})

export const budgetReopen = command({
  operands: { id: BUDGET_ID }, options: {}, json: true,
  examples: [['purser budget reopen nightly', 'grant on it again']],
  async run(context, given) {
    return outcome(context, given, await context.plane().call('budget.reopen', { id: given.operands.id }), ({ fresh }) => confirm(context, strong(given.operands.id), fresh ? ' is open again' : ' was open'))
  },
})

export const budgetProgress = command({
  operands: { id: BUDGET_ID, progress: { value: 'SHARE', about: 'how much of the task is done: 0.4' } }, options: {}, json: true,
  examples: [['purser budget progress nightly 0.4', 'two fifths are done; the forecast uses it']],
  async run(context, given) {
    const answered = await context.plane().call('budget.progress', { id: given.operands.id, progress: given.operands.progress })
    return outcome(context, given, answered, () => confirm(context, strong(given.operands.id), ` is ${given.operands.progress} done`, faint('; see: purser budget forecast')))
  },
})

const WAITING = { value: 'ID', about: 'what waits; left out, everything that does', optional: true } as const

const decision = (approve: boolean): ReturnType<typeof command> => command({
  operands: { id: WAITING }, options: {}, json: true,
  examples: approve
    ? [['purser budget approve', 'what waits for a word'], ['purser budget approve A-job-17', 'grant it, when it is asked for again with the same id']]
    : [['purser budget refuse A-job-17', 'do not grant it']],
  notes: ['A request that a risk rule asks about waits for an hour; then it counts as refused.'],
  async run(context, given) {
    const { id } = given.operands
    if (id === undefined) {
      const waiting = await context.plane().call('budget.approvals', {})
      if (given.json) context.out(jsonText(waiting))
      else await answer(context, given, waiting, ({ approvals }, view) => renderApprovals(approvals, view))
      return EXIT_DONE
    }
    const answered = await context.plane().call(approve ? 'budget.approve' : 'budget.refuse', { id, by: context.user })
    return outcome(context, given, answered, () => confirm(context, strong(id), approve ? ' approved; ask for it again with the same id' : ' refused'))
  },
})
export const budgetApprove = decision(true)
export const budgetRefuse = decision(false)
