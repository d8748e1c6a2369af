// What task budgets have spent and what balances hold, computed anew from entries and reservations: for whoever checks
// them, and for whoever puts them right.
import type { Work } from '../../core/ledger/work.ts'
import { nanoUsd, ZERO_USD, type NanoUsd } from '../../core/money.ts'
import { held } from '../../core/reservations/reservation.ts'
import type { Hold } from '../../core/reservations/reservation-store.ts'
import { taskMeasure } from '../../core/reservations/task-budget.ts'
import type { Stores } from '../../core/stores.ts'
import { instant, type Instant } from '../../core/time.ts'
import { remeasureTask } from '../prove.ts'

/** An amount that is not what its entries or reservations add up to; kept null = it is not there at all. */
export interface Strayed { readonly budget: string; readonly perValue: string; readonly windowStart: Instant; readonly kept: NanoUsd | null; readonly expected: NanoUsd }

export function* strayed(stores: Stores): Work<readonly Strayed[]> {
  return [...(yield* strayedTasks(stores)), ...(yield* strayedHolds(stores))]
}

/** Writes both anew; tells what had strayed. */
export function* putRight(stores: Stores): Work<readonly Strayed[]> {
  const found = yield* strayed(stores)
  for (const task of yield* stores.tasks.all()) yield* remeasureTask({ stores }, task)
  for (const { measure, perValue, by } of yield* differences(stores)) {
    yield* stores.holds.lock([{ measure, perValue }])
    yield* stores.holds.change({ measure, perValue }, by)
  }
  return found
}

function* strayedTasks(stores: Stores): Work<readonly Strayed[]> {
  const found: Strayed[] = []
  for (const { id } of yield* stores.tasks.all()) {
    const { spent } = yield* stores.tasks.spent(id, instant(0))
    const kept = (yield* stores.balances.ofMeasure(taskMeasure(id)))[0]?.spent ?? null
    if ((kept ?? 0n) !== spent) found.push({ budget: id, perValue: '', windowStart: instant(0), kept, expected: nanoUsd(spent) })
  }
  return found
}

function* strayedHolds(stores: Stores): Work<readonly Strayed[]> {
  return (yield* differences(stores)).map(({ budget, perValue, kept, by }) => ({ budget: `${budget} (reserved)`, perValue, windowStart: instant(0), kept, expected: nanoUsd(kept + by) }))
}

interface Difference { readonly budget: string; readonly measure: string; readonly perValue: string; readonly kept: NanoUsd; readonly by: bigint }

function* differences(stores: Stores): Work<readonly Difference[]> {
  const nameOf = ({ measure, perValue }: Pick<Hold, 'measure' | 'perValue'>): string => `${measure}\u001f${perValue}`
  const wanted = new Map<string, { readonly budget: string; readonly measure: string; readonly perValue: string; sum: bigint }>()
  for (const reservation of yield* stores.reservations.pending()) {
    for (const part of reservation.parts) {
      const found = wanted.get(nameOf(part)) ?? { ...part, sum: 0n }
      found.sum += held(reservation)
      wanted.set(nameOf(part), found)
    }
  }
  const kept = new Map((yield* stores.holds.all()).map(hold => [nameOf(hold), hold]))
  const names = new Set([...wanted.keys(), ...kept.keys()])
  return [...names].flatMap((name): Difference[] => {
    const want = wanted.get(name), has = kept.get(name), { measure, perValue } = (want ?? has) as Hold
    const by = (want?.sum ?? 0n) - (has?.reserved ?? 0n)
    return by === 0n ? [] : [{ budget: want?.budget ?? measure, measure, perValue, kept: has?.reserved ?? ZERO_USD, by }]
  })
}
