// The verbs of reserving in a process of their own, to race others or to be killed: real SQLite, no daemon around it. Does
// its deeds one after the other and says on stdout what came of each; dies by itself where it is told to.
import { writeSync } from 'node:fs'
import { defineBudget, type BudgetFields } from '../../src/core/budgets/define.ts'
import { parseUsd } from '../../src/core/money.ts'
import { NOBODY } from '../../src/core/reservations/owner.ts'
import { NO_NOTE } from '../../src/core/reservations/request.ts'
import { record, release, reserve, settle, type ReserveWorld } from '../../src/flows/reserve.ts'
import { allocate, close, topUp } from '../../src/flows/reserve/allocate.ts'
import type { Stores } from '../../src/core/stores.ts'
import { systemClock } from '../../src/os/clock.ts'
import { openTestSqlite } from './databases.ts'

/** `crashAt`: the name of the point at which the process ends while doing this deed. */
export interface Deed {
  readonly verb: 'allocate' | 'reserve' | 'settle' | 'release' | 'record' | 'topUp' | 'close'
  readonly id: string
  readonly amount?: string
  readonly budget?: string
  readonly project?: string
  readonly crashAt?: string
}
export interface Told { readonly id: string; readonly ok: boolean; readonly fresh: boolean; readonly refused?: string }
export interface Orders { readonly rules: readonly (Omit<BudgetFields, 'limit'> & { readonly limit: string })[]; readonly deeds: readonly Deed[] }

const { DATABASE = '', MIGRATIONS, ORDERS = '{}' } = process.env
const { rules, deeds } = JSON.parse(ORDERS) as Orders
const budgets = rules.map(rule => defineBudget({ ...rule, limit: parseUsd(rule.limit) }, 'UTC'))
let crashAt = ''

const worldOn = (stores: Stores): ReserveWorld => ({
  stores, channels: () => [], clock: systemClock, node: 'n1', budgets: () => budgets, owners: { look: async () => 'unknown' }, assessor: () => null, allocation: () => null,
  crashPoint: name => { if (name === crashAt) process.kill(process.pid, 'SIGKILL') },
})

function done(world: ReserveWorld, { verb, id, amount = '1', budget, project = '' }: Deed): Promise<{ readonly ok: boolean; readonly fresh?: boolean; readonly refused?: string }> {
  const money = parseUsd(amount), budgets_ = budget === undefined ? [] : [budget]
  switch (verb) {
    case 'allocate': return allocate(world, { id, amount: money, parent: budget ?? '', scope: project === '' ? {} : { project }, hard: true, onBreach: 'warn', thresholds: [50, 100] })
    case 'reserve': return reserve(world, { id, amount: money, budgets: budgets_, scope: project === '' ? {} : { project }, model: '', owner: NOBODY, ttlMs: 86_400_000, covers: null })
    case 'settle': return settle(world, { id, actual: money, note: NO_NOTE })
    case 'release': return release(world, id)
    case 'record': return record(world, { id, amount: money, budgets: budgets_, scope: project === '' ? {} : { project }, note: NO_NOTE })
    case 'topUp': return topUp(world, { id, budget: budget ?? '', amount: money, reason: '', by: 'test' })
    case 'close': return close(world, id)
  }
}

async function main(): Promise<void> {
  const { stores, database } = await openTestSqlite(DATABASE, MIGRATIONS)
  const world = worldOn(stores)
  for (const deed of deeds) {
    crashAt = deed.crashAt ?? ''
    const { ok, fresh = true, refused } = await done(world, deed)
    const told: Told = { id: deed.id, ok, fresh, ...(refused === undefined ? {} : { refused }) }
    writeSync(1, `${JSON.stringify(told)}\n`)
  }
  await database.close()
}

void main()
