// One bad file never keeps the others unread: it is tried three times, set aside, told once, and its cursor stays.
import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import type { FoundLog, ScanBatch, ScanJob } from '../../src/core/tailing/scan.ts'
import { UsageColumns } from '../../src/core/tailing/usage-columns.ts'
import { instant } from '../../src/core/time.ts'
import type { IngestMode } from '../../src/flows/ingest.ts'
import { FAILURES_MAX, readLogsInto, type ReadWorld } from '../../src/flows/read-logs.ts'
import { openTestSqlite, type OpenStores } from '../support/databases.ts'
import { LedgerWorld } from '../support/ledger-world.ts'

let open: OpenStores
afterEach(() => open.close())

const logOf = (name: string): FoundLog => ({ path: `/logs/${name}`, agent: 'claude-code', source: 'sessions', root: '/logs', account: '', place: { session: name, subagent: '' }, size: 1, modifiedAt: instant(1) })
const emptyBatch = ({ log }: ScanJob): ScanBatch => ({
  files: [{ outcome: 'read', log, transition: { kind: 'new' }, growth: 1, atEnd: true, flaws: [], file: { path: log.path, root: log.root, agent: log.agent, account: '', device: '1', inode: '1', generation: 0, offset: 1, headLength: 0, head: '', tail: '', size: 1, modifiedAt: instant(1), memory: '' } }],
  usage: new UsageColumns(), meters: [], quotas: [], counters: [], copies: [], lines: 1, bytes: 1,
})

/** A world whose scanner throws `fault` when it comes to the file called `bad`. */
async function world(fault: () => unknown): Promise<ReadWorld & { readonly tried: string[] }> {
  open = await openTestSqlite()
  const tried: string[] = []
  return Object.assign(new LedgerWorld(open.stores, Date.UTC(2026, 10, 21, 12)), {
    tried, setAside: new Map<string, number>(),
    scanner: { close: async () => undefined, scan: async function* (jobs: readonly ScanJob[]) {
      for (const job of jobs) {
        tried.push(job.log.path)
        const error = job.log.path === '/logs/bad' ? fault() : undefined
        if (error !== undefined) throw error
        yield emptyBatch(job)
      }
    } },
  })
}
const jobs = ['a', 'bad', 'z'].map(name => ({ log: logOf(name), cursor: undefined }))
const read = async (): Promise<string[]> => (await open.stores.read(() => open.stores.cursors.all())).map(({ path }) => path).sort()

describe('readLogsInto while catching up', () => {
  /** What happened in which order, with a scanner of so many batches. */
  async function story(count: number, over: (n: number) => Partial<ScanBatch>): Promise<string> {
    const told: string[] = []
    const scanner = { close: async () => undefined, scan: async function* () {
      for (let n = 0; n < count; n++) {
        told.push(`${n}`)
        yield { ...emptyBatch({ log: logOf(`log-${n}`), cursor: undefined }), release: () => { told.push(`-${n}`) }, ...over(n) }
      }
    } }
    const reading = Object.assign(await world(() => undefined), { scanner, crashPoint: (name: string) => { if (name === 'ingest.after-commit') told.push('commit') } })
    await readLogsInto(reading, jobs, 'catch-up', () => undefined)
    return told.join(' ')
  }

  it('commits together what is ready, waits for nothing that is not, and releases what is committed', async () => {
    expect(await story(8, n => ({ isLastReady: n === 1 || n === 4 }))).toBe('0 1 2 3 4 commit -0 -1 -2 -3 -4 5 6 7 commit -5 -6 -7')
  })

  it('holds no more than half of what a scanner makes ahead', async () => {
    expect((await story(40, () => ({}))).split('commit')[0]?.trim().split(' ')).toHaveLength(16)
  })
})

describe('readLogsInto', () => {
  it('reads the others, sets the bad one aside after three tries, and tells of it once', async () => {
    const it = await world(() => new TypeError('the parser has a bug'))
    await readLogsInto(it, jobs, 'live', () => undefined)
    expect(await read()).toEqual(['/logs/a', '/logs/z'])
    await readLogsInto(it, jobs, 'live', () => undefined)
    expect(it.tried.filter(path => path === '/logs/bad')).toHaveLength(1 + FAILURES_MAX)
    const events = await open.stores.read(() => open.stores.events.since(0, 10))
    expect(events.map(({ code, fields }) => [code, fields.path])).toEqual([['log.quarantined', '/logs/bad']])
    expect((await open.stores.read(() => open.stores.cursors.flaws())).map(({ kind, path }) => [kind, path])).toEqual([['quarantined', '/logs/bad']])
  })

  it('reads a log that was set aside again in the next process, and then no longer tells of it', async () => {
    let broken = true
    const it = await world(() => (broken ? new TypeError('the parser has a bug') : undefined))
    const flaws = async () => (await open.stores.read(() => open.stores.cursors.flaws())).map(({ kind, path }) => [kind, path])
    await readLogsInto(it, jobs, 'catch-up', () => undefined)
    await open.stores.transaction(() => open.stores.cursors.addFlaw({ path: '/logs/bad', kind: 'malformed', generation: 0, firstOffset: 0, occurrences: 1, bytes: 9, why: 'half a line' }, instant(1)))
    await open.stores.transaction(() => open.stores.cursors.addFlaw({ path: '/logs/other', kind: 'unreadable', generation: 0, firstOffset: 0, occurrences: 1, bytes: 0, why: 'EACCES' }, instant(1)))
    broken = false
    await readLogsInto({ ...it, stores: open.stores, clock: it.clock, budgets: () => [], setAside: new Map() }, jobs, 'catch-up', () => undefined)
    expect(await read()).toEqual(['/logs/a', '/logs/bad', '/logs/z'])
    expect(await flaws()).toEqual([['malformed', '/logs/bad'], ['unreadable', '/logs/other']])
  })

  it('takes a fault that passes for what it is: the file is read on the next try', async () => {
    let left = 2
    const it = await world(() => (left-- > 0 ? new Error('a passing fault') : undefined))
    await readLogsInto(it, jobs, 'live', () => undefined)
    expect(await read()).toEqual(['/logs/a', '/logs/bad', '/logs/z'])
  })

  it.each(['store_busy', 'store_unusable'] as const)('sets nothing aside for %s: that is nobody\'s file', async code => {
    const it = await world(() => new AppError(code, 'the disk is full'))
    await expect(readLogsInto(it, jobs, 'live', () => undefined)).rejects.toMatchObject({ code })
    expect([it.setAside.size, it.tried.filter(path => path === '/logs/bad').length]).toEqual([0, 1])
  })

  it('commits batches by the handful while catching up and one by one live, and leaves none behind', async () => {
    const many = Array.from({ length: 40 }, (_, n) => ({ log: logOf(`log-${n}`), cursor: undefined }))
    const commits = async (mode: IngestMode, stopAfter = Number.POSITIVE_INFINITY): Promise<readonly number[]> => {
      const it = await world(() => undefined)
      const sizes: number[] = []
      let told = 0, asked = 0
      await readLogsInto({ ...it, stores: open.stores, clock: it.clock, budgets: () => [], crashPoint: name => { if (name === 'ingest.after-commit') sizes.push(0) } }, many, mode,
        () => { told++; sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + 1 }, () => ++asked > stopAfter)
      expect(await read()).toHaveLength(told)
      await open.close()
      return sizes
    }
    expect([await commits('catch-up'), await commits('live')]).toEqual([[16, 16, 8], Array.from({ length: 40 }, () => 1)])
    expect((await commits('catch-up', 2)).reduce((sum, size) => sum + size, 0)).toBe(3)
    open = await openTestSqlite()
  })
})
