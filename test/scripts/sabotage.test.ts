// The table of mutations against the code as it is: trying every row takes half an hour, seeing that it fits takes a moment.
import { describe, expect, it } from 'vitest'
import { misfit, readRows } from '../../scripts/sabotage.mjs'

describe('the table of mutations', () => {
  const rows = readRows('')

  it('fits the code: each line to break is there exactly once, and its test exists', () => {
    expect(rows.map(row => ({ row: row.id, wrong: misfit(row) })).filter(({ wrong }) => wrong !== '')).toEqual([])
    expect(rows.length).toBeGreaterThan(400)
  })

  it('breaks no line twice in the same way for the same test', () => {
    const seen = rows.map(({ file, find, replace, test }) => JSON.stringify([file, find, replace, test]))
    expect(seen.filter((row, index) => seen.indexOf(row) !== index)).toEqual([])
  })

  it('knows a row that does not fit', () => {
    const row = { file: 'scripts/sabotage.mjs', find: 'const PARALLEL = 2', replace: 'const PARALLEL = 3', test: 'test/scripts/sabotage.test.ts', why: 'an example' }
    expect(misfit(row)).toBe('')
    expect([misfit({ ...row, find: 'PARALLEL' }), misfit({ ...row, find: 'no such line' })]).toEqual([expect.stringMatching(/^"PARALLEL" is \d+ times/), expect.stringContaining('is 0 times')])
    expect([misfit({ ...row, file: 'gone.ts' }), misfit({ ...row, test: 'gone.ts' }), misfit({ ...row, replace: row.find })]).toEqual(['gone.ts does not exist', 'gone.ts does not exist', 'the mutation changes nothing'])
  })
})
