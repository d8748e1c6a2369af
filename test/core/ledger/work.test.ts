import { describe, expect, it } from 'vitest'
import { big, bulkInsert, changes, inserted, int, maybeInt, maybeText, row, rows, sql, text, type BulkCall, type Row, type StatementCall, type Work } from '../../../src/core/ledger/work.ts'

/** Drives work by hand and keeps what it asked. */
function drive<T>(work: Work<T>, answers: readonly (readonly Row[])[]): { result: T; asked: readonly (StatementCall | BulkCall)[] } {
  const asked: (StatementCall | BulkCall)[] = []
  let step = work.next()
  for (const answer of answers) {
    if (step.done) break
    asked.push(step.value)
    step = work.next(answer)
  }
  if (!step.done) throw new Error('the work asks for more')
  return { result: step.value, asked }
}

describe('a statement', () => {
  it('names its parameters once each, in order, and leaves casts and times alone', () => {
    expect(sql("select :one, :two, :one, x::text, '12:30' from t where a = :twoMore").names).toEqual(['one', 'two', 'twoMore'])
    expect(sql('select 1').names).toEqual([])
  })
})

describe('a unit of work', () => {
  const find = sql('select n from t where id = :id')
  it('asks and is answered, whole or in parts', () => {
    function* both(): Work<readonly [readonly Row[], Row | undefined]> { return [yield* rows(find, { id: 'a' }), yield* row(find, { id: 'b' })] }
    const { result, asked } = drive(both(), [[{ n: 1n }, { n: 2n }], [{ n: 3n }]])
    expect(result).toEqual([[{ n: 1n }, { n: 2n }], { n: 3n }])
    expect(asked).toEqual([{ statement: find, values: { id: 'a' } }, { statement: find, values: { id: 'b' } }])
  })
  it('finds no row as undefined, and no count as zero', () => {
    expect(drive(row(find), [[]]).result).toBeUndefined()
    expect(drive(changes(find), [[]]).result).toBe(0)
    expect(drive(changes(find), [[{ changes: 7n }]]).result).toBe(7)
  })
})

describe('an insert of many rows', () => {
  it('asks once, is told of each row, and allows each parameter one place', () => {
    const bulk = bulkInsert({ into: 't (a, b, c)', row: "(:a, 'x', :c)", unless: '(a)' })
    expect(bulk.statement).toEqual({ text: "insert into t (a, b, c) values (:a, 'x', :c) on conflict (a) do nothing", names: ['a', 'c'] })
    const { result, asked } = drive(inserted(bulk, ['1', 2n, '3', null]), [[{ changes: 1n }, { changes: 0n }]])
    expect([result, asked]).toEqual([[true, false], [{ statement: bulk.statement, bulk, flat: ['1', 2n, '3', null] }]])
    expect(() => bulkInsert({ into: 't (a, b)', row: '(:a, :a)', unless: '(a)' })).toThrow(/stands once/)
  })
})

describe('a column', () => {
  it('is read as what it holds; null and absent are zero, empty, or null where that is asked for', () => {
    expect([big(9_223_372_036_854_775_807n), big(null), big(undefined)]).toEqual([9_223_372_036_854_775_807n, 0n, 0n])
    expect([int(5n), int(null), text('x'), text(null), text(5n)]).toEqual([5, 0, 'x', '', '5'])
    expect([maybeInt(null), maybeInt(5n), maybeInt(0n), maybeText(undefined), maybeText('')]).toEqual([null, 5, 0, null, ''])
  })
})
