import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BudgetFields } from '../../../src/core/budgets/define.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { driftOf, remeasure } from '../../../src/flows/ledger/remeasure.ts'
import { ENGINES, openTestSqlite } from '../../support/databases.ts'
import { driftOf as driftBySlowModel } from '../../support/ledger-check.ts'
import { LedgerWorld, type Spent } from '../../support/ledger-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12), HOUR = 3_600_000
const at = (hours: number) => instant(NOON + hours * HOUR)
const RULES: readonly BudgetFields[] = [
  { id: 'day', window: 'day', limit: parseUsd('90'), per: 'session' }, { id: 'roll', window: '24h', limit: parseUsd('90'), per: 'branch' }, { id: 'five', window: '5h', limit: parseUsd('90') },
  { id: 'ever', window: 'lifetime', limit: parseUsd('90'), selector: { branch: 'main' } },
]
const anew = (world: LedgerWorld) => world.stores.transaction(function* () {
  let drifted = 0
  for (const rule of world.rules) drifted += (yield* remeasure(world.stores, rule, world.clock.now())).length
  return drifted
})

describe.each(ENGINES)('balances computed anew on $name', engine => {
  it('are those that were kept, where nothing drifted, and right again where something did', async () => {
    const open = await engine.open()
    const world = new LedgerWorld(open.stores, NOON, RULES)
    await world.ingest([{ key: 'a', at: at(-30), usd: '1' }, { key: 'b', at: at(-4), usd: '2', branch: 'dev' }, { key: 'c', at: at(0), usd: '3', session: 's2', final: false }, { key: 'd', at: at(30), usd: '4' }])
    const kept = async () => (await Promise.all(world.rules.map(rule => world.stores.read(() => world.stores.balances.ofMeasure(rule.measure))))).flat()
    const before = await kept()
    expect(await anew(world)).toBe(0)
    expect(await kept()).toEqual(before)
    await open.database.script("update balance set spent = spent + 7, partial = 9; delete from balance where per_value = 's2'")
    expect(await anew(world)).toBeGreaterThan(3)
    expect(await kept()).toEqual(before)
    await open.close()
  })
})

describe('balances computed anew', () => {
  it('are the sums of their entries after any history, on any clock', async () => {
    const spent: fc.Arbitrary<Spent> = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), at: fc.integer({ min: -40, max: 30 }).map(at), usd: fc.constantFrom('0.001', '0.004'), session: fc.constantFrom('s1', 's2'), branch: fc.constantFrom('main', 'dev'), final: fc.boolean(), sidechain: fc.boolean() })
    const steps = fc.array(fc.record({ batch: fc.uniqueArray(spent, { selector: each => each.key, maxLength: 4 }), hours: fc.integer({ min: 0, max: 30 }) }), { minLength: 1, maxLength: 5 })
    await fc.assert(fc.asyncProperty(steps, fc.boolean(), async (history, wreck) => {
      const open = await openTestSqlite()
      const world = new LedgerWorld(open.stores, NOON, RULES)
      for (const { batch, hours } of history) {
        await world.ingest(batch)
        world.clock.advance(hours * HOUR)
      }
      for (const rule of world.rules) expect(await world.stores.read(() => driftOf(world.stores, rule, world.clock.now()))).toEqual([])
      if (wreck) await open.database.script('update balance set spent = 1 where abs(spent) % 2 = 0; delete from balance where responses = 1')
      await anew(world)
      expect(await driftBySlowModel(world.stores, world.rules, world.clock.now())).toEqual([])
      for (const rule of world.rules) expect(await world.stores.read(() => driftOf(world.stores, rule, world.clock.now()))).toEqual([])
      await open.close()
    }), { numRuns: 25 })
  })
})
