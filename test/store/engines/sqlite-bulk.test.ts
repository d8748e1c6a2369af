// What the conformance suite cannot see from outside: which statement was taken, and that its failure is the statement's alone.
import { describe, expect, it } from 'vitest'
import { bulkInsert } from '../../../src/core/ledger/work.ts'
import { SqliteBulk } from '../../../src/store/engines/sqlite-bulk.ts'
import { loadSqliteDriver, type SqliteConnection } from '../../../src/store/engines/sqlite-driver.ts'

const numbers = bulkInsert({ into: 't (n, name)', row: '(:n, :name)', unless: '(n)' })
const flatOf = (from: number, count: number): (number | string)[] => Array.from({ length: count }, (_, k) => [from + k, `row ${from + k}`]).flat()

function table(): { connection: SqliteConnection; insert: (flat: readonly (number | string)[]) => number; runs: () => string[] } {
  const real = loadSqliteDriver().open(':memory:', { readOnly: false }), runs: string[] = []
  real.exec('create table t (n integer primary key, name text not null check (length(name) < 100)) strict')
  const connection: SqliteConnection = {
    exec: text => real.exec(text), close: () => real.close(),
    prepare: text => {
      const statement = real.prepare(text)
      return { all: (...values) => statement.all(...values), setReadBigInts: on => statement.setReadBigInts(on), run: (...values) => { runs.push(values.length > 2 ? 'several' : 'one'); return statement.run(...values) } }
    },
  }
  const bulk = new SqliteBulk(connection)
  return { connection, insert: flat => bulk.insert({ statement: numbers.statement, bulk: numbers, flat }).filter(row => Number(row.changes) > 0).length, runs: () => runs.splice(0) }
}

describe('SqliteBulk', () => {
  it('takes whole statements while nothing is taken, and single rows for the rest', () => {
    const { insert, runs } = table()
    expect(insert(flatOf(0, 35))).toBe(35)
    expect(runs()).toEqual(['several', 'several', 'one', 'one', 'one'])
  })
  it('goes row by row where keys are taken, and by the dozen again once they lie behind', () => {
    const { insert, runs } = table()
    insert(flatOf(16, 4))
    runs()
    expect(insert(flatOf(0, 68))).toBe(64)
    expect(runs()).toEqual(['several', 'several', ...Array.from({ length: 20 }, () => 'one'), 'several', 'several'])
  })
  it('keeps what went in before a taken row, and asks for none of it again', () => {
    const { insert, runs } = table()
    insert(flatOf(7, 1))
    runs()
    expect(insert(flatOf(0, 24))).toBe(23)
    // Seven of the first dozen, the taken one, then one by one until a dozen was clear.
    expect(runs()).toEqual(['several', ...Array.from({ length: 17 }, () => 'one')])
  })
  it('lets a row that may not be fail by itself, with the reason', () => {
    const { insert, connection } = table()
    const flat = flatOf(0, 16)
    flat[11] = 'x'.repeat(200)
    expect(() => insert(flat)).toThrow(/CHECK constraint failed/)
    expect(connection.prepare('select count(*) as rows from t').all()).toEqual([{ rows: 5 }])
  })
})
