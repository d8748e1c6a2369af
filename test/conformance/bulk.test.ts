// Inserts of many rows: every engine says of each row, in order, whether it was new, however the taken ones lie.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { bulkInsert, inserted, int, row, sql } from '../../src/core/ledger/work.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const copies = bulkInsert({ into: 'copy (agent, session, key)', row: "(:agent, 's1', :key)", unless: '(agent, session, key)' })
const count = sql('select count(*) as rows from copy where agent = :agent')
const flatOf = (agent: string, keys: readonly string[]): string[] => keys.flatMap(key => [agent, key])

describe.each(ENGINES)('a bulk insert on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  it('tells the new from the taken, within one call and over several', async () => {
    const { stores } = open = await engine.open()
    // Runs of taken keys as a fork brings them, new ones around them, more than one statement's worth of both.
    const runs = fc.array(fc.record({ from: fc.nat(60), length: fc.integer({ min: 1, max: 40 }) }), { minLength: 1, maxLength: 6 })
    let round = 0
    await fc.assert(fc.asyncProperty(fc.array(runs, { minLength: 1, maxLength: 4 }), async calls => {
      const agent = `agent-${round++}`, known = new Set<string>()
      for (const call of calls) {
        const keys = call.flatMap(({ from, length }) => Array.from({ length }, (_, n) => `k${from + n}`))
        const expected = keys.map(key => !known.has(key) && known.add(key).has(key))
        expect(await stores.transaction(() => inserted(copies, flatOf(agent, keys)))).toEqual(expected)
      }
      expect(await stores.read(function* () { return int((yield* row(count, { agent }))?.rows) })).toBe(known.size)
    }), { numRuns: 25 })
  })

  it('inserts nothing at all when one row may not be', async () => {
    const { stores } = open = await engine.open()
    const keys: (string | null)[] = Array.from({ length: 40 }, (_, n) => `k${n}`)
    keys[30] = null
    await expect(stores.transaction(() => inserted(copies, keys.flatMap(key => ['a', key])))).rejects.toThrow(/null/i)
    expect(await stores.read(function* () { return int((yield* row(count, { agent: 'a' }))?.rows) })).toBe(0)
  })
})
