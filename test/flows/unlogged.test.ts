// What a client spent beyond its log: the gap to its own meter appears, shrinks when late lines explain it, is never
// negative, and is not paid again by the sessions that were resumed or forked from it.
import { afterEach, describe, expect, it } from 'vitest'
import { parseUsd, usdText, nanoUsd } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { LedgerWorld, type Metering, type Spent } from '../support/ledger-world.ts'
import { Random } from '../support/random.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const at = instant(NOON - 1_000)
const EVER = { id: 'ever', window: 'lifetime', limit: parseUsd('1000') } as const

describe.each(ENGINES)('unlogged use on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (): Promise<LedgerWorld> => new LedgerWorld((open = await engine.open()).stores, NOON, [EVER])
  const meter = (session: string, usd: string): Metering => ({ session, at, usd })
  const spent = (key: string, usd: string, session = 'p'): Spent => ({ key, usd, session, at })

  /** Everything the ledger holds, and what each session's own entries hold. */
  async function sums(it: LedgerWorld): Promise<{ total: string; sessions: Record<string, string>; lowest: bigint }> {
    const groups = await it.stores.read(() => it.stores.ledger.sum({ since: null, until: null, by: ['session'], slotMs: 0 }))
    const sessions = new Map<string, bigint>()
    for (const { by, sum } of groups) sessions.set(by.session ?? '', (sessions.get(by.session ?? '') ?? 0n) + sum.cost)
    const values = [...sessions.values()]
    return {
      total: usdText(nanoUsd(values.reduce((sum, cost) => sum + cost, 0n))), lowest: values.reduce((least, cost) => (cost < least ? cost : least), 0n),
      sessions: Object.fromEntries([...sessions].map(([session, cost]) => [session, usdText(nanoUsd(cost))])),
    }
  }

  it('is the meter minus the log, in the balance too, and counts as no response', async () => {
    const it = await world()
    await it.ingest([spent('a', '0.003')], 'live', [meter('p', '0.0043')])
    expect((await sums(it)).total).toBe('0.0043')
    expect(await it.spent('ever')).toBe(parseUsd('0.0043'))
    expect((await it.stores.read(() => it.stores.ledger.count())).responses).toBe(1)
    // The same reading again, and one that is smaller: nothing.
    await it.ingest([], 'live', [meter('p', '0.0043')])
    await it.ingest([], 'live', [meter('p', '0.001')])
    expect((await sums(it)).total).toBe('0.0043')
  })

  it('shrinks when late lines explain it, and is never negative', async () => {
    const it = await world()
    await it.ingest([spent('a', '0.003')], 'live', [meter('p', '0.0053')])
    await it.ingest([spent('late', '0.001')])
    expect((await sums(it)).total).toBe('0.0053')
    await it.ingest([spent('later', '0.0013'), spent('beyond', '0.002')])
    expect((await sums(it)).total).toBe('0.0073')
    // A token costs a millionth of a dollar here.
    const groups = await it.stores.read(() => it.stores.ledger.sum({ since: null, until: null, by: [], slotMs: 0 }))
    expect(groups.reduce((sum, group) => sum + group.sum.tokens.output, 0)).toBe(7_300)
    expect(await it.spent('ever')).toBe(parseUsd('0.0073'))
  })

  it('shrinks in every session that one batch explains', async () => {
    const it = await world()
    await it.ingest([spent('a', '0.001'), spent('b', '0.001', 'q')], 'live', [meter('p', '0.003'), meter('q', '0.004')])
    await it.ingest([spent('late a', '0.001'), spent('late b', '0.002', 'q'), spent('later a', '0.0005')])
    expect((await sums(it)).sessions).toEqual({ p: '0.003', q: '0.004' })
  })

  it('of a parent is not paid again by those resumed from it: 0.0043, 0.0086, 0.0129', async () => {
    const it = await world()
    await it.ingest([spent('a', '0.003')], 'live', [meter('p', '0.0043')])
    // Each resume repeats the log so far under its own name, spends as much again, and its meter starts at the total.
    await it.ingest([spent('a', '0.003', 'q'), spent('b', '0.003', 'q')], 'live', [meter('q', '0.0086')])
    expect((await sums(it)).total).toBe('0.0086')
    await it.ingest([spent('a', '0.003', 'r'), spent('b', '0.003', 'r'), spent('c', '0.003', 'r')], 'live', [meter('r', '0.0129')])
    expect(await sums(it)).toMatchObject({ total: '0.0129', sessions: { p: '0.0043', q: '0.0043', r: '0.0043' } })
    expect(await it.spent('ever')).toBe(parseUsd('0.0129'))
  })

  it('comes to the last meter of a chain whatever order, split and repetition its files arrive in', async () => {
    const random = new Random(7)
    const chain = [
      { lines: [spent('a', '0.003', 'p')], reading: meter('p', '0.0043') },
      { lines: [spent('a', '0.003', 'a-fork'), spent('b', '0.003', 'a-fork')], reading: meter('a-fork', '0.0086') },
      { lines: [spent('a', '0.003', 'z-fork'), spent('b', '0.003', 'z-fork'), spent('c', '0.003', 'z-fork')], reading: meter('z-fork', '0.0129') },
    ]
    for (let round = 0; round < (engine.name === 'sqlite' ? 40 : 4); round++) {
      const it = await world()
      const pieces = chain.flatMap(({ lines, reading }) => [...lines.map(line => ({ lines: [line], meters: [] as Metering[] })), { lines: [] as Spent[], meters: [reading] }])
      const order = random.shuffled(random.chance(0.5) ? pieces : [...pieces, ...pieces])
      for (const { lines, meters } of order) await it.ingest(lines, random.chance(0.5) ? 'live' : 'catch-up', meters)
      const found = await sums(it)
      const how = order.map(({ lines, meters }) => lines[0] ? `${lines[0].session}:${lines[0].key}` : `${meters[0]?.session}=${meters[0]?.usd}`).join(' ')
      expect({ total: found.total, lowest: found.lowest, balance: await it.spent('ever') }, how).toEqual({ total: '0.0129', lowest: 0n, balance: parseUsd('0.0129') })
      await open?.close()
      open = undefined
    }
  })
})
