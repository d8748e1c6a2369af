// Binds the ports to one database. The scope dictionary's memory is dropped when a transaction fails, since ids learned
// inside it were never stored.
import type { MetaStore, Stores } from '../core/stores.ts'
import { row, rows, sql, maybeText, type Work } from '../core/ledger/work.ts'
import { SqlAccounts } from './accounts.ts'
import { SqlBalances } from './balances.ts'
import { SqlBreaches } from './breaches.ts'
import { SqlClaims } from './claims.ts'
import { SqlCursors } from './cursors.ts'
import type { Database } from './database.ts'
import { SqlEvents } from './events.ts'
import { SqlExternal } from './external.ts'
import { SqlFailover } from './failover.ts'
import { SqlGlances } from './glances.ts'
import { SqlHolds } from './holds.ts'
import { SqlLedger } from './ledger.ts'
import { SqlHistory } from './ledger-export.ts'
import { SqlMeters } from './meters.ts'
import { SqlQuota } from './quota.ts'
import { SqlReservations } from './reservations.ts'
import { SqlRuns } from './runs.ts'
import { ScopeStore } from './scopes.ts'
import { SqlSeats } from './seats.ts'
import { SqlSessions } from './sessions.ts'
import { SqlTaskQueue } from './task-queue.ts'
import { SqlTasks } from './tasks.ts'
import { SqlUsageSums } from './usage-sums.ts'

export function storesOn(database: Database): Stores {
  const scopes = new ScopeStore()
  return {
    ledger: new SqlLedger(scopes),
    history: new SqlHistory(scopes),
    sums: new SqlUsageSums(database.engine),
    balances: new SqlBalances(),
    meters: new SqlMeters(),
    cursors: new SqlCursors(),
    sessions: new SqlSessions(),
    breaches: new SqlBreaches(),
    events: new SqlEvents(),
    quota: new SqlQuota(),
    accounts: new SqlAccounts(),
    external: new SqlExternal(),
    glances: new SqlGlances(),
    meta: new SqlMeta(),
    claims: new SqlClaims(database.engine),
    holds: new SqlHolds(database.engine),
    reservations: new SqlReservations(database.engine),
    tasks: new SqlTasks(),
    runs: new SqlRuns(),
    failover: new SqlFailover(),
    seats: new SqlSeats(),
    queue: new SqlTaskQueue(),
    read: body => database.read(body),
    async transaction(body, durability) {
      let tries = 0
      try {
        return await database.transaction(() => {
          if (tries++ > 0) scopes.forget()
          return body()
        }, durability)
      } catch (error) {
        scopes.forget()
        throw error
      }
    },
  }
}

const get = sql('select value from meta where name = :name')
const set = sql('insert into meta (name, value) values (:name, :value) on conflict (name) do update set value = excluded.value')
const remove = sql('delete from meta where name = :name')

class SqlMeta implements MetaStore {
  *get(name: string): Work<string | null> { return maybeText((yield* row(get, { name }))?.value) }
  *set(name: string, value: string): Work<void> { yield* rows(set, { name, value }) }
  *remove(name: string): Work<void> { yield* rows(remove, { name }) }
}
