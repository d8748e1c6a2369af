// Keeping up with files: history first and in any number of pieces, then what a watcher names; a store that cannot be
// written delays and never loses.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path, { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeCode } from '../../src/agents/claude-code/adapter.ts'
import { AppError } from '../../src/core/errors.ts'
import { rows, sql } from '../../src/core/ledger/work.ts'
import type { LogChange, LogWatcher } from '../../src/core/tailing/scan.ts'
import type { Stores } from '../../src/core/stores.ts'
import { catchUp, follow, type FollowWorld } from '../../src/flows/follow.ts'
import { createLogFinder } from '../../src/os/logs/log-finder.ts'
import { scanFiles } from '../../src/os/logs/scan-files.ts'
import { NANO_PER_TOKEN } from '../support/crash-budgets.ts'
import { openTestSqlite, type OpenStores } from '../support/databases.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { responsesIn } from '../support/ledger-check.ts'
import { LedgerWorld } from '../support/ledger-world.ts'
import { LogWriter, responsesBefore } from '../support/log-writer.ts'
import { Random } from '../support/random.ts'
import { toyAgent } from '../support/toy-agent.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const goneFiles = sql('select path from cursor where gone_at is not null')
let home: TempHome
let open: OpenStores
let writer: LogWriter
beforeEach(async () => { home = tempHome('follow'); open = await openTestSqlite(); writer = new LogWriter(home.path, new Random(1), () => new Date(NOON)) })
afterEach(async () => { await open.close(); home.remove() })

function worldOn(stores: Stores = open.stores): FollowWorld & { readonly opened: string[] } {
  const adapters = new Map([[claudeCode.name, claudeCode]])
  const opened: string[] = []
  return Object.assign(new LedgerWorld(stores, NOON), {
    opened, setAside: new Map<string, number>(),
    finder: createLogFinder({ adapters, environment: { home: home.path, platform: 'linux', variables: { HOME: home.path } }, extraRoots: [], allowOutsideHome: true, maxFiles: 0 }),
    scanner: { scan: async function* (jobs: Parameters<FollowWorld['scanner']['scan']>[0]) { opened.push(...jobs.map(({ log }) => log.path)); yield* scanFiles(jobs, adapters, { events: 5, bytes: 64 * 1024 }) }, close: async () => undefined },
  })
}

/** What is missing or too much in the ledger, given everything that stands in the files. */
async function faults(): Promise<string[]> {
  const cursors = await open.stores.read(() => open.stores.cursors.all())
  const wanted = responsesBefore(new Map(cursors.map(({ path, size }) => [path, size])))
  const held = await responsesIn(open.stores)
  return [...new Set([...wanted.keys(), ...held.keys()])].filter(key => held.get(key)?.cost !== (wanted.get(key) ?? 0n) * NANO_PER_TOKEN)
}

/** A watcher that a test makes look. */
function handWatcher(): { watcher: LogWatcher; look: (change: LogChange) => Promise<void>; end: () => void; signal: AbortSignal } {
  const stop = new AbortController()
  let look: (change: LogChange) => Promise<void> = async () => undefined
  return {
    watcher: { watch: (onChange, signal) => { look = onChange; return new Promise(resolve => signal.addEventListener('abort', resolve, { once: true })) } },
    look: change => look(change), end: () => stop.abort(), signal: stop.signal,
  }
}

describe('catchUp', () => {
  it('reads everything once, and opens nothing that has not changed since', async () => {
    writer.write(100)
    writer.finish()
    const world = worldOn()
    const seen: boolean[] = []
    const done = await catchUp(world, ({ done: over }) => seen.push(over))
    expect([done.files, done.lines, seen.at(-1), await faults()]).toEqual([4, 100, true, []])
    expect((await catchUp(world, () => undefined)).files).toBe(0)
    expect(world.opened).toHaveLength(4)
  })

  it('goes on where it was interrupted', async () => {
    writer.write(100)
    writer.finish()
    const world = worldOn()
    const stop = new AbortController()
    const first = await catchUp(world, ({ responses }) => { if (responses > 10) stop.abort() }, stop.signal)
    const rest = await catchUp(world, () => undefined)
    expect(first.lines).toBeLessThan(100)
    expect([first.lines + rest.lines, await faults()]).toEqual([100, []])
  })

  it('marks what is gone and keeps its entries, but not when a whole root cannot be seen', async () => {
    writer.write(40)
    writer.finish()
    const world = worldOn()
    await catchUp(world, () => undefined)
    const before = (await responsesIn(open.stores)).size
    const projects = dirname(dirname(writer.files[0] ?? ''))
    renameSync(projects, `${projects}.away`)
    const gone = async (): Promise<number> => (await open.stores.read(() => rows(goneFiles))).length
    await catchUp(world, () => undefined)
    expect(await gone()).toBe(0)
    renameSync(`${projects}.away`, projects)
    rmSync(writer.files[0] ?? '')
    await catchUp(world, () => undefined)
    expect([await gone(), (await responsesIn(open.stores)).size]).toEqual([1, before])
  })
})

describe('follow', () => {
  it('reads what the watcher names, and what a busy store refused before that, once', async () => {
    let busy = true
    const world = worldOn({ ...open.stores, transaction: (body, durability) => (busy ? Promise.reject(new AppError('store_busy', 'busy')) : open.stores.transaction(body, durability)) })
    const hand = handWatcher()
    const told: string[] = []
    let posted = 0
    const following = follow(world, hand.watcher, { onBatch: outcome => { posted += outcome.added }, onFault: error => told.push((error as AppError).code) }, hand.signal)
    mkdirSync(dirname(writer.files[0] ?? ''), { recursive: true })
    writer.write(30)
    writer.finish()
    const { logs } = world.finder.find()
    await hand.look({ changed: logs.slice(0, 2), gone: [] })
    expect([told, posted, (await responsesIn(open.stores)).size]).toEqual([['store_busy'], 0, 0])
    busy = false
    await hand.look({ changed: logs.slice(2), gone: [] })
    expect(posted).toBeGreaterThan(0)
    expect(await faults()).toEqual([])
    hand.end()
    await following
  })

  it('retries by itself after a while, without any change', async () => {
    let busy = true
    const world = worldOn({ ...open.stores, transaction: (body, durability) => (busy ? Promise.reject(new AppError('store_unusable', 'full')) : open.stores.transaction(body, durability)) })
    const hand = handWatcher()
    let heard: () => void = () => undefined
    const read = new Promise<void>(resolve => { heard = resolve })
    const following = follow(world, hand.watcher, { onBatch: heard, onFault: () => undefined }, hand.signal)
    writer.write(3)
    writer.finish()
    await hand.look({ changed: world.finder.find().logs, gone: [] })
    busy = false
    const clock = (world as unknown as LedgerWorld).clock
    await clock.sleeping(2_000)
    clock.advance(2_000)
    await read
    hand.end()
    await following
    expect(await faults()).toEqual([])
  })
})

describe('a document that is being written', () => {
  it('is read once it is whole, though nobody names it again', async () => {
    const file = path.join(home.path, '.toy', 'documents', 'chat.json')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '{"responses": {"a": 1')
    const adapters = new Map([[toyAgent.name, toyAgent]])
    const world = Object.assign(new LedgerWorld(open.stores, NOON), {
      setAside: new Map<string, number>(), finder: createLogFinder({ adapters, environment: { home: home.path, platform: 'linux', variables: {} }, extraRoots: [], allowOutsideHome: true, maxFiles: 0 }),
      scanner: { scan: async function* (jobs: Parameters<FollowWorld['scanner']['scan']>[0]) { yield* scanFiles(jobs, adapters) }, close: async () => undefined },
    })
    const hand = handWatcher()
    const following = follow(world, hand.watcher, { onBatch: () => undefined, onFault: () => undefined }, hand.signal)
    await hand.look({ changed: world.finder.find().logs, gone: [] })
    expect((await responsesIn(open.stores)).size).toBe(0)
    writeFileSync(file, '{"responses": {"a": 1, "b": 2}}')
    await world.clock.sleeping(2_000)
    world.clock.advance(2_000)
    // Asleep again: what was worth another look has had it.
    await world.clock.sleeping(2_000)
    expect([...(await responsesIn(open.stores)).keys()].toSorted()).toEqual(['toy:a', 'toy:b'])
    hand.end()
    await following
  })
})
