// The real ingest in a process of its own, to be killed: real log files, real SQLite, no daemon around it. Says on stdout
// every crash point it passes, so that its parent knows where it is without waiting for time.
import { writeSync } from 'node:fs'
import { claudeCode } from '../../src/agents/claude-code/adapter.ts'
import type { BulkCall, StatementCall, Work } from '../../src/core/ledger/work.ts'
import type { Stores } from '../../src/core/stores.ts'
import { crashPoints } from '../../src/daemon/crash-points.ts'
import { catchUp, follow, type FollowWorld } from '../../src/flows/follow.ts'
import { judgeNow } from '../../src/flows/ingest.ts'
import { measureNew } from '../../src/flows/balances.ts'
import { systemClock } from '../../src/os/clock.ts'
import { createLogFinder, type FinderOptions } from '../../src/os/logs/log-finder.ts'
import { createLogWatcher } from '../../src/os/logs/log-watcher.ts'
import { scanFiles } from '../../src/os/logs/scan-files.ts'
import { crashBudgets, tokenPrice } from './crash-budgets.ts'
import { openTestSqlite } from './databases.ts'

// Small batches: a handful of lines already makes several transactions.
const BOUNDS = { events: 4, bytes: 64 * 1024 }

const { HOME = '', DATABASE = '', MODE = 'live', SPLIT_AT = '', PURSER_CRASH_AT, MIGRATIONS } = process.env
const say = (text: string): void => { writeSync(1, `${text}\n`) }
const dieAt = crashPoints(PURSER_CRASH_AT, () => process.kill(process.pid, 'SIGKILL'))
const crashPoint = (name: string): void => { say(name); dieAt(name) }

/** The sabotaged twin: commits in the middle of every transaction, before the first statement that matches. */
function splitting(stores: Stores, pattern: RegExp): Stores {
  return {
    ...stores,
    async transaction<T>(body: () => Work<T>): Promise<T> {
      const work = body()
      let step = work.next()
      const until = (stop: (call: StatementCall | BulkCall) => boolean) => function* (): Work<void> {
        while (!step.done && !stop(step.value)) step = work.next(yield step.value)
      }
      await stores.transaction(until(call => pattern.test(call.statement.text)))
      if (!step.done) {
        crashPoint('twin.between')
        await stores.transaction(until(() => false))
      }
      if (!step.done) throw new Error('the work did not end')
      return step.value
    },
  }
}

const { stores: sound } = await openTestSqlite(DATABASE, MIGRATIONS)
const stores = SPLIT_AT === '' ? sound : splitting(sound, new RegExp(SPLIT_AT))
const adapters = new Map([[claudeCode.name, claudeCode]])
const finding: FinderOptions = { adapters, environment: { home: HOME, platform: 'linux', variables: { HOME } }, extraRoots: [], allowOutsideHome: true, maxFiles: 0 }
const world: FollowWorld = {
  stores, clock: systemClock, node: 'n1', price: tokenPrice, budgets: () => crashBudgets, projectOf: cwd => cwd, estimatedAgents: new Set(),
  channels: () => [{ channel: 'desktop', minLevel: 'info' }], warnGrowthBytes: () => Number.MAX_SAFE_INTEGER, crashPoint, setAside: new Map(),
  finder: createLogFinder(finding), scanner: { scan: async function* (jobs) { yield* scanFiles(jobs, adapters, BOUNDS) }, close: async () => undefined },
}

await sound.transaction(() => measureNew(sound, crashBudgets, systemClock.now()))
if (MODE !== 'live') {
  await catchUp(world, () => undefined)
  await judgeNow(world)
}
if (MODE === 'drain') {
  say('drained')
  process.exit(0)
}
await follow(world, createLogWatcher({ ...finding, clock: systemClock, sweepMs: 200, onPolling: () => undefined }), { onBatch: () => undefined, onFault: error => { throw error } }, new AbortController().signal)
