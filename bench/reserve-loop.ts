// Reserve and settle, pair after pair in one process with `synchronous = full`, beside a bare loop that writes the same
// rows with prepared statements and commits as often. Says its figures as one line of JSON.
import { performance } from 'node:perf_hooks'
import { defineBudget } from '../src/core/budgets/define.ts'
import { row, rows, type BulkCall, type StatementCall, type Work } from '../src/core/ledger/work.ts'
import { parseUsd } from '../src/core/money.ts'
import { NOBODY } from '../src/core/reservations/owner.ts'
import { NO_NOTE, type ReserveRequest } from '../src/core/reservations/request.ts'
import type { Stores } from '../src/core/stores.ts'
import { reserve, reserveTogether, settle, settleTogether, type ReserveWorld } from '../src/flows/reserve.ts'
import { systemClock } from '../src/os/clock.ts'
import { openTestSqlite } from '../test/support/databases.ts'

const { DATABASE = '', MIGRATIONS, PAIRS = '400' } = process.env
const pairs = Number(PAIRS), BATCH = 100
const WRITES = /^(insert|update|delete)/

const budgets = ['all', 'web', 'main'].map((id, index) => defineBudget({ id, limit: parseUsd('9000000'), window: 'lifetime', selector: index === 0 ? {} : index === 1 ? { project: '/web' } : { project: '/web', branch: 'main' } }, 'UTC'))

/** What a body writes, in order. */
function watching(stores: Stores, seen: StatementCall[]): Stores {
  function* watched<T>(body: () => Work<T>): Work<T> {
    const work = body()
    let step = work.next()
    while (!step.done) {
      const call: StatementCall | BulkCall = step.value
      if (!('bulk' in call) && WRITES.test(call.statement.text)) seen.push(call)
      step = work.next(yield call)
    }
    return step.value
  }
  return { ...stores, transaction: (body, durability) => stores.transaction(() => watched(body), durability) }
}

const worldOn = (stores: Stores): ReserveWorld => ({
  stores, channels: () => [], clock: systemClock, node: 'n1', budgets: () => budgets, owners: { look: async () => 'unknown' }, assessor: () => null, allocation: () => null, crashPoint: () => undefined,
})
const request = (id: string): ReserveRequest => ({ id, amount: parseUsd('0.01'), budgets: [], scope: { project: '/web', branch: 'main' }, model: '', owner: NOBODY, ttlMs: 600_000, covers: null })

/** The rows of one pair, written again under another id. */
function* again(calls: readonly StatementCall[], from: string, to: string): Work<void> {
  for (const { statement, values } of calls) {
    const renamed = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value.replace(from, to) : value]))
    yield* statement.text.includes('returning') ? row(statement, renamed) : rows(statement, renamed)
  }
}

async function timed(body: (index: number) => Promise<void>, count: number): Promise<number> {
  const begun = performance.now()
  for (let index = 0; index < count; index++) await body(index)
  return performance.now() - begun
}

async function main(): Promise<void> {
  const { stores, database } = await openTestSqlite(DATABASE, MIGRATIONS)
  const world = worldOn(stores), seen: { reserve: StatementCall[]; settle: StatementCall[] } = { reserve: [], settle: [] }
  const pair = async (name: string): Promise<void> => {
    await reserve(world, request(name))
    await settle(world, { id: name, actual: parseUsd('0.01'), note: NO_NOTE })
  }
  for (let index = 0; index < 20; index++) await pair(`warm-${index}`)
  await reserve(worldOn(watching(stores, seen.reserve)), request('sample-0'))
  await settle(worldOn(watching(stores, seen.settle)), { id: 'sample-0', actual: parseUsd('0.01'), note: NO_NOTE })
  const bare = async (name: string): Promise<void> => {
    await stores.transaction(() => again(seen.reserve, 'sample-0', name))
    await stores.transaction(() => again(seen.settle, 'sample-0', name))
  }
  // In turns, so that both see the same disk.
  const ROUNDS = 4
  let ours = 0, theirs = 0
  for (let round = 0; round < ROUNDS; round++) {
    theirs += await timed(index => bare(`bare-${round}-${index}`), pairs / ROUNDS)
    ours += await timed(index => pair(`ours-${round}-${index}`), pairs / ROUNDS)
  }
  const batched = await timed(async index => {
    const names = Array.from({ length: BATCH }, (_, at) => `batch-${index}-${at}`)
    await reserveTogether(world, names.map(request))
    await settleTogether(world, names.map(name => ({ id: name, actual: parseUsd('0.01'), note: NO_NOTE })))
  }, pairs / BATCH)
  await database.close()
  process.stdout.write(`${JSON.stringify({ pairs, oursMs: ours, bareMs: theirs, batchedMs: batched, writes: seen.reserve.length + seen.settle.length })}\n`)
}

void main()
