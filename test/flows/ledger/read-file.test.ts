import { beforeAll, describe, expect, it } from 'vitest'
import { instant } from '../../../src/core/time.ts'
import { checkFile, itemsOf } from '../../../src/flows/ledger/read-file.ts'
import { openTestSqlite } from '../../support/databases.ts'
import { bent, exported, fileOf, sealed } from '../../support/ledger-files.ts'
import { LedgerWorld } from '../../support/ledger-world.ts'

const NOON = instant(Date.UTC(2026, 10, 21, 12))
let lines: string[] = []
beforeAll(async () => {
  const open = await openTestSqlite()
  const world = new LedgerWorld(open.stores, NOON)
  await world.ingest([{ key: 'a', at: NOON, usd: '1', final: false }, { key: 'b', at: NOON, usd: '2' }], 'live', [{ session: 's1', at: NOON, usd: '9' }])
  await world.ingest([{ key: 'a', at: NOON, usd: '3' }, { key: 'b', at: instant(NOON - 1), usd: '2', session: 's0' }])
  lines = await exported(open.stores, { audit: true })
  await open.close()
})
const refused = async (bad: readonly string[]): Promise<string> => checkFile(fileOf(bad, 'other.jsonl'), () => undefined).then(() => 'accepted', (error: Error) => error.message)
const lineOf = (part: string): number => lines.findIndex(line => line.includes(part))
const replaced = (part: string, over: Record<string, unknown>): string[] => lines.map((line, index) => (index === lineOf(part) ? bent(line, over) : line))

describe('reading a ledger file', () => {
  it('gives whole responses, meters and copies, in whatever portions the file comes', async () => {
    for (const atOnce of [1, 2, 1_000]) {
      const found: string[] = []
      for await (const item of itemsOf(fileOf(lines, 'x', atOnce), () => undefined)) found.push(item.what === 'history' ? `${item.history[0]?.key} ${item.history.length}` : item.what)
      expect(found).toEqual(['header', 'claude-code:a 2', 'claude-code:b 3', 'unlogged:claude-code:s1:claude-opus-4-5 2', 'meter', 'copy'])
    }
    expect(await checkFile(fileOf(lines), () => undefined)).toMatchObject({ entries: 7, responses: 3, meters: 1, copies: 1, header: { node: 'n1' } })
  })

  it('tells how far it is', async () => {
    const told: number[] = []
    const file = fileOf(lines)
    await checkFile(file, bytes => told.push(bytes))
    expect(told.at(-1)).toBe(file.bytes)
  })

  it('refuses a file that is cut off, wherever it is cut', async () => {
    for (let length = 1; length < lines.length; length++) expect(await refused(lines.slice(0, length)), `after ${length} lines`).toMatch(/line \d+: is the last, and the ledger goes on: the file is cut off|takes the response from its owner and gives it to nobody/)
    const cutLine = [...lines.slice(0, 2), (lines[2] as string).slice(0, 40)]
    expect(await refused(cutLine)).toBe('other.jsonl line 3: is cut off, or not JSON')
    expect(await refused([])).toMatch(/is empty/)
  })

  it('refuses a file in which anything was changed, lost, added or swapped', async () => {
    expect(await refused(replaced('"key":"claude-code:b"', { output: 1 }))).toMatch(/line \d+: (\(claude-code:b\)|"digest" does not fit)/)
    expect(await refused(replaced('"type":"meter"', { cost: '9.01' }))).toMatch(/"digest" does not fit what stands before it: the file was changed or damaged/)
    expect(await refused(lines.filter((_, index) => index !== lineOf('"type":"copy"')))).toMatch(/"copies" says 1, and 0 were found: lines were lost or added/)
    expect(await refused([...lines, lines[1] as string])).toMatch(/stands behind the end of the ledger/)
    expect(await refused([...lines.slice(0, 2), lines[0] as string, ...lines.slice(2)])).toMatch(/line 3: "type" begins another ledger/)
  })

  it('names line and field of what is not in order although it is sealed', async () => {
    expect(await refused(sealed(replaced('"key":"claude-code:b"', { output: -5 })))).toMatch(/^other\.jsonl line \d+: \(claude-code:b\) output adds up to -5$/)
    expect(await refused(sealed(replaced('"key":"claude-code:b"', { at: 'today' })))).toBe(`other.jsonl line ${lineOf('"key":"claude-code:b"') + 1}: "at" is no instant like 2026-11-21T12:00:00.000Z`)
    expect(await refused(sealed(lines.filter((_, index) => index !== lineOf('"kind":"moved"'))))).toMatch(/\(claude-code:b\) seq is 2 where 1 is next/)
  })

  it('refuses what is no ledger, and one of a later format, before it reads on', async () => {
    expect(await refused(['{"date":"2026-11-21","cost":3}', ...lines])).toMatch(/^other\.jsonl is no ledger that purser exported\nmake one: purser ledger export FILE$/)
    for (const over of [{ format: 2 }, { format: 12, entries: 'many' }]) expect(await refused(sealed([bent(lines[0], over), ...lines.slice(1)]))).toBe(`other.jsonl has format ${over.format}, and this purser reads up to 1; update purser`)
    expect(await refused(sealed([bent(lines[0], { entries: 'many' }), ...lines.slice(1)]))).toBe('other.jsonl line 1: "entries" cannot be "many"')
  })
})
