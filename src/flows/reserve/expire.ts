// What is past its deadline: renewed while its owner may live, freed once that one is proven dead or there is none. Owners
// are looked at before the transaction; what ended meanwhile stays as it ended.
import type { Work } from '../../core/ledger/work.ts'
import { usdText } from '../../core/money.ts'
import { ownerText } from '../../core/reservations/owner.ts'
import { afterDeadline } from '../../core/reservations/reservation.ts'
import { instant } from '../../core/time.ts'
import { changeHeld } from '../prove.ts'
import { requestTime, type ReserveWorld } from './world.ts'

// Looking at an owner is a read of /proc; a hundred of them stay below 10 ms.
const AT_ONCE = 100
// A thousand: more than anybody leaves behind between two looks of the daemon, and whoever waits for an answer waits seconds.
const BITES_MAX = 10

export interface Swept { readonly renewed: number; readonly expired: number }

export async function expireOverdue(world: ReserveWorld): Promise<Swept> {
  let renewed = 0, expired = 0
  for (let bite = 0; bite < BITES_MAX; bite++) {
    const swept = await expireSome(world)
    renewed += swept.renewed
    expired += swept.expired
    if (swept.due < AT_ONCE) break
  }
  return { renewed, expired }
}

async function expireSome(world: ReserveWorld): Promise<Swept & { readonly due: number }> {
  const due = await world.stores.read(function* () {
    const now = yield* requestTime(world)
    return yield* world.stores.reservations.overdue(now, AT_ONCE)
  })
  let renewed = 0, expired = 0
  for (const { id, owner } of due) {
    const does = afterDeadline(await world.owners.look(owner))
    world.crashPoint('expire.before-transaction')
    const done = await world.stores.transaction(function* (): Work<boolean> {
      const now = yield* requestTime(world), reservation = yield* world.stores.reservations.take(id)
      if (!reservation || reservation.state !== 'pending' || reservation.expiresAt > now) return false
      if (does === 'renew') {
        yield* world.stores.reservations.extend(id, instant(now + reservation.ttlMs))
        return true
      }
      yield* changeHeld(world.stores, reservation, 0n)
      yield* world.stores.reservations.end(id, { state: 'expired', at: now })
      yield* world.stores.events.add({ code: 'reservation.expired', level: 'warn', fields: { reservation: id, owner: ownerText(reservation.owner), amount: usdText(reservation.amount) } }, now)
      world.crashPoint('expire.before-commit')
      return true
    })
    if (done && does === 'renew') renewed++
    if (done && does === 'expire') expired++
  }
  return { renewed, expired, due: due.length }
}
