import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { BudgetFields } from '../../../src/core/budgets/define.ts'
import { summed } from '../../../src/core/ledger/history.ts'
import { parseUsd, usdText } from '../../../src/core/money.ts'
import type { Stores } from '../../../src/core/stores.ts'
import { instant } from '../../../src/core/time.ts'
import { historiesOf } from '../../../src/flows/ledger/compare.ts'
import { importLedger, previewImport, type Imported } from '../../../src/flows/ledger/import.ts'
import { ENGINES, openTestSqlite, type OpenStores } from '../../support/databases.ts'
import { driftOf } from '../../support/ledger-check.ts'
import { exported, fileOf, sealed } from '../../support/ledger-files.ts'
import { LedgerWorld, type Spent } from '../../support/ledger-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12), HOUR = 3_600_000
const at = (hours: number) => instant(NOON + hours * HOUR)

/** Every response as it is known, whatever way it became known. */
async function known(stores: Stores): Promise<string[]> {
  const found: string[] = []
  for await (const history of historiesOf(stores, null)) {
    const { scope, at: when, cost, tokens, partial } = summed(history)
    found.push(`${history[0]?.key} ${usdText(cost)} ${tokens.output} ${when} ${scope.session} ${scope.project}${partial ? ' partial' : ''}`)
  }
  return found
}
const taken = (world: LedgerWorld, lines: readonly string[]): Promise<Imported> => importLedger(world, fileOf(lines), () => undefined)

describe.each(ENGINES)('an import on $name', engine => {
  const opened: OpenStores[] = []
  afterEach(async () => { for (const open of opened.splice(0)) await open.close() })
  async function ledger(rules: readonly BudgetFields[] = []): Promise<LedgerWorld> {
    const open = await engine.open()
    opened.push(open)
    return new LedgerWorld(open.stores, NOON, rules)
  }

  it('makes an empty ledger the same, entry for entry, and adds nothing the second time', async () => {
    const [here, there] = [await ledger(), await ledger()]
    await there.ingest([{ key: 'a', at: at(0), usd: '0.01', final: false }, { key: 'b', at: at(-1), usd: '2', session: 'side', sidechain: true }])
    await there.ingest([{ key: 'a', at: at(0), usd: '0.03' }, { key: 'b', at: at(-1), usd: '2', session: 'main' }], 'live', [{ session: 'main', at: at(0), usd: '2.5' }])
    const lines = await exported(there.stores)
    expect(await taken(here, lines)).toEqual({ added: 3, completed: 0, known: 0, entries: 6, cost: parseUsd('2.53') })
    expect(await exported(here.stores)).toEqual(lines)
    expect(await taken(here, lines)).toEqual({ added: 0, completed: 0, known: 3, entries: 0, cost: 0n })
    expect(await exported(here.stores)).toEqual(lines)
  })

  it('keeps machines apart by their node', async () => {
    const [here, there] = [await ledger(), await ledger()]
    await here.ingest([{ key: 'a', at: at(0), usd: '1' }])
    await there.ingest([{ key: 'b', at: at(0), usd: '1' }])
    await taken(here, sealed((await exported(there.stores)).map(line => line.replace('"node":"n1"', '"node":"laptop"'))))
    const nodes = await here.stores.read(() => here.stores.ledger.sum({ since: null, until: null, by: ['node'], slotMs: 0 }))
    expect(nodes.map(({ by, sum }) => `${by.node} ${sum.responses}`).sort()).toEqual(['laptop 1', 'n1 1'])
  })

  it('lets the fuller copy stand, on either side', async () => {
    const [here, there] = [await ledger(), await ledger()]
    await here.ingest([{ key: 'a', at: at(0), usd: '1', final: false }, { key: 'b', at: at(0), usd: '5' }])
    await there.ingest([{ key: 'a', at: at(0), usd: '3' }, { key: 'b', at: at(0), usd: '2', final: false }])
    expect(await taken(here, await exported(there.stores))).toEqual({ added: 0, completed: 1, known: 1, entries: 1, cost: parseUsd('2') })
    expect(await known(here.stores)).toEqual([`claude-code:a 3.00 3000000 ${at(0)} s1 /home/dev/web`, `claude-code:b 5.00 5000000 ${at(0)} s1 /home/dev/web`])
  })

  it('keeps every balance the sum of its entries: closed, current, ahead and rolling', async () => {
    const rules: BudgetFields[] = [{ id: 'day', window: 'day', limit: parseUsd('100') }, { id: 'five', window: '5h', limit: parseUsd('100'), per: 'session' }, { id: 'ever', window: 'lifetime', limit: parseUsd('100') }]
    const [here, there] = [await ledger(rules), await ledger()]
    await here.ingest([{ key: 'y', at: at(-24), usd: '1' }])
    here.clock.advance(HOUR)
    await here.ingest([{ key: 'a', at: at(0), usd: '1', session: 's2' }])
    await there.ingest([{ key: 'y2', at: at(-20), usd: '2' }, { key: 'a', at: at(0), usd: '4', session: 's2' }, { key: 'r', at: at(-3), usd: '8', session: 's2' }, { key: 'soon', at: at(14), usd: '16' }, { key: 'ago', at: at(-24 * 90), usd: '32' }])
    here.clock.advance(3 * HOUR)
    await taken(here, await exported(there.stores))
    expect(await driftOf(here.stores, here.rules, here.clock.now())).toEqual([])
    expect([await here.spent('five', 's1'), await here.spent('five', 's2'), await here.spent('ever')].map(each => usdText(each ?? 0n))).toEqual(['16.00', '4.00', '63.00'])
  })

  it('settles the gap of a meter with what came in, and does so too after a death before the end', async () => {
    const [here, there] = [await ledger(), await ledger()]
    await here.ingest([{ key: 'a', at: at(0), usd: '1' }], 'live', [{ session: 's1', at: at(0), usd: '5' }])
    expect((await known(here.stores)).at(-1)).toContain('unlogged:claude-code:s1:claude-opus-4-5 4.00')
    await there.ingest([{ key: 'b', at: at(0), usd: '3' }])
    const lines = await exported(there.stores)
    here.crashPoint = name => { if (name === 'import.before-gaps') throw new Error('died') }
    await expect(taken(here, lines)).rejects.toThrow('died')
    here.crashPoint = () => undefined
    expect(await taken(here, lines)).toMatchObject({ added: 0, known: 1, entries: 1 })
    expect((await known(here.stores)).at(-1)).toContain('unlogged:claude-code:s1:claude-opus-4-5 1.00')
  })
})

describe('an import', () => {
  const opened: OpenStores[] = []
  afterEach(async () => { for (const open of opened.splice(0)) await open.close() })
  async function ledger(rules: readonly BudgetFields[] = []): Promise<LedgerWorld> {
    const open = await openTestSqlite()
    opened.push(open)
    return new LedgerWorld(open.stores, NOON, rules)
  }

  it('locks and tells nothing, whatever it brings into any window', async () => {
    const [here, there] = [await ledger([{ id: 'cap', window: 'day', limit: parseUsd('1'), onBreach: 'terminate' }]), await ledger()]
    await there.ingest([{ key: 'past', at: at(-24 * 40), usd: '900' }, { key: 'now', at: at(0), usd: '900' }])
    await taken(here, await exported(there.stores))
    expect([await here.locks(), await here.notices(), await here.alerts()]).toEqual([[], [], []])
    // The judgement at its end is of the windows that contain now, and of no other.
    expect((await here.judgeNow()).map(lock => lock.window.start)).toEqual([Date.UTC(2026, 10, 21)])
  })

  it('says beforehand what it would add, and changes nothing', async () => {
    const [here, there] = [await ledger(), await ledger()]
    await here.ingest([{ key: 'a', at: at(0), usd: '1', final: false }, { key: 'c', at: at(0), usd: '1' }])
    await there.ingest([{ key: 'a', at: at(0), usd: '3' }, { key: 'b', at: at(0), usd: '5' }, { key: 'c', at: at(0), usd: '1' }])
    const before = await exported(here.stores), lines = await exported(there.stores)
    const told = await previewImport(here.stores, fileOf(lines), () => undefined)
    expect(await exported(here.stores)).toEqual(before)
    expect(told).toEqual(await taken(here, lines))
    expect(told).toEqual({ added: 1, completed: 1, known: 1, entries: 2, cost: parseUsd('7') })
  })

  it.each(['import.before-transaction', 'import.after-entries', 'import.before-commit', 'import.after-commit', 'import.before-gaps', 'import.after-gaps'])('that dies at %s is finished by the next, exactly', async point => {
    const rules: BudgetFields[] = [{ id: 'ever', window: 'lifetime', limit: parseUsd('100') }]
    const [here, there, whole] = [await ledger(rules), await ledger(), await ledger(rules)]
    await there.ingest(Array.from({ length: 1_100 }, (_, n) => ({ key: `k${String(n).padStart(4, '0')}`, at: at(-n), usd: '0.001', session: `s${n % 7}` })), 'live', [{ session: 's3', at: at(0), usd: '9' }])
    const lines = await exported(there.stores)
    await taken(whole, lines)
    let passings = 0
    here.crashPoint = name => { if (name === point && ++passings === (point.endsWith('gaps') ? 1 : 2)) throw new Error('died') }
    await expect(taken(here, lines)).rejects.toThrow('died')
    expect(await driftOf(here.stores, here.rules, here.clock.now())).toEqual([])
    here.crashPoint = () => undefined
    await taken(here, lines)
    expect(await exported(here.stores)).toEqual(await exported(whole.stores))
    expect(await driftOf(here.stores, here.rules, here.clock.now())).toEqual([])
  })

  it('of two ledgers, each into the other, leaves both knowing the same, whatever each has read', async () => {
    const copy: fc.Arbitrary<Spent> = fc.record({ key: fc.constantFrom('a', 'b', 'c'), at: fc.constantFrom(at(0), at(-1), at(-30)), usd: fc.constantFrom('0.001', '0.002', '0.003'), session: fc.constantFrom('s1', 's2'), project: fc.constantFrom('/w', '/x'), final: fc.boolean(), sidechain: fc.boolean() })
    const batches = fc.array(fc.uniqueArray(copy, { selector: each => each.key, minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })
    await fc.assert(fc.asyncProperty(batches, batches, async (ours, theirs) => {
      const [here, there] = [await ledger([{ id: 'day', window: 'day', limit: parseUsd('9') }]), await ledger()]
      for (const batch of ours) await here.ingest(batch)
      for (const batch of theirs) await there.ingest(batch)
      const [before, others] = [await exported(here.stores), await exported(there.stores)]
      await taken(here, others)
      await taken(there, before)
      expect(await known(there.stores)).toEqual(await known(here.stores))
      expect(await driftOf(here.stores, here.rules, here.clock.now())).toEqual([])
      expect((await taken(here, others)).entries).toBe(0)
    }), { numRuns: 25 })
  })
})
