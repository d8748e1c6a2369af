// What a hook that reserves adds to one that asks: holding the money of a request in two budgets, in a session of two
// thousand answers, with `synchronous = full`. Says its figures as one line of JSON, in milliseconds.
import { performance } from 'node:perf_hooks'
import { defineBudget } from '../src/core/budgets/define.ts'
import { parseUsd } from '../src/core/money.ts'
import { CallingWorld } from '../test/support/call-world.ts'
import { openTestSqlite } from '../test/support/databases.ts'

const { DATABASE = '', MIGRATIONS, CALLS = '300' } = process.env
const MORNING = Date.UTC(2026, 10, 21, 6), ANSWERS = 2_000, BATCH = 100

async function measured(estimate: '' | 'p95', name: string): Promise<readonly number[]> {
  const open = await openTestSqlite(`${DATABASE}-${name}`, MIGRATIONS)
  const world = new CallingWorld(open.stores, MORNING)
  const rule = { limit: parseUsd('900000'), reserve: 'hooks', estimate, onBreach: 'deny' } as const
  world.rules = [defineBudget({ id: 'day', ...rule }, 'UTC'), defineBudget({ id: 'rolling', window: '24h', ...rule }, 'UTC')]
  for (let first = 0; first < ANSWERS; first += BATCH) {
    await world.ingest(Array.from({ length: BATCH }, (_, n) => ({ key: `before-${first + n}`, at: world.clock.now(), usd: '0.01', session: 's' })))
  }
  const times: number[] = []
  for (let call = 0; call < Number(CALLS); call++) {
    world.clock.advance(1_000)
    const begun = performance.now()
    const answer = await world.call({ session: 's' })
    times.push(performance.now() - begun)
    if (answer?.ok !== true) throw new Error(`call ${call} was not granted`)
    world.clock.advance(10)
    await world.ingest([{ key: `answer-${call}`, at: world.clock.now(), usd: '0.01', session: 's' }])
  }
  await open.close()
  return times.toSorted((a, b) => a - b)
}

process.stdout.write(`${JSON.stringify({ maximum: await measured('', 'maximum'), p95: await measured('p95', 'p95') })}\n`)
