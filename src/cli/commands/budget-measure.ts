// `purser budget burn-rate|forecast|report`: how fast it goes, when it ends, what came of it.
import { answer } from '../answer.ts'
import { BUDGET_ID } from '../budget-options.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { burnText, forecastText, reportText } from '../render/reservations.ts'

export const budgetBurnRate = command({
  operands: { id: BUDGET_ID }, options: {}, json: true,
  examples: [['purser budget burn-rate nightly', 'dollars a minute, over the last hour']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('budget.burnRate', { id: given.operands.id }), rate => burnText(rate))
    return EXIT_DONE
  },
})

export const budgetForecast = command({
  operands: { id: BUDGET_ID }, options: {}, json: true,
  examples: [['purser budget forecast nightly', 'when it runs out, and what the whole will have cost']],
  notes: ['The end of the task is told from its progress; say it with: purser budget progress ID 0.4'],
  async run(context, given) {
    await answer(context, given, await context.plane().call('budget.forecast', { id: given.operands.id }), (forecast, view) => forecastText(forecast, view))
    return EXIT_DONE
  },
})

export const budgetReport = command({
  operands: { id: BUDGET_ID }, options: {}, json: true,
  examples: [['purser budget report nightly', 'limit, spent, held, entries and time so far']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('budget.report', { id: given.operands.id }), report => reportText(report))
    return EXIT_DONE
  },
})
