import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import type { DatabaseSource } from '../../../src/core/sessions/log-source.ts'
import { marksFrom, marksText, PAGE_ROWS } from '../../../src/os/logs/database-reader.ts'
import { loadSqliteDriver, type SqliteConnection } from '../../../src/store/engines/sqlite-driver.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { FULL_TOOLS, SourceReading } from '../../support/source-reading.ts'
import { toyAgent } from '../../support/toy-agent.ts'

let home: TempHome, reading: SourceReading, file: string, owner: SqliteConnection
beforeEach(() => {
  home = tempHome('database')
  file = path.join(home.path, '.toy', 'toy.db')
  mkdirSync(path.dirname(file), { recursive: true })
  reading = new SourceReading(home.path, [toyAgent])
  owner = opened()
})
afterEach(() => {
  owner.close()
  home.remove()
})

function opened(schema = 'create table if not exists response (id text, changed integer, output integer)'): SqliteConnection {
  const connection = loadSqliteDriver().open(file, { readOnly: false })
  connection.exec(`pragma journal_mode = wal; ${schema}`)
  return connection
}
const put = (id: string, changed: number | bigint, output: number): void => { owner.prepare('insert into response values (?, ?, ?)').run(id, changed, output) }
const besideIt = (): string[] => readdirSync(path.dirname(file)).toSorted()

describe('reading an agent\'s database', () => {
  it('takes what is new since the last look, also from a write-ahead log', () => {
    put('a', 1, 10)
    reading.read()
    expect(reading.read()).toEqual([])
    put('b', 2, 5)
    expect(reading.read()).toHaveLength(1)
    expect(reading.totals).toMatchObject({ responses: 2, output: 15 })
    expect(reading.cursors.get(file)?.memory).toBe('{"responses":2}')
    expect(reading.batches.reduce((sum, { bytes }) => sum + bytes, 0), 'progress').toBe(reading.cursors.get(file)?.size)
  })

  it('leaves nothing beside a database that nobody has open, and takes no lock on it', () => {
    put('a', 1, 10)
    owner.exec('pragma wal_checkpoint(truncate)')
    owner.close()
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
    expect(besideIt()).toEqual(['toy.db'])
    reading.read()
    expect(besideIt()).toEqual(['toy.db'])
    expect(reading.totals.output).toBe(10)
    owner = opened()
  })

  it('leaves out a pass where a table is that tells the same better', () => {
    const source = toyAgent.sources[2] as DatabaseSource
    const passes = source.passes.map(pass => ({ ...pass, unless: 'better' }))
    reading = new SourceReading(home.path, [{ ...toyAgent, sources: [{ ...source, passes }] }])
    put('a', 1, 10)
    reading.read()
    expect(reading.totals.responses).toBe(1)
    owner.exec('create table better (id text)')
    put('b', 2, 5)
    reading.read()
    expect(reading.totals.responses).toBe(1)
  })

  it('never keeps its owner from writing', () => {
    put('a', 1, 10)
    const { openForeign } = FULL_TOOLS
    const foreign = openForeign?.(file, { quiet: false })
    expect(foreign?.rows('select id, changed as mark from response where changed >= :mark order by changed limit :limit', { mark: 0, limit: 9 })).toEqual([{ id: 'a', mark: 1 }])
    put('b', 2, 1)
    foreign?.close()
    expect(() => foreign?.rows('select 1 as mark', { mark: 0, limit: 1 })).toThrow('not open')
  })

  it('reads page by page in bounded batches, and goes on from a batch\'s marks when it was interrupted', () => {
    for (let n = 0; n < 3 * PAGE_ROWS + 7; n++) put(`r${n}`, n, 1)
    const bounds = { events: PAGE_ROWS, bytes: 1_000_000 }
    const reads = reading.read(bounds)
    expect(reading.batches.length).toBeGreaterThan(3)
    expect(Math.max(...reading.batches.map(batch => batch.usage.length))).toBeLessThanOrEqual(PAGE_ROWS)
    expect(reads.slice(0, -1).every(read => read.outcome === 'read' && read.file.size === -1)).toBe(true)
    expect(reading.totals.responses).toBe(3 * PAGE_ROWS + 7)
    const again = new SourceReading(home.path, [toyAgent])
    const [first] = reads
    if (first?.outcome === 'read') again.cursors.set(file, first.file)
    again.read(bounds)
    expect(again.totals.responses).toBe(2 * PAGE_ROWS + 8)
  })

  it('gets past more rows of one mark than a page holds', () => {
    for (let n = 0; n < 5 * PAGE_ROWS; n++) put(`r${n}`, 7, 1)
    put('last', 8, 1)
    reading.read()
    expect(reading.totals.responses).toBe(5 * PAGE_ROWS + 1)
    expect(reading.flaws).toEqual([])
  })

  describe('whose first reading is a walk', () => {
    const source = toyAgent.sources[2] as DatabaseSource
    const passes = source.passes.slice(0, 1).map(pass => ({
      ...pass,
      walk: { sql: 'select id, output, rowid as mark from response where rowid > :mark order by rowid limit :limit', from: 'select max(changed) as mark from response where :mark is not null limit :limit' },
    }))
    const walking = [{ ...toyAgent, sources: [{ ...source, passes }] }]
    const bounds = { events: PAGE_ROWS, bytes: 1_000_000 }
    beforeEach(() => { reading = new SourceReading(home.path, walking) })

    it('takes each row once, whatever their marks, and then only what changed', () => {
      for (let n = 0; n < 2 * PAGE_ROWS + 7; n++) put(`r${n}`, n % 3, 1)
      reading.read()
      expect(reading.totals.responses).toBe(2 * PAGE_ROWS + 7)
      expect(reading.cursors.get(file)?.memory).toBe('{"responses":2}')
      put('later', 5, 10)
      expect(reading.read(), 'the rows of the last mark, and the new one').toHaveLength(1)
      expect(reading.totals.output).toBe(2 * PAGE_ROWS + 17)
      expect(reading.batches.at(-1)?.usage.length).toBeLessThan(PAGE_ROWS)
    })

    it('goes on where it was interrupted, and reads again what changed since it began', () => {
      for (let n = 0; n < 3 * PAGE_ROWS; n++) put(`r${n}`, n, 1)
      const [first] = reading.read(bounds)
      const again = new SourceReading(home.path, walking)
      if (first?.outcome === 'read') again.cursors.set(file, first.file)
      expect(again.cursors.get(file)?.memory).toBe(`{"responses after":${3 * PAGE_ROWS - 1},"responses walked":${PAGE_ROWS}}`)
      // Behind the walk, and older than what comes in after it.
      owner.prepare('update response set changed = ?, output = ? where id = ?').run(4 * PAGE_ROWS, 1_000, 'r0')
      put('newest', 5 * PAGE_ROWS, 7)
      again.read(bounds)
      expect(again.totals.output - 2 * PAGE_ROWS, 'the two pages left, the new row, and the changed one').toBe(1_007)
    })

    it('is no walk through nothing', () => {
      reading.read()
      put('a', 1, 10)
      reading.read()
      expect(reading.totals).toMatchObject({ responses: 1, output: 10 })
    })
  })

  it('says which table is missing when it knows none of them, and asks again when the file changed', () => {
    owner.exec('drop table response; create table other (x)')
    reading.read()
    expect(reading.flaws).toMatchObject([{ kind: 'malformed', why: 'the database has none of the tables that are known: response, nowhere missing' }])
    owner.exec('create table response (id text, changed integer)')
    reading.read()
    expect(reading.flaws.at(-1)?.why).toContain('response.output, nowhere missing')
  })

  it('takes another database under the same name from its first row', () => {
    put('a', 100, 10)
    reading.read()
    owner.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
    writeFileSync(`${file}.keep`, '')
    owner = opened()
    put('b', 1, 2)
    reading.read()
    expect(reading.totals.output).toBe(12)
  })

  it('names a file that is no database, and one that is locked only as worth another look', () => {
    owner.close()
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
    writeFileSync(file, 'not a database at all, but long enough to look like one'.repeat(40))
    reading.read()
    expect(reading.flaws).toMatchObject([{ kind: 'unreadable', path: file }])
    reading.tools = { ...FULL_TOOLS, openForeign: () => { throw new AppError('store_busy', 'held') } }
    expect(reading.read().map(({ outcome }) => outcome)).toEqual(['torn'])
    expect(reading.cursors.has(file)).toBe(false)
    rmSync(file)
    owner = opened()
  })

  it('keeps marks of every kind as text', () => {
    const marks = { a: 5, b: 'x', c: null, d: 2n ** 60n, e: 1.5 }
    expect(marksFrom(marksText(marks))).toEqual(marks)
    expect(marksFrom('torn{')).toEqual({})
    expect(marksText({})).toBe('')
  })
})
