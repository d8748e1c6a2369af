import { afterEach, describe, expect, it } from 'vitest'
import { driftOf } from '../support/ledger-check.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { LedgerWorld } from '../support/ledger-world.ts'
import { nanoUsd, parseUsd } from '../../src/core/money.ts'
import type { ScanBatch } from '../../src/core/tailing/scan.ts'
import { UsageColumns } from '../../src/core/tailing/usage-columns.ts'
import { DAY_MS, instant } from '../../src/core/time.ts'
import { NO_TOKENS } from '../../src/core/usage/tokens.ts'
import { ingest } from '../../src/flows/ingest.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const DAILY = { id: 'daily', window: 'day', limit: parseUsd('10'), onBreach: 'terminate' } as const

describe.each(ENGINES)('counters on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  /** One reading of the session's counter: dollars so far, as of some days ago. */
  const batch = (usd: string, daysAgo: number, session = 's1'): ScanBatch => ({
    files: [{
      outcome: 'read', log: { path: '/logs/s1.json', agent: 'toy', source: 'documents', root: '/logs', account: '~/.toy', place: { session, subagent: '' }, size: 0, modifiedAt: instant(0) },
      transition: { kind: 'new' }, growth: 0, atEnd: true, flaws: [],
      file: { path: '/logs/s1.json', root: '/logs', agent: 'toy', account: '~/.toy', device: '1', inode: '1', generation: 0, offset: 0, headLength: 0, head: '', tail: '', size: 0, modifiedAt: instant(0), memory: '' },
    }],
    usage: new UsageColumns(), meters: [], quotas: [], copies: [], lines: 1, bytes: 1,
    counters: [{ file: 0, fact: { key: `toy:${session}/m`, at: instant(NOW - daysAgo * DAY_MS), model: 'm', tokens: { ...NO_TOKENS, output: 5 }, cost: nanoUsd(parseUsd(usd)), origin: { cwd: '/home/dev/web', branch: 'main', session, subagent: '' } } }],
  })

  it('spend on the day that gained it, judge what is spent today, and name their session', async () => {
    open = await engine.open()
    const world = new LedgerWorld(open.stores, NOW, [DAILY])
    await ingest(world, batch('9', 1), 'live')
    expect(await world.activeLocks()).toEqual([])
    await ingest(world, batch('12', 0), 'live')
    expect(await world.spent('daily')).toBe(parseUsd('3'))
    await ingest(world, batch('21', 0), 'live')
    expect((await world.activeLocks()).map(({ rule, spent }) => [rule, spent])).toEqual([['daily', parseUsd('12')]])
    expect(await driftOf(open.stores, world.rules, instant(NOW))).toEqual([])
    const { stores } = open
    expect(await stores.read(() => stores.sessions.get('toy', 's1'))).toMatchObject({ project: '/home/dev/web', branch: 'main', account: '~/.toy' })
  })

  it('count once when they are read again, and keep an estimate an estimate', async () => {
    open = await engine.open()
    const world = new LedgerWorld(open.stores, NOW, [DAILY])
    world.estimatedAgents.add('toy')
    for (const [usd, daysAgo] of [['9', 1], ['30', 0], ['9', 1], ['30', 0], ['4', 2]] as const) await ingest(world, batch(usd, daysAgo), 'live')
    const { stores } = open
    const spend = await stores.read(() => stores.ledger.spend(instant(0), null))
    expect(spend.reduce((sum, { cost }) => sum + cost, 0n)).toBe(parseUsd('30'))
    expect(spend.every(({ estimated, responses }) => estimated && responses === 0)).toBe(true)
    expect(await world.activeLocks()).toEqual([])
  })
})
