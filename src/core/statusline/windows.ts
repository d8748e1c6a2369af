// The quota windows a status line shows: what its own client says, or what is known from elsewhere where that is more.
import { isOver, observe, windowLabel, windowMinutes, type QuotaObservation, type QuotaWindow } from '../accounts/quota.ts'
import type { Instant } from '../time.ts'
import type { WindowFact } from './facts.ts'

/** Shortest first. `known`: of the same agent and account. */
export function windowFacts(known: readonly QuotaWindow[], seen: readonly QuotaObservation[], now: Instant): readonly WindowFact[] {
  const names = [...new Set([...seen, ...known].map(({ window }) => window))]
  const found = names.flatMap(name => {
    const own = seen.find(({ window }) => window === name)
    const before = known.find(({ window }) => window === name) ?? null
    const best = own ? observe(before, own) : before
    if (best === null || isOver(best, now)) return []
    // What this client said last is the present; anything else was so once, and has grown since if at all.
    const atLeast = own === undefined || best.usedBasisPoints !== own.usedBasisPoints
    return [{ length: windowMinutes(best) ?? Infinity, fact: { label: windowLabel(best), usedBasisPoints: best.usedBasisPoints, exhausted: best.exhausted, atLeast, resetsAt: best.resetsAt } }]
  })
  return found.toSorted((a, b) => a.length - b.length).map(({ fact }) => fact)
}
