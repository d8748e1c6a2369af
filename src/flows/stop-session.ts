// A person stops one session: a lock by hand, with its notice and its audit row in one transaction. Signals nothing: the
// enforcer finds the lock like any other.
import { planByHand, type ByHand } from '../core/enforcement/by-hand.ts'
import { isByHand, type Lock } from '../core/enforcement/lock.ts'
import { AppError } from '../core/errors.ts'
import type { Instant } from '../core/time.ts'
import { ARMED_SINCE, tell, type JudgeWorld } from './judge-balances.ts'

/** Throws `refused` while an earlier stop of the same session is in force. */
export async function stopSession(world: JudgeWorld, wanted: ByHand & { readonly by: string }, now: Instant): Promise<Lock> {
  const { breaches, events, meta } = world.stores
  const { lock, actions } = planByHand(wanted, now)
  return world.stores.transaction(function* () {
    const standing = (yield* breaches.activeLocks(now)).find(each => isByHand(each) && each.perValue === lock.perValue && each.selector.agent === lock.selector.agent)
    if (standing) throw new AppError('refused', `session ${wanted.session} is stopped already, by lock ${standing.id}; see it: purser lock show ${standing.id}`)
    if (!(yield* breaches.addLock(lock))) throw new AppError('refused', `session ${wanted.session} was stopped and released in this very moment; try again`)
    for (const action of actions) yield* breaches.addAction({ ...action, state: 'done', finishedAt: now })
    const armed = (yield* meta.get(ARMED_SINCE)) !== null
    yield* tell(world, { what: 'breach', lock, armed, at: now })
    yield* events.add({ code: 'session.stop', level: 'warn', fields: { lock: lock.id, agent: wanted.agent, session: wanted.session, by: wanted.by, reason: lock.reason } }, now)
    return lock
  })
}
