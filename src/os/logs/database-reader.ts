// One database of an agent being asked: pass by pass, page by page, from the mark each pass has reached. It is opened
// read-only, and where nobody else has it open without a lock and without side files. Busy: another look soon.
import { lstatSync } from 'node:fs'
import { codeOf, messageOf } from '../../core/errors.ts'
import type { ForeignDatabase, OpenForeign } from '../../core/sessions/foreign-database.ts'
import type { DatabaseSource, Opening, Row, RowPass, RowValue, RowWalk } from '../../core/sessions/log-source.ts'
import type { BatchBuilder } from '../../core/tailing/batch-builder.ts'
import { bytesLeft, type FileRead, type ScanJob } from '../../core/tailing/scan.ts'
import { FlawCounts } from './flaw-counts.ts'
import { isFull, unreadable, type OpenScan, type ScanRoom } from './line-scan.ts'
import type { OpenLog } from './log-file.ts'
import { WAL_SUFFIX } from './log-look.ts'

/** Rows asked for at once: a page is a few hundred kilobytes and less than a batch. */
export const PAGE_ROWS = 500
// While a first reading walks through a table: how far it came, and the mark it goes on from afterwards.
const WALKED = ' walked', AFTER_WALK = ' after'
// Row numbers begin at one.
const WALK_BEGINS = 0
// Rows that share one mark must fit a page, or asking again from that mark would never get past them.
const PAGE_ROWS_MAX = 512_000

/** Where each pass stands. Integers beyond 2^53 are kept as text with a suffix. */
type Marks = Record<string, RowValue>

export class DatabaseScan implements OpenScan {
  readonly #job: ScanJob
  readonly #source: DatabaseSource
  readonly #log: OpenLog
  readonly #room: ScanRoom
  readonly #opening: Opening
  readonly #marks: Marks
  readonly #flaws = new FlawCounts()
  readonly #open: OpenForeign
  #passes: readonly RowPass[] | null = null
  #missing = ''
  #pass = 0
  #pageRows = PAGE_ROWS

  constructor(job: ScanJob, source: DatabaseSource, log: OpenLog, room: ScanRoom) {
    const { openForeign } = room.tools
    if (!openForeign) throw new Error('a database needs a driver')
    this.#job = job
    this.#source = source
    this.#log = log
    this.#room = room
    this.#open = openForeign
    // Another file under this name is another database: it is asked from its first row.
    const same = job.cursor?.inode === log.inode && job.cursor.device === log.device
    this.#marks = same ? marksFrom(job.cursor?.memory ?? '') : {}
    this.#opening = room.around.openingFor(job.log, source, null)
  }

  readInto(batch: BatchBuilder): boolean {
    const { log } = this.#job
    let database: ForeignDatabase | null = null
    try {
      const before = quietLook(log.path)
      database = this.#open(log.path, { quiet: before !== null })
      this.#passes ??= this.#usable(database)
      const atEnd = this.#readPasses(database, batch)
      if (atEnd) batch.addRead(0, bytesLeft(this.#job))
      // Somebody began to write while it was read as a plain file: what was seen may be half of something.
      const disturbed = before !== null && quietLook(log.path) !== before
      batch.addFile(disturbed ? { outcome: 'torn', log } : this.#fileRead(atEnd))
      return disturbed || atEnd
    } catch (error) {
      batch.addFile(codeOf(error) === 'store_busy' ? { outcome: 'torn', log } : unreadable(this.#job, `the database cannot be read: ${messageOf(error)}`))
      return true
    } finally {
      database?.close()
    }
  }

  #usable(database: ForeignDatabase): readonly RowPass[] {
    const usable: RowPass[] = []
    const missing = new Set<string>()
    for (const pass of this.#source.passes) {
      if (pass.unless !== undefined && database.columns(pass.unless).length > 0) continue
      const absent = absentIn(database, pass)
      if (absent === '') usable.push(pass)
      else missing.add(absent)
    }
    if (usable.length === 0 && missing.size > 0) this.#missing = `the database has none of the tables that are known: ${[...missing].join(', ')} missing`
    return usable
  }

  /** False when the batch is full before the last pass is done. */
  #readPasses(database: ForeignDatabase, batch: BatchBuilder): boolean {
    for (const passes = this.#passes ?? []; this.#pass < passes.length;) {
      const pass = passes[this.#pass] as RowPass
      const done = this.#readPage(database, pass, batch)
      if (done) {
        this.#pass++
        this.#pageRows = PAGE_ROWS
      }
      if (this.#pass < passes.length && isFull(batch, this.#room.bounds)) return false
    }
    return true
  }

  #readPage(database: ForeignDatabase, pass: RowPass, batch: BatchBuilder): boolean {
    if (pass.walk && this.#marks[pass.name] === undefined) return this.#walkPage(database, pass, pass.walk, batch)
    const from = this.#marks[pass.name] ?? pass.firstMark
    const rows = database.rows(pass.sql, { mark: from, limit: this.#pageRows })
    for (const row of rows) this.#take(pass, row, batch)
    const last = rows.at(-1)?.['mark'] ?? from
    batch.addRead(rows.length, 0)
    this.#marks[pass.name] = last
    if (rows.length < this.#pageRows) return true
    if (last !== from) return false
    this.#pageRows *= 2
    if (this.#pageRows <= PAGE_ROWS_MAX) return false
    this.#flaws.addGap({ offset: 0, bytes: 0, why: `more than ${PAGE_ROWS_MAX} rows of ${pass.name} share one mark; the rest of them was not read` })
    return true
  }

  /** Never the last page of its pass: what changed since the walk began comes after it. */
  #walkPage(database: ForeignDatabase, pass: RowPass, walk: RowWalk, batch: BatchBuilder): false {
    const walked = pass.name + WALKED, after = pass.name + AFTER_WALK
    this.#marks[after] ??= database.rows(walk.from, { mark: pass.firstMark, limit: 1 })[0]?.['mark'] ?? pass.firstMark
    const rows = database.rows(walk.sql, { mark: this.#marks[walked] ?? WALK_BEGINS, limit: PAGE_ROWS })
    for (const row of rows) this.#take(pass, row, batch)
    batch.addRead(rows.length, 0)
    const last = rows.at(-1)?.['mark']
    if (last !== undefined) this.#marks[walked] = last
    if (rows.length < PAGE_ROWS) {
      this.#marks[pass.name] = this.#marks[after] ?? pass.firstMark
      delete this.#marks[walked]
      delete this.#marks[after]
    }
    return false
  }

  #take(pass: RowPass, row: Row, batch: BatchBuilder): void {
    const parsed = pass.parse(row, this.#opening, this.#job.log.modifiedAt)
    this.#flaws.addParsed(parsed, 0, 0)
    batch.addParsed(parsed)
  }

  #fileRead(atEnd: boolean): FileRead {
    const { log, cursor } = this.#job
    const { device, inode } = this.#log
    const generation = (cursor?.generation ?? 0) + (cursor !== undefined && (cursor.inode !== inode || cursor.device !== device) ? 1 : 0)
    if (atEnd && this.#missing !== '') this.#flaws.add('malformed', { offset: 0, bytes: 0, why: this.#missing })
    // The size and time are those of the walk, so that whatever is written from then on is a change. Only complete they are saved.
    return {
      outcome: 'read', log, transition: { kind: 'new' }, growth: 0, atEnd, flaws: atEnd ? this.#flaws.of(log.path, generation) : [],
      file: {
        path: log.path, device, inode, generation, offset: atEnd ? log.size : 0, headLength: 0, head: '', tail: '', root: log.root, agent: log.agent,
        account: log.account, size: atEnd ? log.size : -1, modifiedAt: log.modifiedAt, memory: marksText(this.#marks),
      },
    }
  }
}

/**
 * What the file looks like while nobody has unsaved rows (no write-ahead log): then it is read as the plain file it is.
 * Null when somebody has.
 */
function quietLook(path: string): string | null {
  const wal = lstatSync(path + WAL_SUFFIX, { throwIfNoEntry: false })
  if (wal !== undefined && wal.size > 0) return null
  const { size, mtimeMs, ino } = lstatSync(path)
  return `${size} ${mtimeMs} ${ino}`
}

/** The first table or column this pass needs and the database has not; '' when it has all. */
function absentIn(database: ForeignDatabase, { needs }: RowPass): string {
  for (const [table, wanted] of Object.entries(needs)) {
    const columns = database.columns(table)
    if (columns.length === 0) return table
    const absent = wanted.find(column => !columns.includes(column))
    if (absent !== undefined) return `${table}.${absent}`
  }
  return ''
}

const BIG = /^-?\d+n$/

export const marksText = (marks: Marks): string => (Object.keys(marks).length === 0 ? '' : JSON.stringify(marks, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))

export function marksFrom(text: string): Marks {
  try {
    const marks = JSON.parse(text) as Record<string, string | number | null>
    return Object.fromEntries(Object.entries(marks).map(([pass, mark]) => [pass, typeof mark === 'string' && BIG.test(mark) ? BigInt(mark.slice(0, -1)) : mark]))
  } catch {
    return {}
  }
}
