// The verdict without a daemon: the same rule as with one, over the lock files and what the folder tells. No budgets'
// standings here, so no advice; and a fail-closed rule counts as unanswered once the daemon's sign of life is old.
import type { HookCall, HookVerdict } from '../core/enforcement/hook-verdict.ts'
import { judgeHook, type Slot } from '../core/enforcement/judge-hook.ts'
import { reaches, type Asker } from '../core/enforcement/lock-reach.ts'
import type { Marker, ProjectedLock } from '../core/enforcement/lock-file.ts'
import type { Instant } from '../core/time.ts'

export interface OfflineFacts {
  readonly locks: readonly ProjectedLock[]
  readonly markers: readonly Marker[]
  readonly beatAt: Instant | null
  readonly now: Instant
  /** The caller as its folder and payload tell; `node` is filled from the projection. */
  readonly asker: Asker
  take(slot: Slot): boolean
}

/** A daemon beats every 15 s; after four missed ones nobody vouches for what is not locked. */
export const HEARTBEAT_MAX_AGE_MS = 60_000

export function decideOffline(call: HookCall, facts: OfflineFacts): HookVerdict {
  const concerns = (projected: ProjectedLock | Marker): boolean => {
    const asker = { ...facts.asker, scope: { ...facts.asker.scope, node: projected.node } }
    return reaches(projected.kind === 'lock' ? projected.lock : projected, asker, projected.roots)
  }
  const held = facts.locks.filter(concerns)
  const unanswered = vouched(facts) ? [] : facts.markers.filter(marker => marker.why === 'closed' && concerns(marker)).map(marker => marker.rule)
  const judgement = judgeHook(call, { held, unanswered: [...new Set(unanswered)], standings: [], now: facts.now })
  return judgement.slot === null || facts.take(judgement.slot) ? judgement.verdict : judgement.without
}

/** A sign of life from the future is as old as one from the past: the clock was set back since. */
function vouched({ beatAt, now }: OfflineFacts): boolean {
  return beatAt !== null && Math.abs(now - beatAt) < HEARTBEAT_MAX_AGE_MS
}
