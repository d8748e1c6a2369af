// Cursors and flaws, one row per file (and per kind of flaw).
import type { CursorStore, Flaw, FollowedFile } from '../core/tailing/cursor-store.ts'
import { int, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { instant, type Instant } from '../core/time.ts'

const COLUMNS = 'path, root, agent, account, device, inode, generation, read_to, head_length, head, tail, size, modified_at, memory'
const all = sql(`select ${COLUMNS} from cursor`)
const byPath = sql(`select ${COLUMNS} from cursor where path = :path`)
const save = sql(`insert into cursor (path, root, agent, account, device, inode, generation, read_to, head_length, head, tail, size, modified_at, memory)
  values (:path, :root, :agent, :account, :device, :inode, :generation, :offset, :headLength, :head, :tail, :size, :modifiedAt, :memory)
  on conflict (path) do update set root = excluded.root, agent = excluded.agent, account = excluded.account, device = excluded.device,
  inode = excluded.inode, generation = excluded.generation, read_to = excluded.read_to, head_length = excluded.head_length,
  head = excluded.head, tail = excluded.tail, size = excluded.size, modified_at = excluded.modified_at, memory = excluded.memory, gone_at = null`)
const forgetAll = sql("update cursor set read_to = 0, head_length = 0, head = '', tail = '', memory = '', size = -1")
const forgetFlaws = sql('delete from flaw')
const markGone = sql('update cursor set gone_at = :at where path = :path and gone_at is null')
const warnGrowth = sql('update cursor set grew_warned_at = :at where path = :path and grew_warned_at is null returning path')
const addFlaw = sql(`insert into flaw (path, kind, generation, first_offset, occurrences, bytes, why, at)
  values (:path, :kind, :generation, :firstOffset, :occurrences, :bytes, :why, :at)
  on conflict (path, kind, generation) do update set occurrences = flaw.occurrences + excluded.occurrences, bytes = flaw.bytes + excluded.bytes, at = excluded.at`)
const flaws = sql('select path, kind, generation, first_offset, occurrences, bytes, why, at from flaw order by path, kind, generation')
const unfinished = sql("select distinct path from flaw where kind in ('unreadable', 'quarantined')")
const finish = sql("delete from flaw where path = :path and kind in ('unreadable', 'quarantined')")
const places = sql('select cwd, project from place')
const rememberPlace = sql('insert into place (cwd, project) values (:cwd, :project) on conflict (cwd) do update set project = excluded.project')
const grown = sql('select path from cursor where grew_warned_at is not null order by path')

export class SqlCursors implements CursorStore {
  *all(): Work<readonly FollowedFile[]> { return (yield* rows(all)).map(fileFrom) }

  *get(path: string): Work<FollowedFile | undefined> {
    const found = yield* row(byPath, { path })
    return found && fileFrom(found)
  }

  *save(file: FollowedFile): Work<void> { yield* rows(save, { ...file }) }

  *forgetAll(): Work<void> {
    yield* rows(forgetAll)
    // They will be met again, and counted once.
    yield* rows(forgetFlaws)
  }

  *markGone(path: string, at: Instant): Work<void> { yield* rows(markGone, { path, at }) }

  *warnGrowthOnce(path: string, at: Instant): Work<boolean> { return (yield* row(warnGrowth, { path, at })) !== undefined }

  *addFlaw(flaw: Flaw, at: Instant): Work<void> { yield* rows(addFlaw, { ...flaw, at }) }

  *flaws(): Work<readonly (Flaw & { at: Instant })[]> {
    return (yield* rows(flaws)).map(each => ({
      path: text(each.path), kind: text(each.kind) as Flaw['kind'], generation: int(each.generation), firstOffset: int(each.first_offset),
      occurrences: int(each.occurrences), bytes: int(each.bytes), why: text(each.why), at: instant(int(each.at)),
    }))
  }

  *unfinished(): Work<ReadonlySet<string>> { return new Set((yield* rows(unfinished)).map(each => text(each.path))) }
  *finish(path: string): Work<void> { yield* rows(finish, { path }) }

  *places(): Work<readonly (readonly [string, string])[]> { return (yield* rows(places)).map(each => [text(each.cwd), text(each.project)] as const) }
  *rememberPlace(cwd: string, project: string): Work<void> { yield* rows(rememberPlace, { cwd, project }) }

  *grown(): Work<readonly string[]> { return (yield* rows(grown)).map(each => text(each.path)) }
}

const fileFrom = (from: Row): FollowedFile => ({
  path: text(from.path), root: text(from.root), agent: text(from.agent), account: text(from.account), device: text(from.device),
  inode: text(from.inode), generation: int(from.generation), offset: int(from.read_to), headLength: int(from.head_length),
  head: text(from.head), tail: text(from.tail), size: int(from.size), modifiedAt: instant(int(from.modified_at)), memory: text(from.memory),
})
