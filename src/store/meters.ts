// Meter readings, newest per (agent, session, model).
import type { MeterRow, MeterStore } from '../core/ledger/meter-store.ts'
import { big, int, row, rows, sql, text, type Work } from '../core/ledger/work.ts'
import { nanoUsd } from '../core/money.ts'
import { instant } from '../core/time.ts'

const save = sql(`insert into meter (agent, session, model, path, at, input, output, cache_read, cache_write_5m, cache_write_1h, cost)
  values (:agent, :session, :model, :path, :at, :input, :output, :cacheRead, :cacheWrite5m, :cacheWrite1h, :cost)
  on conflict (agent, session, model) do update set path = excluded.path, at = excluded.at, input = excluded.input, output = excluded.output,
  cache_read = excluded.cache_read, cache_write_5m = excluded.cache_write_5m, cache_write_1h = excluded.cache_write_1h, cost = excluded.cost
  where excluded.cost >= meter.cost`)
const metered = sql('select distinct agent, session from meter')
const ofSession = sql(`select agent, session, model, path, at, input, output, cache_read, cache_write_5m, cache_write_1h, cost
  from meter where agent = :agent and session = :session order by model`)
const addCopy = sql('insert into copy (agent, session, key) values (:agent, :session, :key) on conflict do nothing')
const copied = sql(`select e.model, cast(sum(e.input) as bigint) as input, cast(sum(e.output) as bigint) as output, cast(sum(e.cache_read) as bigint) as cache_read,
  cast(sum(e.cache_write_5m) as bigint) as cache_write_5m, cast(sum(e.cache_write_1h) as bigint) as cache_write_1h,
  cast(coalesce(sum(e.cost), 0) as bigint) as cost from entry e where e.key in (select key from copy where agent = :agent and session = :session)
  group by e.model`)
/** Keys that the log of a session shows: its own responses and its copies of others'. */
const shownBy = (session: string): string => `select e.key from scope s join entry e on e.scope = s.id where s.agent = :agent and s.session = :${session} and e.key not like 'unlogged:%'
  union select key from copy where agent = :agent and session = :${session}`
const relatives = sql(`select session from copy where agent = :agent and session <> :session and key in (${shownBy('session')})
  union select s.session from copy k join entry e on e.key = k.key join scope s on s.id = e.scope
  where k.agent = :agent and k.session = :session and s.agent = :agent and s.session <> :session order by session`)
const beyond = sql(`select count(*) as keys from (select key from (${shownBy('part')}) p where key not in (${shownBy('whole')})) b`)
// Only sessions whose tokens agree to the token are comparable: a gap in tokens is unlogged use, not a price dispute.
const disagreements = sql(`select m.model, cast(sum(m.cost) as bigint) as client_cost, cast(sum(o.cost) as bigint) as our_cost from meter m
  join (select s.agent, s.session, e.model, coalesce(sum(e.cost), 0) as cost, sum(e.input) as input, sum(e.output) as output, sum(e.cache_read) as cache_read,
    sum(e.cache_write_5m + e.cache_write_1h) as cache_write from entry e join scope s on s.id = e.scope where e.key not like 'unlogged:%' group by s.agent, s.session, e.model) o
  on o.agent = m.agent and o.session = m.session and o.model = m.model
  and o.input = m.input and o.output = m.output and o.cache_read = m.cache_read and o.cache_write = m.cache_write_5m + m.cache_write_1h
  group by m.model order by m.model`)

export class SqlMeters implements MeterStore {
  *save({ tokens, ...meter }: MeterRow): Work<void> { yield* rows(save, { ...meter, ...tokens }) }

  *metered(): Work<ReadonlySet<string>> { return new Set((yield* rows(metered)).map(each => `${text(each.agent)}/${text(each.session)}`)) }

  *ofSession(agent: string, session: string): Work<readonly MeterRow[]> {
    return (yield* rows(ofSession, { agent, session })).map(each => ({
      agent, session, model: text(each.model), path: text(each.path), at: instant(int(each.at)), cost: nanoUsd(big(each.cost)),
      tokens: { input: int(each.input), output: int(each.output), cacheRead: int(each.cache_read), cacheWrite5m: int(each.cache_write_5m), cacheWrite1h: int(each.cache_write_1h) },
    }))
  }

  *addCopy(agent: string, session: string, key: string): Work<void> { yield* rows(addCopy, { agent, session, key }) }

  *copied(agent: string, session: string): ReturnType<MeterStore['copied']> {
    return (yield* rows(copied, { agent, session })).map(each => ({
      model: text(each.model), cost: nanoUsd(big(each.cost)),
      tokens: { input: int(each.input), output: int(each.output), cacheRead: int(each.cache_read), cacheWrite5m: int(each.cache_write_5m), cacheWrite1h: int(each.cache_write_1h) },
    }))
  }

  *relatives(agent: string, session: string): Work<readonly string[]> {
    return (yield* rows(relatives, { agent, session })).map(each => text(each.session))
  }

  *repeats(agent: string, { whole, part }: { whole: string; part: string }): Work<boolean> {
    return int((yield* row(beyond, { agent, whole, part }))?.keys) === 0
  }

  *disagreements(): ReturnType<MeterStore['disagreements']> {
    return (yield* rows(disagreements)).map(each => ({
      model: text(each.model), clientCost: nanoUsd(big(each.client_cost)), ourCost: nanoUsd(big(each.our_cost)),
    }))
  }
}
