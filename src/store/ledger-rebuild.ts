// A second ledger in a file beside the database, and putting it in the place of the first: one SQLite transaction, so that
// whoever has the database open sees the old ledger or the new one, and a crash leaves the old.
import { chmodSync, closeSync, openSync, rmSync } from 'node:fs'
import { AppError } from '../core/errors.ts'
import type { FreshLedger, LedgerRoom } from '../core/ledger/ledger-room.ts'
import { big, row, rows, sql, text, type Statement, type Work } from '../core/ledger/work.ts'
import type { Stores } from '../core/stores.ts'
import type { Instant } from '../core/time.ts'
import type { Database } from './database.ts'
import { openSqlite } from './engines/sqlite.ts'
import { SqlAudit } from './ledger-audit.ts'
import { migrate, type Migration } from './migrate.ts'
import { storesOn } from './stores.ts'

export interface LedgerRoomOptions {
  readonly database: Database
  readonly stores: Stores
  /** Where the fresh one is made. */
  readonly beside: string
  readonly backupAt: (now: Instant) => string
  readonly migrations: () => readonly Migration[]
  readonly now: () => Instant
  readonly random: () => number
}

/** Made from the logs alone, so that another ledger of the same logs can take their place. The order is that of deleting. */
export const FROM_LOGS = ['entry', 'cursor', 'flaw', 'meter', 'copy'] as const
/** Known from logs and from elsewhere: rows that are new are added, those that are there stay. */
export const ALSO_FROM_LOGS = ['session', 'place'] as const
/** Sums of the entries: emptied, and made again from them. */
export const FROM_ENTRIES = ['usage_slot', 'balance'] as const
/** Decided or learned here; nothing in a log could bring it back. */
export const KEPT = ['meta', 'scope', 'alert', 'lock', 'raise', 'action', 'event', 'notice', 'quota_window', 'quota_reading', 'account_state', 'account_use', 'failover', 'failover_session', 'failover_step', 'failback', 'schema_version',
  'hold', 'reservation', 'reservation_part', 'task_budget', 'task_session', 'closure', 'top_up', 'spend_note', 'approval',
  'claim', 'claim_generation', 'claim_ticket', 'claim_gate', 'external_source', 'external_mark', 'external_event', 'external_block', 'run', 'run_session', 'seat', 'task', 'task_attempt'] as const

const PRIVATE_FILE = 0o600
const SIDE_FILES = ['', '-wal', '-shm', '-journal'] as const

export function ledgerRoom(options: LedgerRoomOptions): LedgerRoom {
  const paths = new WeakMap<FreshLedger, Database>()
  return {
    backup: () => backup(options),
    forgetSums,
    async fresh() {
      removeFiles(options.beside)
      makePrivate(options.beside)
      const database = openSqlite({ path: options.beside, random: options.random })
      await migrate(database, options.migrations(), { now: options.now(), backup: async () => undefined })
      const made: FreshLedger = {
        stores: storesOn(database), audit: new SqlAudit(database.engine),
        discard: async () => { await database.close(); removeFiles(options.beside) },
      }
      paths.set(made, database)
      return made
    },
    async adopt(fresh, { newest, after, crashPoint }) {
      if (!paths.has(fresh)) throw new Error('only a ledger of this room can take the place of the one in use')
      await options.database.script(`attach database ${quoted(options.beside)} as fresh`)
      try {
        return await options.stores.transaction(function* () {
          if ((yield* options.stores.history.newest()) !== newest) return false
          yield* replaceAll(crashPoint)
          yield* after()
          return true
        })
      } finally {
        await options.database.script('detach database fresh')
      }
    },
  }
}

/** A copy that is whole whatever is written meanwhile; SQLite fills a file that is there and empty. */
async function backup({ database, backupAt, now }: LedgerRoomOptions): Promise<string> {
  const path = backupAt(now())
  makePrivate(path)
  try {
    await database.script(`vacuum into ${quoted(path)}`)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
  return path
}

function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', PRIVATE_FILE))
  } catch (error) {
    throw new AppError('conflict', `${path} cannot be made; see what is there: ls -l ${path}`, { cause: error })
  }
  chmodSync(path, PRIVATE_FILE)
}

const removeFiles = (path: string): void => { for (const ending of SIDE_FILES) rmSync(`${path}${ending}`, { force: true }) }
const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`

// Scopes keep their numbers, which other rows and running programs remember; what their columns say comes from the logs.
const takeScopes = sql(`insert into main.scope (key, node, agent, account, project, branch, session, subagent)
  select key, node, agent, account, project, branch, session, subagent from fresh.scope where true
  on conflict (key) do update set node = excluded.node, agent = excluded.agent, account = excluded.account, project = excluded.project,
  branch = excluded.branch, session = excluded.session, subagent = excluded.subagent`)
const columnsOf = (table: string): Statement => sql(`select name from pragma_table_info('${table}') order by cid`)
const COLUMNS = new Map([...FROM_LOGS, ...ALSO_FROM_LOGS].map(table => [table, columnsOf(table)]))

const emptySlots = sql('delete from usage_slot')
const noSlotIsFolded = sql("delete from meta where name = 'usage_slot_through'")

function* forgetSums(): Work<void> {
  yield* rows(emptySlots)
  yield* rows(noSlotIsFolded)
}

function* replaceAll(crashPoint: (name: string) => void): Work<void> {
  yield* rows(takeScopes)
  // They name entries by their numbers, and those are given out anew.
  yield* forgetSums()
  for (const table of FROM_LOGS) {
    yield* rows(sql(`delete from main.${table}`))
    if (table === 'entry') yield* takeEntries()
    else yield* take(table, '')
    crashPoint(`rebuild.replaced-${table}`)
  }
  for (const table of ALSO_FROM_LOGS) yield* take(table, ' or ignore')
}

function* take(table: (typeof FROM_LOGS | typeof ALSO_FROM_LOGS)[number], conflict: string): Work<void> {
  const columns = (yield* namesOf(table)).join(', ')
  yield* rows(sql(`insert${conflict} into main.${table} (${columns}) select ${columns} from fresh.${table}`))
}

function* takeEntries(): Work<void> {
  const columns = (yield* namesOf('entry')).filter(name => name !== 'id' && name !== 'scope')
  const list = columns.join(', '), from = columns.map(name => `e.${name}`).join(', ')
  yield* rows(sql(`insert into main.entry (${list}, scope) select ${from}, s.id from fresh.entry e
    join fresh.scope f on f.id = e.scope join main.scope s on s.key = f.key order by e.id`))
  const lost = big((yield* row(sql('select (select count(*) from fresh.entry) - (select count(*) from main.entry) as lost')))?.lost)
  if (lost !== 0n) throw new Error(`${lost} entries did not find their scope`)
}

function* namesOf(table: (typeof FROM_LOGS | typeof ALSO_FROM_LOGS)[number]): Work<readonly string[]> {
  const statement = COLUMNS.get(table)
  return statement ? (yield* rows(statement)).map(each => text(each.name)) : []
}
