// The life of budgets on request: allocated, topped up, closed, measured, and a person's word on what needed one.
import type { Handlers } from '../../api/control-plane.ts'
import type { ApprovalAnswer, BudgetReportAnswer, BurnRateAnswer, SpendEntryAnswer } from '../../api/reserve-answers.ts'
import { AppError } from '../../core/errors.ts'
import { usdText } from '../../core/money.ts'
import { fields, idOf, parseAllocate, parseTopUp, textOf } from '../../core/reservations/parse.ts'
import { parseProgress, type BurnRate } from '../../core/reservations/rates.ts'
import type { NotedSpend } from '../../core/reservations/reservation-store.ts'
import { asBudget } from '../../core/reservations/task-budget.ts'
import { isoText } from '../../core/time.ts'
import { allocate, close, decide, reopen, setProgress, topUp } from '../../flows/reserve/allocate.ts'
import { burnRateOf, forecastOf, report, type BudgetReport } from '../../flows/reserve/measure.ts'
import { reserveWorld } from '../world/reserve.ts'
import type { World } from '../world/world.ts'
import { budgetAnswers } from './budget-answer.ts'
import { refused, rooted } from './reserve.ts'

type Names = 'budget.allocate' | 'budget.close' | 'budget.reopen' | 'budget.topUp' | 'budget.progress' | 'budget.burnRate' | 'budget.forecast' | 'budget.report' | 'budget.approvals' | 'budget.approve' | 'budget.refuse'

export function taskHandlers(world: World, afterChange: () => void): Pick<Handlers, Names> {
  const reserving = reserveWorld(world)
  const only = (input: unknown): string => idOf(fields(input, ['id']))
  const decided = async (input: unknown, approved: boolean): Promise<Awaited<ReturnType<Handlers['budget.approve']>>> => {
    const said = fields(input, ['id', 'by'])
    const answer = await decide(reserving, { id: idOf(said), approved, by: textOf(said, 'by', 200) || 'somebody' })
    return answer.ok ? { ok: true, fresh: answer.fresh } : refused(answer)
  }
  return {
    'budget.allocate': async input => {
      const request = parseAllocate(input)
      const answer = await allocate(reserving, { ...request, scope: rooted(world, request.scope) })
      if (!answer.ok) return refused(answer)
      afterChange()
      const [budget] = await budgetAnswers(world, [asBudget(answer.task)])
      if (!budget) throw new Error(`budget ${answer.task.id} has no answer`)
      return { ok: true, fresh: answer.fresh, budget }
    },
    'budget.close': async input => {
      const answer = await close(reserving, only(input))
      return answer.ok ? { ok: true, ...reportAnswer(answer.report) } : refused(answer)
    },
    'budget.reopen': async input => { const { fresh } = await reopen(reserving, only(input)); return { ok: true, fresh } },
    'budget.topUp': async input => {
      const answer = await topUp(reserving, parseTopUp(input))
      if (!answer.ok) return refused(answer)
      afterChange()
      return { ok: true, fresh: answer.fresh, limit: usdText(answer.limit) }
    },
    'budget.progress': async input => {
      const said = fields(input, ['id', 'progress']), text = textOf(said, 'progress', 20), ppm = parseProgress(text)
      if (ppm === null) throw new AppError('invalid_input', `progress "${text}" is not between 0 and 1; write it like 0.4`)
      const { fresh } = await setProgress(reserving, idOf(said), ppm)
      return { ok: true, fresh }
    },
    'budget.burnRate': async input => rateAnswer(await burnRateOf(reserving, only(input))),
    'budget.forecast': async input => {
      const { rate, runsOutAt, atCompletion, fits } = await forecastOf(reserving, only(input))
      return { ...rateAnswer(rate), runsOutAt: runsOutAt === null ? null : isoText(runsOutAt), atCompletion: atCompletion === null ? null : usdText(atCompletion), fits }
    },
    'budget.report': async input => reportAnswer(await report(reserving, only(input))),
    'budget.approvals': async () => ({ approvals: (await world.stores.read(() => world.stores.tasks.approvals(world.clock.now()))).map(({ id, reservation, amount, because, askedAt, expiresAt }): ApprovalAnswer =>
      ({ id, reservation, amount: usdText(amount), because, askedAt: isoText(askedAt), expiresAt: isoText(expiresAt) })) }),
    'budget.approve': input => decided(input, true),
    'budget.refuse': input => decided(input, false),
  }
}

const reportAnswer = ({ id, limit, spent, reserved, entries, durationMs, state }: BudgetReport): BudgetReportAnswer => ({
  id, limit: usdText(limit), spent: usdText(spent), reserved: usdText(reserved), remaining: usdText(limit - spent - reserved), entryCount: entries, durationMs, state,
})
const rateAnswer = ({ perMinute, overMs }: BurnRate): BurnRateAnswer => ({ perMinute: usdText(perMinute), overMs })

export const entryAnswer = ({ id, amount, peer, tool, reason, at, late }: NotedSpend): SpendEntryAnswer => ({ id, amount: usdText(amount), peer, tool, reason, at: isoText(at), late })
