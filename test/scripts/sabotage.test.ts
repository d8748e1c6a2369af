// The table of mutations against the code as it is: trying every row takes half an hour, seeing that it fits takes a moment.
import { describe, expect, it } from 'vitest'
import { inTurn, minutesOf, tryAll } from '../../scripts/sabotage-run.mjs'
import { misfit, readRows, type SabotageRow } from '../../scripts/sabotage.mjs'

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

describe('a run over the table', () => {
  const row = (id: string, test: string): SabotageRow => ({ id, test, file: 'src/a.ts', find: 'a', replace: 'b', why: 'an example' })
  const table = [row('a 1', 'x.test.ts'), row('a 2', 'y.test.ts'), row('b 1', 'x.test.ts'), row('b 2', 'z.test.ts')]
  const ids = (commit: string) => inTurn(table, commit).map(group => group.rows.map(({ id }) => id))
  /** A world in which each row and each look at the sound tree takes one second of one shared clock. */
  const tried = async ({ unsound = [], survives = [], limitMs = Infinity }: { unsound?: readonly string[]; survives?: readonly string[]; limitMs?: number }) => {
    let clock = 0
    const deeds: string[] = [], said: string[] = []
    const left = new Map<string, number>()
    for (const id of survives) left.set(id, (left.get(id) ?? 0) + 1)
    const { caught, late, ...rest } = await tryAll(inTurn(table, '0'), {
      trees: ['only'], limitMs, elapsedMs: () => clock, say: line => said.push(line),
      isSound: async test => { clock += 1_000; deeds.push(test); return !unsound.includes(test) },
      tryRow: async ({ id }) => {
        clock += 1_000
        deeds.push(id)
        const times = left.get(id) ?? 0
        left.set(id, times - 1)
        return times <= 0
      },
    })
    return { deeds, said, caught, late, survivors: rest.survivors.map(({ id }) => id), unsound: rest.unsound.map(({ id }) => id) }
  }

  it('looks at the sound tree once for all rows of a test, before any of them', async () => {
    expect(await tried({})).toEqual({ deeds: ['x.test.ts', 'a 1', 'b 1', 'y.test.ts', 'a 2', 'z.test.ts', 'b 2'], said: [], caught: 4, late: 0, survivors: [], unsound: [] })
  })

  it('begins where the commit says, and tries every row from each beginning', () => {
    expect([ids('00000000aa'), ids('00000001aa'), ids('00000002aa'), ids('00000003aa')]).toEqual([
      [['a 1', 'b 1'], ['a 2'], ['b 2']], [['a 2'], ['b 2'], ['a 1', 'b 1']], [['b 2'], ['a 1', 'b 1'], ['a 2']], [['a 1', 'b 1'], ['a 2'], ['b 2']],
    ])
    expect([ids(''), inTurn([], 'ff')]).toEqual([[['a 1', 'b 1'], ['a 2'], ['b 2']], []])
  })

  it('begins no row once time is up, and counts what it did not try', async () => {
    const { deeds, said, caught, late } = await tried({ limitMs: 4_000 })
    expect({ deeds, caught, late }).toEqual({ deeds: ['x.test.ts', 'a 1', 'b 1', 'y.test.ts'], caught: 2, late: 2 })
    expect(said).toEqual([expect.stringMatching(/^2 not tried: time/)])
  })

  it('proves nothing by a test that fails on sound code', async () => {
    const { deeds, said, caught, unsound } = await tried({ unsound: ['x.test.ts'] })
    expect({ deeds, caught, unsound }).toEqual({ deeds: ['x.test.ts', 'y.test.ts', 'a 2', 'z.test.ts', 'b 2'], caught: 2, unsound: ['a 1', 'b 1'] })
    expect(said).toEqual([expect.stringContaining('UNSOUND  a 1: x.test.ts'), expect.stringContaining('UNSOUND  b 1')])
  })

  it('tries a survivor once more, alone, and names the one that survives again', async () => {
    const { deeds, said, caught, survivors } = await tried({ survives: ['a 1', 'a 2', 'a 2'] })
    expect({ late: deeds.slice(-2), caught, survivors }).toEqual({ late: ['a 1', 'a 2'], caught: 3, survivors: ['a 2'] })
    expect(said).toEqual(['SURVIVED a 2: src/a.ts: "a" -> "b" is not noticed by y.test.ts'])
  })

  it('takes minutes from the environment and refuses what is none', () => {
    expect([minutesOf(undefined), minutesOf(''), minutesOf('30'), minutesOf('0.5')]).toEqual([Infinity, Infinity, 30, 0.5])
    for (const wrong of ['0', '-1', 'soon', '30m']) expect(() => minutesOf(wrong)).toThrow(`PURSER_SABOTAGE_MINUTES is "${wrong}"`)
  })
})
