// A person's decisions about locks: release one with a reason (optionally with more money for the rest of the window),
// let signals be real, take that back. Every decision is an audit row.
import { isRolling, ROLLING_MS } from '../core/budgets/window.ts'
import { isByHand, isInForce, type Lock } from '../core/enforcement/lock.ts'
import { AppError } from '../core/errors.ts'
import type { Work } from '../core/ledger/work.ts'
import { usdText, type NanoUsd } from '../core/money.ts'
import { instant, type Instant } from '../core/time.ts'
import { ARMED_SINCE, tell, type JudgeWorld } from './judge-balances.ts'

export interface Release { readonly id: string; readonly reason: string; readonly by: string; readonly raise: NanoUsd | null }

/**
 * Releases a lock for the rest of its window. Without a raise it does not lock again in this window; with one it does
 * once the raise is spent too. Throws `not_found`, or `refused` when it is not in force any more.
 */
export async function releaseLock(world: JudgeWorld, release: Release, now: Instant): Promise<Lock> {
  const reason = release.reason.trim()
  if (reason === '') throw new AppError('invalid_input', 'say why, for whoever looks at it tomorrow: --reason "..."')
  const { breaches, events } = world.stores
  return world.stores.transaction(function* () {
    const lock = yield* existing(world, release.id)
    if (!isInForce(lock, now)) throw new AppError('refused', `lock ${lock.id} is not in force any more; see what is with: purser lock list`)
    if (release.raise !== null && isByHand(lock)) throw new AppError('refused', `lock ${lock.id} was made by hand and has no limit to raise; release it with: purser lock release ${lock.id} --reason "..."`)
    yield* breaches.release(lock.id, release.by, reason, now)
    if (release.raise !== null) {
      yield* breaches.raise({ rule: lock.rule, perValue: lock.perValue, windowStart: spanStart(lock), amount: release.raise, reason, at: now })
    }
    const raised = release.raise === null ? {} : { raise: usdText(release.raise) }
    yield* events.add({ code: 'lock.released', level: 'warn', fields: { lock: lock.id, rule: lock.rule, by: release.by, reason, ...raised } }, now)
    yield* tell(world, { what: 'released', lock, by: release.by, reason, at: now })
    return yield* existing(world, release.id)
  })
}

/** A rolling window's locks and raises are counted by whole window lengths: see lockSpan in core/enforcement/plan. */
function spanStart(lock: Lock): Instant {
  const { kind, start } = lock.window
  return isRolling(kind) ? instant(Math.floor(lock.lockedAt / ROLLING_MS[kind]) * ROLLING_MS[kind]) : start
}

function* existing(world: JudgeWorld, id: string): Work<Lock> {
  const lock = yield* world.stores.breaches.lock(id)
  if (!lock) throw new AppError('not_found', `there is no lock ${id}; list them with: purser lock list`)
  return lock
}

/** `signalsFrom`: of what was confirmed, no signal before this. */
export interface Armed { readonly since: Instant | null; readonly waiting: readonly Lock[]; readonly confirmed: number; readonly signalsFrom: Instant | null }

/**
 * Makes signals real. Breaches open when this is first done wait for `confirm`, rule by rule: arming must not set off
 * what nobody was looking at.
 */
export async function arm(world: JudgeWorld, request: { readonly confirm: string | null; readonly by: string }, now: Instant): Promise<Armed> {
  const { meta, breaches, events } = world.stores
  return world.stores.transaction(function* () {
    const before = yield* meta.get(ARMED_SINCE)
    if (before === null) {
      yield* meta.set(ARMED_SINCE, String(now))
      yield* breaches.holdForConfirmation(now)
      yield* events.add({ code: 'enforcement.armed', level: 'warn', fields: { by: request.by } }, now)
    }
    let confirmed = 0
    if (request.confirm !== null) {
      const held = (yield* breaches.activeLocks(now)).filter(lock => lock.rule === request.confirm && lock.needsConfirmation)
      confirmed = held.length === 0 ? 0 : yield* breaches.confirm(request.confirm, now)
      if (confirmed === 0) throw new AppError('not_found', `no lock of budget "${request.confirm}" waits for confirmation; see the locks with: purser lock list`)
      yield* events.add({ code: 'lock.confirmed', level: 'warn', fields: { rule: request.confirm, by: request.by } }, now)
    }
    const acting = (yield* breaches.activeLocks(now)).filter(lock => lock.onBreach === 'terminate')
    const waiting = acting.filter(lock => lock.needsConfirmation), confirmedOnes = acting.filter(lock => lock.rule === request.confirm)
    const signalsFrom = confirmedOnes.length === 0 ? null : instant(Math.max(now, Math.min(...confirmedOnes.map(lock => lock.graceUntil))))
    return { since: before === null ? now : instant(Number(before)), waiting, confirmed, signalsFrom }
  })
}

export async function disarm(world: JudgeWorld, by: string, now: Instant): Promise<void> {
  const { meta, events } = world.stores
  await world.stores.transaction(function* () {
    if ((yield* meta.get(ARMED_SINCE)) === null) return
    yield* meta.remove(ARMED_SINCE)
    yield* events.add({ code: 'enforcement.disarmed', level: 'warn', fields: { by } }, now)
  })
}
