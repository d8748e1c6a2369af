// Balances, one row per (measure, per value, window). Every change is one statement that returns what the database holds.
import type { Balance, BalanceDelta, BalanceKey, BalanceStore } from '../core/ledger/balance-store.ts'
import { big, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { nanoUsd } from '../core/money.ts'
import { instant, type Instant } from '../core/time.ts'

const COLUMNS = 'measure, per_value, window_start, window_end, through, spent, estimated, unpriced, partial, responses'
const add = sql(`insert into balance (${COLUMNS})
  values (:measure, :perValue, :windowStart, :windowEnd, :through, :spent, :estimated, :unpriced, :partial, :responses)
  on conflict (measure, per_value, window_start) do update set spent = balance.spent + excluded.spent,
  estimated = balance.estimated + excluded.estimated, unpriced = balance.unpriced + excluded.unpriced,
  partial = balance.partial + excluded.partial, responses = balance.responses + excluded.responses
  returning ${COLUMNS}`)
const addToExisting = sql(`update balance set spent = spent + :spent, estimated = estimated + :estimated, unpriced = unpriced + :unpriced,
  partial = partial + :partial, responses = responses + :responses where measure = :measure and per_value = :perValue and window_start = :windowStart returning ${COLUMNS}`)
const advance = sql(`update balance set spent = spent - :spent, estimated = estimated - :estimated, unpriced = unpriced - :unpriced,
  partial = partial - :partial, responses = responses - :responses, through = :through
  where measure = :measure and per_value = :perValue and window_start = :windowStart and through <= :through returning ${COLUMNS}`)
const ofMeasure = sql(`select ${COLUMNS} from balance where measure = :measure order by per_value, window_start`)
const clear = sql('delete from balance where measure = :measure')
const measures = sql("select name from meta where name like 'measure:%'")
const setMeasured = sql('insert into meta (name, value) values (:name, :value) on conflict (name) do update set value = excluded.value')
const forget = sql('delete from meta where name = :name')

export class SqlBalances implements BalanceStore {
  *add(key: BalanceKey, window: { end: Instant | null; through: Instant }, delta: BalanceDelta): Work<Balance> {
    const found = yield* row(add, { ...key, ...delta, windowEnd: window.end, through: window.through })
    if (!found) throw new Error(`balance ${key.measure} was neither made nor updated`)
    return balanceFrom(found)
  }

  *addToExisting(key: BalanceKey, delta: BalanceDelta): Work<Balance | undefined> {
    const found = yield* row(addToExisting, { ...key, ...delta })
    return found && balanceFrom(found)
  }

  *advance(key: BalanceKey, through: Instant, delta: BalanceDelta): Work<Balance | undefined> {
    const found = yield* row(advance, { ...key, ...delta, through })
    return found && balanceFrom(found)
  }

  *ofMeasure(measure: string): Work<readonly Balance[]> {
    return (yield* rows(ofMeasure, { measure })).map(balanceFrom)
  }

  *clear(measure: string): Work<void> { yield* rows(clear, { measure }) }

  *measures(): Work<ReadonlySet<string>> {
    return new Set((yield* rows(measures)).map(each => text(each.name).slice('measure:'.length)))
  }

  *setMeasured(measure: string, since: Instant): Work<void> {
    yield* rows(setMeasured, { name: `measure:${measure}`, value: String(since) })
  }

  *forget(measure: string): Work<void> { yield* rows(forget, { name: `measure:${measure}` }) }
}

const balanceFrom = (from: Row): Balance => {
  const end = maybeInt(from.window_end)
  return {
    measure: text(from.measure), perValue: text(from.per_value), windowStart: instant(int(from.window_start)),
    windowEnd: end === null ? null : instant(end), through: instant(int(from.through)), spent: nanoUsd(big(from.spent)),
    estimated: nanoUsd(big(from.estimated)), unpriced: int(from.unpriced), partial: int(from.partial), responses: int(from.responses),
  }
}
