// An agent's own database for tests: a real file with the agent's real schema, and its passes run over it in pages as
// the reader runs them.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSource, Opening, Row, RowPass, RowValue, RowWalk } from '../../src/core/sessions/log-source.ts'
import { instant } from '../../src/core/time.ts'
import type { ParsedLine } from '../../src/core/usage/usage-event.ts'
import { loadSqliteDriver, type SqliteConnection } from '../../src/store/engines/sqlite-driver.ts'

export const WRITTEN_AT = instant(Date.UTC(2026, 10, 21))
// A pass whose mark does not advance from page to page would ask for ever.
const PAGES_MAX = 10_000

export class ForeignDatabase {
  readonly #folder: string | null
  readonly #path: string
  readonly #connection: SqliteConnection
  readonly #driver = loadSqliteDriver()

  /** Without a path it lies in a folder of its own and vanishes when it is closed. */
  constructor(schema: string, path?: string) {
    this.#folder = path === undefined ? mkdtempSync(join(tmpdir(), 'purser-foreign-')) : null
    this.#path = path ?? join(this.#folder ?? '', 'agent.db')
    this.#connection = this.#driver.open(this.#path, { readOnly: false })
    this.#connection.exec(`pragma journal_mode = wal; ${schema}`)
  }

  exec(sql: string): void { this.#connection.exec(sql) }

  insert(table: string, row: Row): void {
    const columns = Object.keys(row)
    this.#connection.prepare(`insert or replace into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`).run(...Object.values(row))
  }

  /** Every fact its passes bring from this mark on; `marks` keeps where each pass got to. */
  facts(source: DatabaseSource, { limit = 3, marks = new Map<string, RowValue>(), path = 'agent.db', root = '/data' } = {}): ParsedLine[] {
    const opening: Opening = { place: source.place(path), path, root, memory: null, companions: {} }
    const reader = this.#driver.open(this.#path, { readOnly: true })
    try {
      return source.passes.filter(pass => this.#has(pass)).flatMap(pass => read(reader, pass, { opening, limit, marks }))
    } finally {
      reader.close()
    }
  }

  /** The passes whose tables and columns are there. */
  able(source: DatabaseSource): string[] { return source.passes.filter(pass => this.#has(pass)).map(({ name }) => name) }

  #has(pass: RowPass): boolean {
    if (pass.unless !== undefined && this.#columns(pass.unless).length > 0) return false
    return Object.entries(pass.needs).every(([table, columns]) => columns.every(column => this.#columns(table).includes(column)))
  }

  #columns(table: string): string[] {
    return (this.#connection.prepare('select name from pragma_table_info(?)').all(table) as { name: string }[]).map(({ name }) => name)
  }

  close(): void {
    this.#connection.close()
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** For the samples of an agent: makes a database where it is told to, unless there is one. */
export const fileOf = (open: (path: string) => ForeignDatabase) => (path: string): void => {
  if (!existsSync(path)) open(path).close()
}

export const databaseFile = (schema: string, fill: (made: ForeignDatabase) => void): ((path: string) => void) => fileOf(path => {
  const made = new ForeignDatabase(schema, path)
  fill(made)
  return made
})

function read(connection: SqliteConnection, pass: RowPass, { opening, limit, marks }: { opening: Opening; limit: number; marks: Map<string, RowValue> }): ParsedLine[] {
  const walk = marks.has(pass.name) ? undefined : pass.walk
  if (walk) return walkThrough(connection, pass, walk, { opening, limit, marks })
  const statement = connection.prepare(pass.sql.replaceAll(/:mark\b/g, '?1').replaceAll(/:limit\b/g, '?2'))
  statement.setReadBigInts(true)
  const facts: ParsedLine[] = []
  for (let pages = 0, size = limit; pages < PAGES_MAX; pages++) {
    const mark: RowValue = marks.get(pass.name) ?? pass.firstMark
    const rows = statement.all(mark, size) as Row[]
    for (const row of rows) facts.push(pass.parse(row, opening, WRITTEN_AT))
    const last = rows.at(-1)?.['mark']
    if (last !== undefined) marks.set(pass.name, last)
    if (rows.length < size) return facts
    if (last === mark) size *= 2
  }
  throw new Error(`${pass.name} never ends`)
}

/** As a first reading does: the rows as they lie, and from then on by their marks. */
function walkThrough(connection: SqliteConnection, pass: RowPass, walk: RowWalk, { opening, limit, marks }: { opening: Opening; limit: number; marks: Map<string, RowValue> }): ParsedLine[] {
  const ask = (sql: string, mark: RowValue, size: number): Row[] => {
    const statement = connection.prepare(sql.replaceAll(/:mark\b/g, '?1').replaceAll(/:limit\b/g, '?2'))
    statement.setReadBigInts(true)
    return statement.all(mark, size) as Row[]
  }
  marks.set(pass.name, ask(walk.from, pass.firstMark, 1)[0]?.['mark'] ?? pass.firstMark)
  const facts: ParsedLine[] = []
  for (let mark: RowValue = 0, pages = 0; pages < PAGES_MAX; pages++) {
    const rows = ask(walk.sql, mark, limit)
    for (const row of rows) facts.push(pass.parse(row, opening, WRITTEN_AT))
    if (rows.length < limit) return facts
    mark = rows.at(-1)?.['mark'] ?? mark
  }
  throw new Error(`${pass.name} never ends`)
}
