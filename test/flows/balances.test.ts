// Balances against a slow model that knows only the ledger's rows and the clock: any history of batches, edits and steps
// of the clock, in any order, has to leave every balance equal to the sum of its entries.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { BudgetFields } from '../../src/core/budgets/define.ts'
import { isRolling, windowAt } from '../../src/core/budgets/window.ts'
import { parseUsd } from '../../src/core/money.ts'
import { DAY_MS, HOUR_MS, instant, MINUTE_MS } from '../../src/core/time.ts'
import { measureNew } from '../../src/flows/balances.ts'
import { steadyNow } from '../../src/flows/ingest.ts'
import { forgetUnkept } from '../../src/daemon/world/standings.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { driftOf, responsesIn } from '../support/ledger-check.ts'
import { LedgerWorld, type Spent } from '../support/ledger-world.ts'
import { rounds } from '../support/rounds.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const limit = parseUsd('1000')
// Two rules on one balance, every kind of window, each `per` that matters, a selector, zones on both sides of UTC.
const RULES: readonly BudgetFields[] = [
  { id: 'five', window: '5h', limit }, { id: 'five-again', window: '5h', limit: parseUsd('1') }, { id: 'five-by-session', window: '5h', per: 'session', limit },
  { id: 'day-and-night', window: '24h', per: 'branch', limit }, { id: 'seven', window: '7d', limit, selector: { branch: 'main' } },
  { id: 'day', window: 'day', limit, zone: 'America/St_Johns' }, { id: 'day-east', window: 'day', limit, zone: 'Pacific/Apia', per: 'project' },
  { id: 'week', window: 'week', limit }, { id: 'month', window: 'month', limit, per: 'session' }, { id: 'ever', window: 'lifetime', limit },
]

const spent: fc.Arbitrary<Omit<Spent, 'at'> & { ago: number }> = fc.record({
  key: fc.integer({ min: 1, max: 25 }).map(n => `k${n}`), usd: fc.integer({ min: 0, max: 30 }).map(cents => `0.${String(cents).padStart(2, '0')}`),
  session: fc.constantFrom('s1', 's2', 's3'), branch: fc.constantFrom('main', 'topic'), project: fc.constantFrom('/w', '/x'),
  final: fc.boolean(), sidechain: fc.boolean(),
  // Late by days, on time, and ahead of the clock.
  ago: fc.oneof(fc.integer({ min: 0, max: 5 * 60 }), fc.integer({ min: -26 * 60, max: 8 * 24 * 60 })).map(minutes => minutes * MINUTE_MS),
})
/**
 * Copies as clients write them: a key whose copies differ in time is all main conversation or all side conversation; one
 * that is in both (a side question replays its parent's message) carries the same time in each.
 */
const copy = spent.map(each => {
  const n = Number(each.key?.slice(1))
  return n <= 12 ? { ...each, sidechain: n % 4 === 0 } : { ...each, ago: n * 7 * HOUR_MS - DAY_MS }
})
type Step =
  | { readonly do: 'batch'; readonly spent: readonly (Omit<Spent, 'at'> & { ago: number })[]; readonly live: boolean }
  | { readonly do: 'clock'; readonly ms: number }
  | { readonly do: 'edit'; readonly rules: readonly BudgetFields[] }
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('batch' as const), spent: fc.array(spent, { maxLength: 6 }), live: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('clock' as const), ms: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: -30 * 60, max: 50 * 60 })).map(minutes => minutes * MINUTE_MS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit' as const), rules: fc.subarray([...RULES]) }) },
)

describe.each(ENGINES)('balances on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const RUNS = rounds({ name: `histories of balances on ${engine.name}`, quick: engine.name === 'sqlite' ? 150 : 3, full: engine.name === 'sqlite' ? 3_000 : 300 })

  /** What the daemon does after its rules changed. */
  async function edit(world: LedgerWorld, rules: readonly BudgetFields[]): Promise<void> {
    world.rule(...rules)
    await forgetUnkept(world)
    await world.stores.transaction(function* () { yield* measureNew(world.stores, world.budgets(), yield* steadyNow(world)) })
  }

  it('equal the sums of their entries after every step of any history', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async steps => {
      const { stores, close } = await engine.open()
      try {
        const world = new LedgerWorld(stores, NOON)
        await edit(world, RULES)
        let latest = world.clock.now()
        for (const [n, each] of steps.entries()) {
          if (each.do === 'clock') world.clock.advance(each.ms)
          if (each.do === 'edit') await edit(world, each.rules)
          if (each.do === 'batch') {
            const now = world.clock.now()
            await world.ingest(each.spent.map(({ ago, ...rest }) => ({ ...rest, at: instant(now - ago) })), each.live ? 'live' : 'catch-up')
          }
          if (each.do !== 'clock') latest = instant(Math.max(latest, world.clock.now()))
          const drift = await driftOf(stores, world.budgets(), latest)
          // A batch also brings every rolling balance up to its own moment.
          if (each.do === 'batch') for (const budget of world.budgets()) {
            if (!isRolling(budget.window)) continue
            const behind = (await stores.read(() => stores.balances.ofMeasure(budget.measure))).filter(({ through }) => through !== windowAt(budget.window, 'UTC', latest).start)
            drift.push(...behind.map(({ perValue }) => `${budget.id}/${perValue} is not brought up to now`))
          }
          if (drift.length > 0) throw new Error(`after step ${n + 1} (${each.do}): ${drift.join('; ')}`)
        }
      } finally {
        await close()
      }
    }), { numRuns: RUNS })
  })

  it('of rolling windows hold what lies on their left edge, and not what lies a millisecond before', async () => {
    open = await engine.open()
    const world = new LedgerWorld(open.stores, NOON, [RULES[0] as BudgetFields])
    await world.ingest([{ at: world.clock.now(), usd: '3' }])
    world.clock.advance(5 * HOUR_MS)
    await world.ingest([])
    expect(await world.spent('five')).toBe(parseUsd('3'))
    world.clock.advance(1)
    await world.ingest([])
    expect(await world.spent('five')).toBe(0n)
  })

  it('and the ledger come out the same whatever the order, the split, the repetition and the mode', async () => {
    const ORDERS = 3
    await fc.assert(fc.asyncProperty(fc.array(copy, { minLength: 4, maxLength: 14 }), fc.infiniteStream(fc.integer({ min: 0, max: 9 })), async (events, chance) => {
      const outcomes: unknown[] = []
      for (let order = 0; order < ORDERS; order++) {
        const { stores, close } = await engine.open()
        try {
          const world = new LedgerWorld(stores, NOON)
          await edit(world, RULES)
          const pick = (): number => chance.next().value as number
          const queue = [...events, ...events.slice(0, order)].map(event => ({ event, rank: order === 0 ? 0 : pick() })).toSorted((a, b) => a.rank - b.rank)
          while (queue.length > 0) {
            const batch = queue.splice(0, 1 + pick()).map(({ event: { ago, ...rest } }) => ({ ...rest, at: instant(NOON - ago) }))
            await world.ingest(batch, pick() < 5 ? 'live' : 'catch-up')
          }
          const balances: string[] = []
          for (const budget of world.budgets()) {
            for (const balance of await stores.read(() => stores.balances.ofMeasure(budget.measure))) {
              // A response that moved elsewhere leaves a row that holds nothing.
              if (balance.responses !== 0 || balance.spent !== 0n) balances.push(`${budget.id}/${balance.perValue}@${balance.windowStart} ${balance.spent} ${balance.responses}`)
            }
          }
          outcomes.push([[...await responsesIn(stores)].sort(), balances.sort()])
        } finally {
          await close()
        }
      }
      for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0])
    }), { numRuns: Math.ceil(RUNS / 4) })
  })
})

describe('calendar windows', () => {
  // Each around a change of the clock: forward, back, by half an hour, at midnight itself, and a date that never was.
  it.each([
    ['Europe/Paris', '2026-03-29T01:00Z'], ['Europe/Paris', '2026-10-25T01:00Z'], ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
    ['America/Santiago', '2026-09-06T04:00Z'], ['America/Havana', '2026-11-01T05:00Z'], ['Asia/Kathmandu', '2026-06-01T18:15Z'], ['Pacific/Apia', '2011-12-30T10:00Z'],
  ])('of %s around %s hold exactly the quarter hours of their day on the wall', async (zone, change) => {
    const open = await ENGINES[0]?.open()
    if (!open) throw new Error('no engine')
    const around = Date.parse(change)
    const world = new LedgerWorld(open.stores, around)
    const dateOf = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    const slots = Array.from({ length: 4 * 24 * 5 }, (_, n) => instant(around - 2.5 * DAY_MS + n * 15 * MINUTE_MS))
    await world.ingest(slots.map(at => ({ at, usd: '0.01' })), 'catch-up')
    for (let hours = -36; hours <= 36; hours += 3) {
      const now = instant(around + hours * HOUR_MS)
      // A clock that shows yesterday again for an hour does not bring yesterday back.
      const today = slots.reduce((latest, at) => (at <= now && dateOf.format(at) > latest ? dateOf.format(at) : latest), '')
      const first = slots.findIndex(at => dateOf.format(at) === today), last = slots.findIndex(at => dateOf.format(at) > today)
      world.rule({ id: 'day', window: 'day', zone, limit })
      await open.stores.transaction(function* () {
        yield* open.stores.balances.forget(world.rules[0]?.measure ?? '')
        yield* measureNew(open.stores, world.budgets(), now)
      })
      const balances = await open.stores.read(() => open.stores.balances.ofMeasure(world.rules[0]?.measure ?? ''))
      const kept = balances.find(balance => balance.windowStart <= now && (balance.windowEnd ?? 0) > now)
      expect(kept?.responses, `${zone} at ${new Date(now).toISOString()}`).toBe(last - first)
    }
    await open.close()
  })
})
