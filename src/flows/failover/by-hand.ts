// What a person asks of failover: move this account's work now, or give up a move or a way back.
import { AppError } from '../../core/errors.ts'
import { isOver, type Saga } from '../../core/failover/saga.ts'
import { planFailover, type FailoverPlan, type PlanWish } from './plan.ts'
import type { FailoverPorts } from './ports.ts'
import { admit } from './watch.ts'

/** Throws `refused` with what stands against it; asks nobody: whoever calls has. */
export async function beginByHand(ports: FailoverPorts, wish: PlanWish & { readonly by: string }): Promise<Saga> {
  const plan = await planFailover(ports, wish)
  if (!plan) throw new AppError('not_found', `there is no account ${wish.from}; see: purser account list`)
  const because = standsAgainst(plan)
  if (because !== '') throw new AppError('refused', because)
  const saga = await admit(ports, plan, { by: wish.by, isReturn: false, because: '', episode: `by hand ${ports.newId()}` })
  if (!saga) throw new AppError('refused', `work is being moved from ${wish.from} already; see: purser failover status`)
  return saga
}

/** Why a plan is no move, in a sentence with what to type; '' when it is one. */
export function standsAgainst({ from, decision }: Pick<FailoverPlan, 'from' | 'decision'>): string {
  switch (decision.do) {
    case 'move': return ''
    case 'stay': return `${from}: ${decision.because}; name where to: purser failover run --from ${from} --to ACCOUNT`
    case 'wait': return `the quota of ${from} is back within minutes; move all the same: purser failover run --from ${from} --to ACCOUNT`
    case 'strand': return `no account can take the work of ${from}: ${decision.passed.map(({ account, objections }) => `${account} (${objections.map(({ because }) => because).join(', ')})`).join('; ') || 'there is no other account of this agent'}`
  }
}

/** What was given up, in a few words. Throws `not_found`, and `refused` for what is over. */
export async function abortByHand(ports: FailoverPorts, { id, by }: { readonly id: string; readonly by: string }): Promise<'move' | 'return'> {
  const { stores, node, clock } = ports
  return stores.transaction(function* () {
    const saga = yield* stores.failover.get(node, id)
    if (!saga) throw new AppError('not_found', `there is no move ${id}; see: purser failover history`)
    if (!isOver(saga)) {
      yield* stores.failover.save({ ...saga, body: { ...saga.body, abortAsked: by } })
      yield* stores.events.add({ code: 'failover.abort_asked', level: 'info', fields: { failover: id, by } }, clock.now())
      return 'move' as const
    }
    if (yield* stores.failover.dropReturn(node, { agent: saga.agent, failover: id })) {
      yield* stores.events.add({ code: 'failover.return_cancelled', level: 'info', fields: { failover: id, because: `${by} gave it up` } }, clock.now())
      return 'return' as const
    }
    throw new AppError('refused', `move ${id} is over, and work is not waiting to go back; see: purser failover history ${id}`)
  })
}
