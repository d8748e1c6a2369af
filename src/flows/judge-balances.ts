// From balances as the database holds them to what follows: alerts told once, locks, notices, audit rows, all in the
// transaction of the entries that caused them. Decides nothing itself: the judge and the plan are core's.
import type { Budget } from '../core/budgets/budget.ts'
import { judgeWindows, type Judged, type Verdict } from '../core/budgets/judge.ts'
import { isRolling, windowAt } from '../core/budgets/window.ts'
import type { Standing } from '../core/enforcement/lock-text.ts'
import type { Lock } from '../core/enforcement/lock.ts'
import { noticeOf, type Tellable } from '../core/enforcement/notice.ts'
import { earlierLockId, lockSpan, plan, raisedLimit, type Cause } from '../core/enforcement/plan.ts'
import type { Balance } from '../core/ledger/balance-store.ts'
import type { Work } from '../core/ledger/work.ts'
import { outboxRows } from '../core/machine/outbox.ts'
import type { Notifier } from '../core/machine/notifier.ts'
import { nanoUsd, usdText, ZERO_USD } from '../core/money.ts'
import type { Stores } from '../core/stores.ts'
import type { Instant } from '../core/time.ts'
import type { TouchedBalance } from './balances.ts'

export interface JudgeWorld {
  readonly stores: Stores
  readonly channels: () => readonly Pick<Notifier, 'channel' | 'minLevel'>[]
}

// Stands beside the percents in the table of what was told; no threshold is that high.
const BREACH_ALERT = 1_001
const ALERT_WARN_PERCENT = 80

/** Judges these balances and writes what follows. Returns the locks that are new. */
export function* judgeTouched(world: JudgeWorld, touched: readonly TouchedBalance[], now: Instant, cause: Cause = 'spending'): Work<readonly Lock[]> {
  if (touched.length === 0) return []
  const raises = yield* world.stores.breaches.raises()
  const judged = touched.map(({ budget, balance }): Judged => {
    const window = currentWindow(budget, balance, now)
    return {
      budget, perValue: balance.perValue, window, spent: balance.spent, estimated: balance.estimated, reserved: ZERO_USD,
      unpriced: balance.unpriced, raised: nanoUsd(raisedLimit(budget, balance.perValue, window, raises, now) - budget.limit),
      // Told-once is the database's to decide, in the insert itself.
      alreadyAlerted: new Set(),
    }
  })
  const locks: Lock[] = []
  for (const { judged: each, verdict } of judgeWindows(judged, now)) {
    yield* alert(world, each, verdict, now)
    const lock = yield* breach(world, each, verdict, now, cause)
    if (lock) locks.push(lock)
  }
  return locks
}

const currentWindow = (budget: Budget, balance: Balance, now: Instant): Judged['window'] =>
  isRolling(budget.window) ? windowAt(budget.window, budget.zone, now) : { kind: budget.window, zone: budget.zone, start: balance.windowStart, end: balance.windowEnd }

/** Every threshold crossed is recorded once; a person is told of the highest alone, and of none when the breach itself is told. */
function* alert(world: JudgeWorld, judged: Judged, verdict: Verdict, now: Instant): Work<void> {
  const windowStart = lockSpan(judged.window, now).start
  const fresh: number[] = []
  for (const threshold of verdict.alerts) {
    if (!(yield* once(world, judged, windowStart, threshold, now))) continue
    fresh.push(threshold)
    yield* world.stores.events.add({ code: 'budget.alert', level: threshold >= ALERT_WARN_PERCENT ? 'warn' : 'info', fields: { rule: judged.budget.id, perValue: judged.perValue, threshold, spent: usdText(judged.spent), limit: usdText(verdict.limit) } }, now)
  }
  const highest = fresh.at(-1)
  if (highest !== undefined && verdict.breach === null) {
    yield* tell(world, { what: 'alert', standing: standingOf(judged, verdict), threshold: highest, version: judged.budget.version, windowStart, at: now })
  }
}

const once = (world: JudgeWorld, { budget, perValue }: Judged, windowStart: Instant, threshold: number, now: Instant): Work<boolean> =>
  world.stores.breaches.alertOnce({ rule: budget.id, version: budget.version, perValue, windowStart, threshold }, now)

function* breach(world: JudgeWorld, judged: Judged, verdict: Verdict, now: Instant, cause: Cause): Work<Lock | null> {
  if (!verdict.breach) return null
  const { budget, perValue, window, spent } = judged
  const { softened } = verdict.breach
  const planned = plan(judged, verdict, cause, now)
  if (!planned.lock) {
    const windowStart = lockSpan(window, now).start
    if (!(yield* once(world, judged, windowStart, BREACH_ALERT, now))) return null
    yield* tell(world, { what: 'overspent', standing: standingOf(judged, verdict), version: budget.version, windowStart, because: softened === 'estimated' ? 'estimated' : 'warns_only', at: now })
    yield* world.stores.events.add({ code: 'budget.overspent', level: 'warn', fields: { rule: budget.id, perValue, spent: usdText(spent), limit: usdText(verdict.limit) } }, now)
    return null
  }
  const earlier = earlierLockId(judged, verdict, now)
  const standing = earlier === null ? null : yield* world.stores.breaches.lock(earlier)
  if (standing?.expiresAt && standing.expiresAt > now) return null
  if (!(yield* world.stores.breaches.addLock(planned.lock))) return null
  for (const action of planned.actions) yield* world.stores.breaches.addAction({ ...action, state: 'done', finishedAt: now })
  const armed = (yield* world.stores.meta.get(ARMED_SINCE)) !== null
  yield* tell(world, { what: 'breach', lock: planned.lock, armed, at: now })
  yield* world.stores.events.add({ code: 'lock.taken', level: 'error', fields: { lock: planned.lock.id, rule: budget.id, perValue, spent: usdText(spent), limit: usdText(verdict.limit), onBreach: planned.lock.onBreach } }, now)
  return planned.lock
}

/** Name of the fact that signals are real, and since when. */
export const ARMED_SINCE = 'armed_since'

/** Puts a notice into the outbox of every channel that wants its level. */
export function* tell(world: JudgeWorld, event: Tellable): Work<void> {
  const notice = noticeOf(event)
  for (const row of outboxRows(notice, world.channels(), event.at)) yield* world.stores.breaches.addNotice(row, event.at)
}

const standingOf = ({ budget, perValue, spent }: Judged, { limit }: Verdict): Standing =>
  ({ budget: budget.id, per: budget.per, perValue, window: budget.window, spent, limit })
