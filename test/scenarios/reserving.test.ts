// Real processes on one database: many that reserve at once, and one after another that is killed in the middle of what it
// does. A soak races fifty of them and kills a thousand times.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseUsd, usdText } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { strayed } from '../../src/flows/reserve/audit.ts'
import { bundled } from '../support/bundled.ts'
import { FOLDER, openTestSqlite, type OpenStores } from '../support/databases.ts'
import { rounds, roundsTimeoutMs } from '../support/rounds.ts'
import type { Deed, Orders, Told } from '../support/reserve-child.ts'

const RACING = { name: 'processes reserving at once', quick: 12, full: 50 }, KILLED = { name: 'kills while reserving', quick: 200, full: 1_000 }
const PROCESSES = rounds(RACING), KILLS = rounds(KILLED)
const TIMEOUT_MS = 240_000

let folder = '', program = ''
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'purser-reserving-'))
  // The driver is a package with a binary, so it is not bundled.
  symlinkSync(path.join(FOLDER, '..', 'node_modules'), path.join(folder, 'node_modules'))
  program = await bundled(new URL('../support/reserve-child.ts', import.meta.url), folder)
}, TIMEOUT_MS)
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

interface Ended { readonly told: readonly Told[]; readonly signal: string | null; readonly fault: string }
const child = (database: string, orders: Orders): Promise<Ended> => new Promise(resolve => {
  execFile(process.execPath, ['--no-warnings', program], { env: { PATH: process.env['PATH'], DATABASE: database, MIGRATIONS: FOLDER, ORDERS: JSON.stringify(orders) } }, (error, stdout, stderr) => {
    const told = stdout.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Told)
    resolve({ told, signal: (error?.signal as string | undefined) ?? null, fault: error && !error.signal ? stderr : '' })
  })
})

/** What every balance holds and has spent, read the way a request reads it. */
const fillings = (open: OpenStores, measures: readonly string[]): Promise<{ spent: string; reserved: string }[]> => open.stores.read(function* () {
  const found = []
  for (const measure of measures) {
    const { spent, reserved } = yield* open.stores.holds.filling({ measure, perValue: '', windowStart: instant(0) })
    found.push({ spent: usdText(spent), reserved: usdText(reserved) })
  }
  return found
})

describe('processes that reserve at once', () => {
  it('get exactly what fits into three overlapping budgets, and never more', async () => {
    const database = path.join(folder, 'race.db')
    const open = await openTestSqlite(database)
    const rules: Orders['rules'] = [{ id: 'all', window: 'lifetime', limit: String(PROCESSES * 3) }, { id: 'web', window: 'lifetime', limit: String(PROCESSES * 2), selector: { project: '/web' } }]
    await child(database, { rules, deeds: [{ verb: 'allocate', id: 'task', amount: String(PROCESSES), project: '/web' }] })
    const sizes = ['0.37', '1.25', '0.013', '2.5', '0.9']
    const deedsOf = (process_: number): Deed[] => sizes.map((amount, index) => ({
      verb: 'reserve', id: `p${process_}-${index}`, amount, ...(index % 3 === 0 ? { budget: 'task' } : { project: index % 3 === 1 ? '/web' : '/api' }),
    }))
    const orders = Array.from({ length: PROCESSES }, (_, process_) => ({ rules, deeds: deedsOf(process_) }))
    const ended = await Promise.all(orders.map(each => child(database, each)))
    expect(ended.map(({ fault }) => fault).filter(fault => fault !== '')).toEqual([])

    const limits = { task: parseUsd(String(PROCESSES)), web: parseUsd(String(PROCESSES * 2)), all: parseUsd(String(PROCESSES * 3)) }
    const held = { task: 0n, web: 0n, all: 0n }
    const holders = ({ budget, project }: Deed): (keyof typeof held)[] => (budget ? ['task', 'web', 'all'] : project === '/web' ? ['web', 'all'] : ['all'])
    const refused: Deed[] = []
    for (const [index, { told }] of ended.entries()) {
      expect(told).toHaveLength(sizes.length)
      for (const [at, { ok }] of told.entries()) {
        const deed = (orders[index] as (typeof orders)[number]).deeds[at] as Deed
        if (ok) for (const name of holders(deed)) held[name] += parseUsd(deed.amount ?? '')
        else refused.push(deed)
      }
    }
    for (const name of ['task', 'web', 'all'] as const) expect([name, held[name] <= limits[name]]).toEqual([name, true])
    // Nothing was given back, so what was refused then does not fit now either.
    for (const deed of refused) expect(holders(deed).some(name => held[name] + parseUsd(deed.amount ?? '') > limits[name])).toBe(true)
    expect(refused.length).toBeGreaterThan(0)
    expect(await open.stores.read(() => strayed(open.stores))).toEqual([])
    expect((await open.stores.read(() => open.stores.tasks.get('task')))?.limit).toBe(limits.task)
    expect((await fillings(open, ['task:task']))[0]).toEqual({ spent: '0.00', reserved: usdText(held.task) })
    await open.close()
  }, TIMEOUT_MS)
})

const POINTS: Readonly<Record<Deed['verb'], readonly string[]>> = {
  allocate: ['allocate.before-transaction', 'allocate.before-attach', 'allocate.after-commit'],
  reserve: ['reserve.before-transaction', 'reserve.before-attach', 'reserve.before-commit', 'reserve.after-commit'],
  settle: ['settle.before-transaction', 'settle.after-end', 'reserve.after-entry', 'settle.before-commit', 'settle.after-commit'],
  release: ['release.before-transaction', 'release.before-commit', 'release.after-commit'],
  record: ['record.before-transaction', 'reserve.after-entry', 'record.before-commit', 'record.after-commit'],
  topUp: ['top-up.before-transaction', 'top-up.before-commit', 'top-up.after-commit'],
  close: ['close.before-commit'],
}

/** Deeds that all would be done without a kill, and what they come to. */
function plan(count: number): { readonly deeds: readonly Deed[]; readonly spent: bigint; readonly reserved: bigint; readonly limit: bigint } {
  const deeds: Deed[] = []
  let spent = 0n, reserved = 0n, limit: bigint = parseUsd('1000')
  for (let number = 0; deeds.length < count; number++) {
    const id = `d${number}`, amount = `${1 + (number % 7)}.5`
    deeds.push({ verb: 'reserve', id, amount, budget: 'task' })
    const then = number % 3
    if (then === 0) { deeds.push({ verb: 'settle', id, amount: '1.25' }); spent += parseUsd('1.25') }
    else if (then === 1) deeds.push({ verb: 'release', id })
    else reserved += parseUsd(amount)
    if (number % 2 === 0) { deeds.push({ verb: 'record', id: `r${number}`, amount: '0.75', budget: 'task' }); spent += parseUsd('0.75') }
    if (number % 5 === 0) { deeds.push({ verb: 'topUp', id: `m${number}`, amount: '2', budget: 'task' }); limit += parseUsd('2') }
    if (number % 6 === 0) deeds.push({ verb: 'allocate', id: `t${number}`, amount: '5', budget: 'task' })
  }
  return { deeds, spent, reserved, limit }
}

describe('a process that is killed in the middle', () => {
  it(`applies every id once, however often it is asked again (${KILLS} kills)`, async () => {
    const database = path.join(folder, 'kills.db')
    const open = await openTestSqlite(database)
    const rules: Orders['rules'] = [{ id: 'all', window: 'lifetime', limit: '100000' }]
    const { deeds, spent, reserved, limit } = plan(KILLS)
    const next = new Map<Deed['verb'], number>()
    let kills = 0, before: readonly Deed[] = [{ verb: 'allocate', id: 'task', amount: '1000' }]
    for (const deed of deeds) {
      const points = POINTS[deed.verb], turn = next.get(deed.verb) ?? 0
      next.set(deed.verb, turn + 1)
      const crashAt = points[turn % points.length] as string
      // What was cut off is asked again, twice: the second time it must have been so already.
      const { told, signal, fault } = await child(database, { rules, deeds: [...before, ...before, { ...deed, crashAt }] })
      expect([deed, fault]).toEqual([deed, ''])
      if (signal === 'SIGKILL') kills++
      expect(told.slice(before.length, 2 * before.length).map(({ ok, fresh }) => [ok, fresh])).toEqual(before.map(() => [true, false]))
      before = [deed]
    }
    await child(database, { rules, deeds: [...before, ...deeds] })
    expect(kills).toBe(deeds.length)
    expect(await fillings(open, ['task:task'])).toEqual([{ spent: usdText(spent), reserved: usdText(reserved) }])
    expect((await open.stores.read(() => open.stores.tasks.get('task')))?.limit).toBe(limit)
    expect(await open.stores.read(() => strayed(open.stores))).toEqual([])
    const { entries } = await open.stores.read(() => open.stores.ledger.count())
    expect(entries).toBe(deeds.filter(({ verb }) => verb === 'settle' || verb === 'record').length)
    await open.close()
  }, roundsTimeoutMs(TIMEOUT_MS, KILLED))
})
