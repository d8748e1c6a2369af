// Takes words about quota windows into what is known of them. Runs inside the transaction of whoever heard them.
import { basisPoints, observe, type QuotaObservation, type QuotaWindow } from '../core/accounts/quota.ts'
import type { QuotaStore } from '../core/accounts/quota-store.ts'
import type { Work } from '../core/ledger/work.ts'
import { instant, type Instant } from '../core/time.ts'
import type { QuotaSignal } from '../core/usage/usage-event.ts'

/** Reads each window once and writes it once, however many words there are: some agents log one with every response. */
export function* observeQuotas(store: QuotaStore, node: string, seen: readonly QuotaObservation[]): Work<readonly QuotaWindow[]> {
  const changed: QuotaWindow[] = []
  for (const observations of byWindow(seen)) {
    const [first] = observations
    if (!first) continue
    const known = yield* store.get(node, first)
    const after = observations.reduce(observe, known)
    if (after === null || after === known) continue
    yield* store.save(node, after)
    if (known === null || after.usedBasisPoints !== known.usedBasisPoints || after.exhausted !== known.exhausted) yield* store.note(node, after)
    changed.push(after)
  }
  return changed
}

/** What a log line says, as evidence. A record from the future is dated now: it must not outrank what comes after it. */
export function fromLog(signal: QuotaSignal, { agent, account, now }: { readonly agent: string; readonly account: string; readonly now: Instant }): QuotaObservation {
  return {
    agent, account, window: signal.window, minutes: signal.minutes, usedBasisPoints: basisPoints(signal.usedPercent), exhausted: signal.exhausted,
    resetsAt: signal.resetsAt, observedAt: instant(Math.min(signal.at, now)), evidence: 'log',
  }
}

function byWindow(seen: readonly QuotaObservation[]): Iterable<readonly QuotaObservation[]> {
  const windows = new Map<string, QuotaObservation[]>()
  for (const each of seen.toSorted((a, b) => a.observedAt - b.observedAt)) {
    const key = JSON.stringify([each.agent, each.account, each.window])
    const found = windows.get(key)
    if (found) found.push(each)
    else windows.set(key, [each])
  }
  return windows.values()
}
