// The ledger under kill -9: a process that ingests real files is ended at every named crash point and at chance, while
// the files grow. After each death the database is compared with the very bytes its cursors say were read.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { symlinkSync } from 'node:fs'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/os/clock.ts'
import { crashBudgets, NANO_PER_TOKEN } from '../support/crash-budgets.ts'
import { openTestSqlite } from '../support/databases.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { driftOf, responsesIn } from '../support/ledger-check.ts'
import { LogWriter, responsesBefore } from '../support/log-writer.ts'
import { spawnRegistered } from '../support/processes.ts'
import { Random } from '../support/random.ts'
import { rounds, roundsTimeoutMs } from '../support/rounds.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const POINTS = ['ingest.before-transaction', 'ingest.after-entries', 'ingest.after-balances', 'ingest.before-commit', 'ingest.after-commit']
const AT_POINTS = { name: 'ingest processes killed at named points', quick: 150, full: 3_000 }
const AT_CHANCE = { name: 'ingest processes killed at chance', quick: 50, full: 1_000 }
const TIMEOUT_MS = 180_000

let built: TempHome
beforeAll(async () => {
  built = tempHome('ingest-child')
  const build = await rolldown({ input: join(root, 'test/support/ingest-child.ts'), cwd: root, external: /^(node:|@photostructure\/|pg$)/, platform: 'node', tsconfig: join(root, 'tsconfig.json') })
  await build.write({ file: join(built.path, 'child.mjs'), format: 'esm', codeSplitting: false })
  await build.close()
  symlinkSync(join(root, 'node_modules'), join(built.path, 'node_modules'))
})
afterAll(() => built.remove())

interface Death { readonly crashAt?: string; readonly afterPassings?: number; readonly mode: 'live' | 'catch-up' | 'drain'; readonly splitAt?: string }

class CrashWorld {
  readonly home = tempHome('crash')
  readonly database = join(this.home.path, 'purser.db')
  readonly random: Random
  readonly writer: LogWriter
  kills = 0

  constructor(seed: number) {
    this.random = new Random(seed)
    this.writer = new LogWriter(this.home.path, this.random, () => new Date())
  }

  /** Runs the child until it dies as told; every crash point it passes makes the logs grow. */
  async life({ crashAt, afterPassings, mode, splitAt }: Death): Promise<void> {
    if (mode !== 'drain') this.writer.write(6)
    const { child, exited } = spawnRegistered(process.execPath, [join(built.path, 'child.mjs')], {
      env: { ...this.home.env, DATABASE: this.database, MIGRATIONS: join(root, 'migrations'), MODE: mode, ...(crashAt ? { PURSER_CRASH_AT: crashAt } : {}), ...(splitAt ? { SPLIT_AT: splitAt } : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let passings = 0, said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { said += text })
    if (child.stdout) createInterface({ input: child.stdout }).on('line', () => {
      passings++
      if (mode !== 'drain' && passings < 40) this.writer.write(1)
      if (passings === afterPassings) child.kill('SIGKILL')
    })
    const { code, signal } = await exited
    if (mode === 'drain' ? code !== 0 : signal !== 'SIGKILL') throw new Error(`the child ended by ${signal ?? code} instead: ${said}`)
    if (mode !== 'drain') this.kills++
  }

  /** What is wrong now: amounts lost or doubled, balances that drifted, a broken audit chain. */
  async faults(): Promise<string[]> {
    const open = await openTestSqlite(this.database)
    try {
      const cursors = await open.stores.read(() => open.stores.cursors.all())
      const read = responsesBefore(new Map(cursors.map(({ path, offset }) => [path, offset])))
      const held = await responsesIn(open.stores)
      const faults = await driftOf(open.stores, crashBudgets, systemClock.now())
      for (const [key, tokens] of read) {
        const found = held.get(key)
        if (found?.cost !== tokens * NANO_PER_TOKEN || found.responses !== 1n) faults.push(`${key}: ${tokens * NANO_PER_TOKEN} nano-USD were read, the ledger holds ${found?.cost ?? 'nothing'} in ${found?.responses ?? 0} responses`)
      }
      for (const key of held.keys()) if (!read.has(key)) faults.push(`${key}: is in the ledger and before no cursor`)
      const broken = await open.stores.read(() => open.stores.events.firstBroken())
      if (broken !== null) faults.push(`event ${broken} is not chained to the one before`)
      return faults
    } finally {
      await open.close()
    }
  }

  /** Reads everything that was written; then nothing may be missing at all. */
  async drained(): Promise<{ faults: string[]; unread: number }> {
    this.writer.finish()
    await this.life({ mode: 'drain' })
    const open = await openTestSqlite(this.database)
    const cursors = await open.stores.read(() => open.stores.cursors.all())
    await open.close()
    return { faults: await this.faults(), unread: cursors.reduce((sum, { size, offset }) => sum + size - offset, 0) }
  }
}

async function killed(seed: number, deaths: number, death: (world: CrashWorld, n: number) => Death): Promise<CrashWorld> {
  const world = new CrashWorld(seed)
  for (let n = 0; n < deaths; n++) {
    await world.life(death(world, n))
    expect(await world.faults(), `after kill ${n + 1} of seed ${seed}`).toEqual([])
  }
  expect(await world.drained()).toEqual({ faults: [], unread: 0 })
  expect(world.writer.lines).toBeGreaterThan(deaths * 6)
  world.home.remove()
  return world
}

const atPoint = (world: CrashWorld, n: number): Death => ({ crashAt: `${POINTS[n % POINTS.length]}:${world.random.int(1, 3)}`, mode: world.random.chance(0.5) ? 'live' : 'catch-up' })
const atChance = (world: CrashWorld): Death => ({ afterPassings: world.random.int(1, 25), mode: world.random.chance(0.5) ? 'live' : 'catch-up' })

describe('an ingest that is killed', () => {
  it('loses nothing and doubles nothing, at every named point', async () => {
    const each = rounds(AT_POINTS) / 2
    const worlds = await Promise.all([killed(1, each, atPoint), killed(2, each, atPoint)])
    expect(worlds.reduce((sum, { kills }) => sum + kills, 0)).toBe(each * 2)
  }, roundsTimeoutMs(TIMEOUT_MS, AT_POINTS))

  it('loses nothing and doubles nothing, wherever the kill falls', async () => {
    const each = rounds(AT_CHANCE) / 2
    const worlds = await Promise.all([killed(3, each, atChance), killed(4, each, atChance)])
    expect(worlds.reduce((sum, { kills }) => sum + kills, 0)).toBe(each * 2)
  }, roundsTimeoutMs(TIMEOUT_MS, AT_CHANCE))

  it.each([
    ['spend and its balance', '(insert into|update) balance'],
    ['spend and its cursor', 'insert into cursor'],
  ])('is caught when %s are committed apart', async (_, splitAt) => {
    const world = new CrashWorld(5)
    const faults: string[] = []
    for (let n = 0; n < 3; n++) {
      await world.life({ crashAt: 'twin.between:1', mode: 'live', splitAt })
      faults.push(...(await world.faults()))
    }
    world.home.remove()
    expect(faults).not.toEqual([])
  })
})
