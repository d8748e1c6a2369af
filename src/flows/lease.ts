// The single-instance lease: one row, taken in one transaction before the socket is bound. An old holder's row counts
// only while that very process (boot, pid, start time) lives; a file with check-then-remove double-grants (measured by
// others in 36 of 60 stale rounds), a row does not.
import { AppError } from '../core/errors.ts'
import type { Stores } from '../core/stores.ts'

export interface LeaseHolder { readonly pid: number; readonly startTime: string; readonly boot: string; readonly version: string }

const NAME = 'daemon'

// Two daemons starting at once over one dead holder: each turn one of them wins.
const TURNS_MAX = 10

/**
 * Takes the lease, or throws `already_running` naming the holder. `isAlive` answers true when it cannot tell. The holder
 * judged dead is replaced only if it still is the one in the row (compare and swap), so two can never both replace it.
 */
export async function takeLease(stores: Stores, self: LeaseHolder, isAlive: (holder: LeaseHolder) => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const holder = await leaseHolder(stores)
    if (holder && !same(holder, self) && (await isAlive(holder))) {
      throw new AppError('already_running', `purser is already running (pid ${holder.pid}); see it with: purser status, stop it with: purser down`, { context: { pid: holder.pid } })
    }
    const taken = await stores.transaction(function* () {
      const current = parse(yield* stores.meta.get(NAME))
      if (current && !same(current, self) && !(holder && same(current, holder))) return false
      yield* stores.meta.set(NAME, JSON.stringify(self))
      return true
    })
    if (taken) return
  }
  throw new AppError('already_running', 'other daemons are starting at this moment; try again')
}

export async function releaseLease(stores: Stores, self: LeaseHolder): Promise<void> {
  await stores.transaction(function* () {
    const held = parse(yield* stores.meta.get(NAME))
    if (held && same(held, self)) yield* stores.meta.remove(NAME)
  })
}

/** Who holds the lease according to the database, alive or not. */
export async function leaseHolder(stores: Stores): Promise<LeaseHolder | null> {
  return stores.read(function* () { return parse(yield* stores.meta.get(NAME)) })
}

const same = (a: LeaseHolder, b: LeaseHolder): boolean => a.pid === b.pid && a.startTime === b.startTime && a.boot === b.boot

function parse(text: string | null): LeaseHolder | null {
  if (text === null) return null
  try {
    const { pid, startTime, boot, version } = JSON.parse(text) as Partial<LeaseHolder>
    return typeof pid === 'number' ? { pid, startTime: String(startTime), boot: String(boot), version: String(version) } : null
  } catch {
    return null
  }
}
