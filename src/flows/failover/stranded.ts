// A move that no account can take yet, or that is better waited for. It is measured anew on each pass, which costs no request;
// when its own quota is back, sessions that were stopped are watched until they go on, and told to once.
import { RESET_MARGIN_MS } from '../../core/failover/decide.ts'
import { idleNotice } from '../../core/failover/notice.ts'
import type { Move, Saga, SagaBody } from '../../core/failover/saga.ts'
import { effectiveMode } from '../../core/failover/policy.ts'
import { instant, type Instant } from '../../core/time.ts'
import { tellPeople } from './drive.ts'
import { movesOf, planFailover, type FailoverPlan } from './plan.ts'
import type { FailoverPorts } from './ports.ts'
import { statusOf } from './quiesce.ts'
import { nameOfAccount } from './situation.ts'

// The client's own continuation was measured 60 to 105 s after the reset it printed.
const OWN_CONTINUATION_MS = 2 * RESET_MARGIN_MS

export async function lookAtStranded(ports: FailoverPorts, saga: Saga): Promise<void> {
  const now = ports.clock.now()
  if (saga.body.abortAsked !== '') return finish(ports, saga, `${saga.body.abortAsked} gave it up`, now)
  const plan = await planFailover(ports, { agent: saga.agent, from: saga.from })
  if (!plan) return finish(ports, saga, 'the configuration does not name it any more', now)
  const { decision } = plan
  switch (decision.do) {
    case 'stay': return mayStillContinue(saga, now) ? undefined : backAgain(ports, saga, now)
    case 'wait': return decision.until === saga.body.wakeAt ? undefined : rewrite(ports, saga, { wakeAt: decision.until })
    case 'strand': return saga.body.wakeAt !== null && (decision.wakeAt === saga.body.wakeAt || (!decision.proven && now < saga.body.wakeAt)) ? undefined : rewrite(ports, saga, { wakeAt: decision.wakeAt })
    case 'move': return goOn(ports, saga, plan, now)
  }
}

/** Its reset has just passed, and its client may be about to go on by itself. */
const mayStillContinue = ({ body: { wakeAt } }: Saga, now: Instant): boolean => wakeAt !== null && now >= wakeAt - RESET_MARGIN_MS && now < wakeAt - RESET_MARGIN_MS + OWN_CONTINUATION_MS

/** An account can take it now. By hand it was asked for, so it goes on; by itself only while that is agreed to. */
async function goOn(ports: FailoverPorts, saga: Saga, plan: FailoverPlan, now: Instant): Promise<void> {
  const { decision, looked: { inUse } } = plan
  if (decision.do !== 'move' || (saga.body.by === 'auto' && effectiveMode(ports.settings(), now) !== 'auto')) return
  const moves = movesOf(plan)
  const gone = saga.moves.filter(({ session, state }) => state === 'planned' && !moves.some(move => move.session === session)).map((move): Move => ({ ...move, state: 'left', because: 'it does not run there any more' }))
  const kept = saga.moves.filter(({ session, state }) => state !== 'planned' && !moves.some(move => move.session === session))
  await ports.stores.transaction(function* () {
    const current = yield* ports.stores.failover.get(ports.node, saga.id)
    if (current?.state !== 'stranded') return
    yield* ports.stores.failover.save({
      ...current, state: 'admitted', to: decision.to.account.name, updatedAt: now, moves: [...moves, ...gone, ...kept],
      body: { ...current.body, generation: inUse?.generation ?? 0, usedBefore: inUse?.account ?? '', wakeAt: null, because: '' },
    })
  })
}

/** Its own quota is back: whoever was stopped and does not go on is told to, once. */
async function backAgain(ports: FailoverPorts, saga: Saga, now: Instant): Promise<void> {
  const { message } = ports.settings()
  const untold: Move[] = []
  for (const move of saga.moves) {
    if (!move.stopped || move.told || move.state !== 'planned' || !ports.conversations.stopped(saga.agent, move.transcript)) continue
    if ((await statusOf(ports, saga, move)) !== 'idle') continue
    await note(ports, saga.id, move.session)
    const seat = move.seat === '' ? undefined : (await ports.seats.list()).find(({ name }) => name === move.seat)
    if (message === '' || !seat || !(await ports.seats.nudge(seat.stamp, message))) untold.push(move)
  }
  if (untold.length > 0) await ports.stores.transaction(() => tellPeople(ports, idleNotice({ from: nameOfAccount(ports.accounts(), saga.agent, saga.from) }, { saga, moves: untold, at: now }), now))
  await finish(ports, saga, 'its quota is back, so nothing had to move', now)
}

const note = (ports: FailoverPorts, id: string, session: string): Promise<void> => ports.stores.transaction(function* () {
  const current = yield* ports.stores.failover.get(ports.node, id)
  if (current) yield* ports.stores.failover.save({ ...current, moves: current.moves.map(move => (move.session === session ? { ...move, told: true } : move)) })
})

async function rewrite(ports: FailoverPorts, { id }: Saga, change: Partial<SagaBody>): Promise<void> {
  await ports.stores.transaction(function* () {
    const current = yield* ports.stores.failover.get(ports.node, id)
    if (current?.state === 'stranded') yield* ports.stores.failover.save({ ...current, body: { ...current.body, ...change } })
  })
}

/** Over without a move, and without a notice: whoever waited was told when it began. */
async function finish(ports: FailoverPorts, { id }: Saga, because: string, now: Instant): Promise<void> {
  await ports.stores.transaction(function* () {
    const current = yield* ports.stores.failover.get(ports.node, id)
    if (current?.state !== 'stranded') return
    const moves = current.moves.map((move): Move => (move.state === 'planned' ? { ...move, state: 'left', because } : move))
    yield* ports.stores.failover.save({ ...current, state: 'aborted', updatedAt: now, endedAt: instant(now), moves, body: { ...current.body, because } })
    yield* ports.stores.events.add({ code: 'failover.aborted', level: 'info', fields: { failover: id, because } }, now)
  })
}
