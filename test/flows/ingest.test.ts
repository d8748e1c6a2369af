// Starting over old history is harmless, and what a batch causes is written with it or not at all.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { faultsOf, summed } from '../../src/core/ledger/history.ts'
import { parseUsd } from '../../src/core/money.ts'
import { DAY_MS, HOUR_MS, instant } from '../../src/core/time.ts'
import { merge } from '../../src/core/usage/fuller.ts'
import type { UsageEvent } from '../../src/core/usage/usage-event.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { LedgerWorld } from '../support/ledger-world.ts'
import { rounds } from '../support/rounds.ts'
import { copyOf } from '../support/usage-events.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const ago = (ms: number) => instant(NOW - ms)
const DAILY = { id: 'daily', window: 'day', limit: parseUsd('10'), onBreach: 'terminate' } as const
const ROLLING = { id: 'rolling', window: '5h', limit: parseUsd('10'), onBreach: 'terminate' } as const

describe.each(ENGINES)('ingest on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (...rules: ConstructorParameters<typeof LedgerWorld>[2] & object): Promise<LedgerWorld> => new LedgerWorld((open = await engine.open()).stores, NOW, rules)

  it('comes to the same ledger, owners and their times included, whatever the order, the split and the repetition of copies', async () => {
    const it = await world()
    const origins = fc.record({ cwd: fc.constantFrom('/w', '/x'), branch: fc.constant('main'), session: fc.constantFrom('s1', 's2', 's3'), subagent: fc.constant('') })
    const copies = fc.array(copyOf('k').chain(copy => origins.map(origin => ({ ...copy, origin }))), { minLength: 2, maxLength: 7 })
    const dealt = copies.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }), fc.array(fc.nat(3), { minLength: 1, maxLength: 14 })))
    let round = 0
    await fc.assert(fc.asyncProperty(dealt, async ([all, order, cuts]) => {
      const key = `claude-code:round_${round++}`
      for (let at = 0, cut = 0; at < order.length; cut++) {
        const end = at + 1 + (cuts[cut % cuts.length] ?? 0)
        await it.ingestCopies(order.slice(at, end).map(copy => ({ ...copy, key })), 'catch-up')
        at = end
      }
      const whole = all.reduce<UsageEvent>(merge, all[0] as UsageEvent)
      const history = await it.stores.read(() => it.stores.history.of(key)) ?? []
      const { at, tokens, scope, sidechain, partial, ownedAt } = summed(history)
      expect({ at, tokens, session: scope.session, project: scope.project, sidechain, partial, ownedAt })
        .toEqual({ at: whole.at, tokens: whole.tokens, session: whole.origin.session, project: whole.origin.cwd, sidechain: whole.sidechain, partial: !whole.final, ownedAt: whole.ownedAt })
      expect(faultsOf(history)).toEqual([])
    }), { numRuns: rounds({ name: `orders of copies on ${engine.name}`, quick: 60, full: 5_000 }) })
  })

  it('acts on nothing that a past month breached', async () => {
    const it = await world(DAILY, ROLLING, { ...DAILY, id: 'weekly', window: 'week' })
    for (let day = 30; day > 10; day--) await it.ingest([{ at: ago(day * DAY_MS), usd: '50' }], 'catch-up')
    expect(await it.judgeNow()).toEqual([])
    expect([await it.locks(), await it.notices(), await it.actions(), await it.alerts(), await it.events()]).toEqual([[], [], [], [], []])
  })

  it('tells nothing while catching up, and judges the present once at its end', async () => {
    const it = await world(DAILY)
    for (let n = 0; n < 5; n++) await it.ingest([{ at: ago(HOUR_MS), usd: '4' }], 'catch-up')
    expect([await it.locks(), await it.notices(), await it.alerts()]).toEqual([[], [], []])
    expect((await it.judgeNow()).map(({ rule, spent }) => [rule, spent])).toEqual([['daily', parseUsd('20')]])
    expect(await it.notices()).toHaveLength(1)
    expect(await it.alerts()).toEqual([50, 80, 95, 100])
    // As after any restart: history again, then one judgement again.
    for (let restart = 0; restart < 3; restart++) {
      await it.ingest([{ key: 'made_0', at: ago(HOUR_MS), usd: '4' }], 'catch-up')
      expect(await it.judgeNow()).toEqual([])
    }
    expect([await it.notices(), await it.locks(), await it.events('lock.')].map(found => found.length)).toEqual([1, 1, 1])
  })

  it('writes the lock, its notice, its action and its audit row with the entry, or none of them', async () => {
    const it = await world(DAILY)
    const traces = async (): Promise<number[]> => [(await it.locks()).length, (await it.notices()).length, (await it.actions()).length, (await it.events()).length, (await it.stores.read(() => it.stores.ledger.count())).entries]
    for (const point of ['ingest.after-entries', 'ingest.after-balances', 'ingest.before-commit']) {
      it.crashPoint = name => { if (name === point) throw new Error('power cut') }
      await expect(it.ingest([{ key: 'a', at: ago(1), usd: '11' }])).rejects.toThrow('power cut')
      expect(await traces(), point).toEqual([0, 0, 0, 0, 0])
      expect(await it.spent('daily')).toBeNull()
    }
    it.crashPoint = () => undefined
    await it.ingest([{ key: 'a', at: ago(1), usd: '11' }])
    // Four thresholds and the lock have an audit row each; the person hears of the breach alone.
    expect(await traces()).toEqual([1, 1, 1, 5, 1])
  })

  it('alerts once per threshold, across batches and restarts, and again when the rule is edited', async () => {
    const it = await world({ ...DAILY, onBreach: 'warn' })
    await it.ingest([{ at: ago(1), usd: '5' }])
    await it.ingest([{ at: ago(1), usd: '1' }])
    await it.judgeNow()
    expect([await it.alerts(), (await it.notices()).length]).toEqual([[50], 1])
    await it.ingest([{ at: ago(1), usd: '3.6' }])
    expect([await it.alerts(), (await it.notices()).length, (await it.events('budget.alert')).length]).toEqual([[50, 80, 95], 2, 3])
    it.rule({ ...DAILY, onBreach: 'warn', limit: parseUsd('12') })
    await it.judgeNow()
    await it.judgeNow()
    expect([await it.alerts(), (await it.notices()).length]).toEqual([[50, 50, 80, 80, 95], 3])
  })

  it('locks a window once: the released lock does not come back in it, the next window locks anew', async () => {
    const it = await world(DAILY)
    const [first] = (await it.ingest([{ at: ago(1), usd: '11' }])).locked
    await it.stores.transaction(() => it.stores.breaches.release(first?.id ?? '', 'me', 'known', it.clock.now()))
    expect((await it.ingest([{ at: ago(0), usd: '5' }])).locked).toEqual([])
    it.clock.advance(DAY_MS)
    expect((await it.ingest([{ at: it.clock.now(), usd: '5' }])).locked).toEqual([])
    expect((await it.ingest([{ at: it.clock.now(), usd: '6' }])).locked.map(({ spent }) => spent)).toEqual([parseUsd('11')])
  })

  it('leaves closed windows closed when the clock goes back', async () => {
    const it = await world(DAILY)
    await it.ingest([{ at: it.clock.now(), usd: '9' }])
    it.clock.advance(DAY_MS)
    await it.ingest([{ at: it.clock.now(), usd: '1' }])
    it.clock.advance(-DAY_MS)
    expect((await it.ingest([{ at: it.clock.now(), usd: '5' }])).locked).toEqual([])
    expect(await it.judgeNow()).toEqual([])
  })

  it('counts a response dated after now in the window it is dated in', async () => {
    const it = await world(DAILY)
    const tomorrow = instant(NOW + 13 * HOUR_MS)
    await it.ingest([{ at: tomorrow, usd: '9' }])
    expect(await it.activeLocks()).toEqual([])
    it.clock.advance(13 * HOUR_MS)
    expect((await it.ingest([{ at: it.clock.now(), usd: '2' }])).locked.map(({ spent }) => spent)).toEqual([parseUsd('11')])
  })
})
