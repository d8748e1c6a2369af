// What balances hold. Locks are taken in the order of keys, so that two requests over the same budgets never wait for each
// other in a circle; SQLite has one writer and needs none.
import { big, int, changes, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { nanoUsd, type NanoUsd } from '../core/money.ts'
import type { Filling, FillingKey, Hold, HoldKey, HoldStore } from '../core/reservations/reservation-store.ts'
import type { Database } from './database.ts'

const make = sql('insert into hold (measure, per_value, reserved) values (:measure, :perValue, 0) on conflict (measure, per_value) do nothing')
const keepOthersOut = sql('select reserved from hold where measure = :measure and per_value = :perValue for update')
const filling = sql(`select h.reserved, b.spent, b.estimated, b.unpriced from (select 1 as one) x
  left join hold h on h.measure = :measure and h.per_value = :perValue
  left join balance b on b.measure = :measure and b.per_value = :perValue and b.window_start = :windowStart`)
// Checked and acted on in one statement, against what the database holds in that instant. A guess refuses nothing.
const hold = sql(`update hold set reserved = reserved + :amount where measure = :measure and per_value = :perValue and
  reserved + :amount <= :limit - coalesce((select b.spent - case when b.estimated > 0 then b.estimated else 0 end from balance b
    where b.measure = hold.measure and b.per_value = hold.per_value and b.window_start = :windowStart), 0)`)
const change = sql('update hold set reserved = reserved + :by where measure = :measure and per_value = :perValue')
const all = sql('select measure, per_value, reserved from hold order by measure, per_value')

export class SqlHolds implements HoldStore {
  readonly #engine: Database['engine']
  constructor(engine: Database['engine']) { this.#engine = engine }

  *lock(keys: readonly HoldKey[]): Work<void> {
    for (const { measure, perValue } of inOrder(keys)) {
      yield* rows(make, { measure, perValue })
      if (this.#engine === 'postgres') yield* rows(keepOthersOut, { measure, perValue })
    }
  }

  *filling({ measure, perValue, windowStart }: FillingKey): Work<Filling> {
    const found = yield* row(filling, { measure, perValue, windowStart })
    return {
      measure, perValue, reserved: nanoUsd(big(found?.reserved)), spent: nanoUsd(big(found?.spent)), estimated: nanoUsd(big(found?.estimated)), unpriced: int(found?.unpriced),
    }
  }

  *hold({ measure, perValue, windowStart }: FillingKey, amount: bigint, limit: NanoUsd | null): Work<boolean> {
    if (limit !== null) return (yield* changes(hold, { measure, perValue, windowStart, amount, limit })) > 0
    return (yield* changes(change, { measure, perValue, by: amount })) > 0
  }

  *change({ measure, perValue }: HoldKey, by: bigint): Work<void> { yield* rows(change, { measure, perValue, by }) }
  *all(): Work<readonly Hold[]> { return (yield* rows(all)).map(holdFrom) }
}

const holdFrom = (from: Row): Hold => ({ measure: text(from.measure), perValue: text(from.per_value), reserved: nanoUsd(big(from.reserved)) })

const inOrder = (keys: readonly HoldKey[]): HoldKey[] => [...new Map(keys.map(key => [`${key.measure}\u001f${key.perValue}`, key])).entries()]
  .sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key)
