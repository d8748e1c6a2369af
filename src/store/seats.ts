// Programs that purser started in terminals of their own. Rows stay, so that a name can be followed through time.
import type { Seat, SeatKind, SeatStore } from '../core/sessions/seats.ts'
import type { Terminals } from '../core/sessions/terminals.ts'
import { changes, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import type { ProcessIdentity } from '../core/machine/process-table.ts'
import { instant, type Instant } from '../core/time.ts'

const COLUMNS = 'stamp, node, name, kind, agent, session, account, folder, driver, boot, pid, start_time, opened_at'
const add = sql(`insert into seat (${COLUMNS}) values (:stamp, :node, :name, :kind, :agent, :session, :account, :cwd, :driver, :boot, :pid, :startTime, :openedAt)
  on conflict (node, name) where ended_at is null do nothing`)
const get = sql(`select ${COLUMNS} from seat where stamp = :stamp`)
const open = sql(`select ${COLUMNS} from seat where node = :node and ended_at is null order by name`)
const lastOf = sql(`select ${COLUMNS} from seat where node = :node and name = :name order by opened_at desc, stamp limit 1`)
const sits = sql('update seat set pid = :pid, start_time = :startTime where stamp = :stamp and pid is null')
const know = sql('update seat set session = :session where stamp = :stamp')
const end = sql('update seat set ended_at = :at, exit_code = :code where stamp = :stamp and ended_at is null')
const prune = sql(`delete from seat where ended_at < :before
  and exists (select 1 from seat newer where newer.node = seat.node and newer.name = seat.name and newer.opened_at > seat.opened_at)`)

export class SqlSeats implements SeatStore {
  *add({ process, ...seat }: Seat): Work<boolean> { return (yield* changes(add, { ...seat, pid: process?.pid ?? null, startTime: process?.startTime ?? null })) > 0 }

  *get(stamp: string): Work<Seat | null> {
    const found = yield* row(get, { stamp })
    return found ? seatFrom(found) : null
  }

  *open(node: string): Work<readonly Seat[]> { return (yield* rows(open, { node })).map(seatFrom) }
  *lastOf(node: string, name: string): Work<Seat | null> {
    const found = yield* row(lastOf, { node, name })
    return found ? seatFrom(found) : null
  }

  *sits(stamp: string, { pid, startTime }: ProcessIdentity): Work<void> { yield* rows(sits, { stamp, pid, startTime }) }
  *know(stamp: string, session: string): Work<void> { yield* rows(know, { stamp, session }) }
  *end(stamp: string, at: Instant, code: number | null): Work<void> { yield* rows(end, { stamp, at, code }) }
  *prune(before: Instant): Work<number> { return yield* changes(prune, { before }) }
}

function seatFrom(from: Row): Seat {
  const pid = maybeInt(from.pid)
  return {
    stamp: text(from.stamp), node: text(from.node), name: text(from.name), kind: text(from.kind) as SeatKind, agent: text(from.agent), session: text(from.session),
    account: text(from.account), cwd: text(from.folder), driver: text(from.driver) as Terminals['driver'], boot: text(from.boot),
    process: pid === null ? null : { pid, startTime: text(from.start_time) }, openedAt: instant(int(from.opened_at)),
  }
}
