// The bound beside a budget whose hooks reserve, held against the vendor's bill: many sessions, overlapping budgets,
// subagents, errors, interrupts, kills and lines that are read late. What a killed request cost is on the bill and in no log.
import { describe, expect, it } from 'vitest'
import type { BudgetFields } from '../../src/core/budgets/define.ts'
import { parseUsd, usdText } from '../../src/core/money.ts'
import { CallingWorld } from '../support/call-world.ts'
import { openTestSqlite } from '../support/databases.ts'
import { HookSimulation, PROJECT, type Shape } from '../support/hook-simulation.ts'
import { Random } from '../support/random.ts'
import { rounds, roundsTimeoutMs } from '../support/rounds.ts'

const MORNING = Date.UTC(2026, 10, 21, 6)
const RUNS = { name: 'simulated days of hooks that reserve', quick: 8, full: 400 }
const STEPS = 200
const LONG = roundsTimeoutMs(20_000, RUNS)

const web: BudgetFields = { id: 'web', limit: parseUsd('44'), selector: { project: PROJECT }, reserve: 'hooks', onBreach: 'deny' }
const main: BudgetFields = { id: 'main', limit: parseUsd('26'), selector: { branch: 'main' }, window: 'lifetime', reserve: 'hooks', onBreach: 'deny' }
const each: BudgetFields = { id: 'each', limit: parseUsd('17'), per: 'session', window: '24h', reserve: 'hooks', onBreach: 'deny' }

async function simulated<T>(seed: number, shape: Shape, rules: readonly BudgetFields[], body: (simulation: HookSimulation, random: Random) => Promise<T>): Promise<T> {
  const open = await openTestSqlite(':memory:')
  try {
    const world = new CallingWorld(open.stores, MORNING), random = new Random(seed)
    world.rule(...rules)
    return await body(new HookSimulation(world, random, shape), random)
  } finally {
    await open.close()
  }
}

/** Every balance that is over its limit by more than is printed beside it, in words. */
async function violations(simulation: HookSimulation): Promise<readonly string[]> {
  const found: string[] = []
  for (const budget of simulation.world.rules) {
    for (const { name, billed, unseen, printed } of await simulation.standings(budget)) {
      if (printed.kind !== 'bound' || printed.class !== 'R') found.push(`${name}: ${printed.kind} of class ${printed.class}`)
      else if (billed > budget.limit + printed.cost) found.push(`${name}: ${usdText(billed - budget.limit as never)} over, at most ${usdText(printed.cost)} was printed`)
      else if (billed + unseen > budget.limit + printed.cost + printed.unseen) found.push(`${name}: unseen requests came to ${usdText(unseen as never)}, at most ${usdText(printed.unseen)} was printed`)
    }
  }
  return found
}

const day = (seed: number, shape: Shape) => simulated(seed, shape, [web, main, each], async simulation => {
  const found = new Set<string>()
  for (let step = 0; step < STEPS; step++) {
    await simulation.step()
    for (const violation of await violations(simulation)) found.add(violation)
  }
  await simulation.read(true)
  for (const violation of await violations(simulation)) found.add(violation)
  const [standing] = await simulation.standings(simulation.world.rules[0] as never)
  return { found: [...found], denied: simulation.denied, killed: simulation.killed, granted: simulation.granted, share: Number((standing?.billed ?? 0n) * 100n / web.limit) }
})

describe('hooks that reserve, in simulation', () => {
  it('never let the bill pass a limit by more than is printed beside it, at any instant', async () => {
    const totals = { denied: 0, killed: 0, granted: 0, share: 0 }
    for (let seed = 1, runs = rounds(RUNS); seed <= runs; seed++) {
      const { found, denied, killed, granted, share } = await day(seed, { sessions: 2 + seed % 4, dear: 0.1 })
      expect(found, `seed ${seed}`).toEqual([])
      totals.denied += denied; totals.killed += killed; totals.granted += granted; totals.share = Math.max(totals.share, share)
    }
    // Otherwise nothing was tried: requests were sent and refused, killed under way, and a limit was nearly filled.
    expect(Math.min(totals.denied, totals.granted)).toBeGreaterThan(RUNS.quick * 5)
    expect(totals.killed).toBeGreaterThan(0)
    expect(totals.share).toBeGreaterThan(60)
  }, LONG)

  it('are seen through when one request in ten is sent unasked', async () => {
    let caught = 0
    for (let seed = 1; caught === 0 && seed <= RUNS.quick; seed++) caught += (await day(seed, { sessions: 4, dear: 0.5, unasked: 0.1 })).found.length
    expect(caught).toBeGreaterThan(0)
  }, LONG)

  it('come to what is printed when a limit is lowered to what is spent, while requests that cost the most are under way', async () => {
    let best = 0
    for (let seed = 1; seed <= RUNS.quick; seed++) {
      await simulated(seed, { sessions: 4, dear: 1 }, [{ ...web, limit: parseUsd('200') }], async simulation => {
        for (let step = 0; step < 60; step++) await simulation.step()
        const [before] = await simulation.standings(simulation.world.rules[0] as never)
        const spent = (await simulation.world.filling('web')).spent
        simulation.world.rule({ ...web, limit: parseUsd(spent) })
        const [lowered] = await simulation.standings(simulation.world.rules[0] as never)
        if (lowered?.printed.kind !== 'bound' || before?.printed.kind !== 'bound') throw new Error('no bound is printed')
        for (let step = 0; step < 80; step++) await simulation.step()
        await simulation.read(true)
        expect(await violations(simulation), `seed ${seed}`).toEqual([])
        const over = (await simulation.standings(simulation.world.rules[0] as never))[0]?.billed as bigint - parseUsd(spent)
        expect(over <= lowered.printed.cost, `seed ${seed}: ${usdText(over as never)} over, ${usdText(lowered.printed.cost)} was printed`).toBe(true)
        if (lowered.printed.cost > 0n) best = Math.max(best, Number(over * 100n / lowered.printed.cost))
      })
    }
    expect(best).toBeGreaterThanOrEqual(25)
  }, LONG)

  it('come to a quarter of what is printed at least when the budget is made while sessions work', async () => {
    let best = 0, unseenBest = 0
    for (let seed = 1; seed <= RUNS.quick; seed++) {
      await simulated(seed, { sessions: 4, dear: 1 }, [], async simulation => {
        for (let step = 0; step < 40; step++) await simulation.step()
        await simulation.read(true)
        const billed = simulation.bills.filter(({ seen }) => seen).reduce((sum, { cost }) => sum + cost, 0n)
        const limit = parseUsd(usdText(billed as never))
        simulation.world.rule({ ...web, limit, window: 'lifetime' })
        const [made] = await simulation.standings(simulation.world.rules[0] as never)
        if (made?.printed.kind !== 'bound') throw new Error('no bound is printed')
        for (let step = 0; step < 120; step++) await simulation.step()
        await simulation.read(true)
        const [after] = await simulation.standings(simulation.world.rules[0] as never)
        const over = after?.billed as bigint - limit
        expect(over <= made.printed.cost, `seed ${seed}: ${usdText(over as never)} over, ${usdText(made.printed.cost)} was printed`).toBe(true)
        if (made.printed.cost > 0n) best = Math.max(best, Number(over * 100n / made.printed.cost))
        unseenBest = Math.max(unseenBest, Number((after?.unseen ?? 0n) * 100n / made.printed.unseen))
      })
    }
    expect([best >= 25, unseenBest >= 25], `${best} % of the bound, ${unseenBest} % of what is unseen`).toEqual([true, true])
  }, LONG)
})
