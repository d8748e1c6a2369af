import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import type { ScanJob } from '../../../src/core/tailing/scan.ts'
import { createLogFinder } from '../../../src/os/logs/log-finder.ts'
import { createLogScanner, WORKERS_FROM_BYTES } from '../../../src/os/logs/log-scanner.ts'
import { writeCorpus, type Corpus } from '../../support/claude-corpus.ts'
import { Reading } from '../../support/reading.ts'
import { builtScanWorker } from '../../support/bundled.ts'

let home: string, corpus: Corpus, workerFile: string, jobs: ScanJob[], here: Reading
beforeAll(async () => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-pool-')))
  corpus = writeCorpus({ home, seed: 11, sessions: 240 })
  workerFile = await builtScanWorker(home)
  const finder = createLogFinder({ adapters: KNOWN_AGENTS, environment: { home, platform: 'linux', variables: {} }, extraRoots: [], allowOutsideHome: false, maxFiles: 0 })
  jobs = finder.find().logs.map(log => ({ log, cursor: undefined }))
  here = new Reading(corpus.root)
  here.read(jobs.map(job => job.log.path))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const scannerWith = (file: string | null, threads = 2): ReturnType<typeof createLogScanner> => createLogScanner({ adapters: KNOWN_AGENTS, workerFile: file, threads })

/** Everything a scanner finds, committed as it comes. */
async function readAll(scanner: ReturnType<typeof createLogScanner>, list: readonly ScanJob[] = jobs): Promise<Reading> {
  const reading = new Reading(corpus.root)
  for await (const batch of scanner.scan(list)) {
    reading.commit(batch)
    batch.release?.()
  }
  await scanner.close()
  return reading
}

describe('scanning on threads', () => {
  it('has a corpus large enough to be worth threads', () => {
    expect(corpus.bytes).toBeGreaterThan(WORKERS_FROM_BYTES)
  })

  it('finds what one thread finds: responses, cursors, flaws, meters and quotas', async () => {
    for (const threads of [1, 3]) {
      const found = await readAll(scannerWith(workerFile, threads))
      expect(new Map([...found.events].toSorted())).toEqual(new Map([...here.events].toSorted()))
      expect(new Map([...found.cursors].toSorted())).toEqual(new Map([...here.cursors].toSorted()))
      expect([found.meters.length, found.quotas.length, found.flaws.length]).toEqual([here.meters.length, here.quotas.length, here.flaws.length])
      expect(found.batches.reduce((sum, batch) => sum + batch.lines, 0)).toBe(here.batches.reduce((sum, batch) => sum + batch.lines, 0))
    }
  })

  it('starts its threads ahead where that is asked for, once, and ends them when there is little to read after all', async () => {
    const threads = (): number => process.getActiveResourcesInfo().filter(each => each === 'MessagePort').length
    const scanner = scannerWith(workerFile, 1), before = threads()
    scanner.prepare?.()
    scanner.prepare?.()
    const prepared = threads()
    expect(prepared).toBeGreaterThan(before)
    let files = 0
    for await (const batch of scanner.scan(jobs.slice(0, 3))) files += batch.files.length
    expect([files, threads()]).toEqual([3, before])
    scanner.prepare?.()
    expect((await readAll(scanner)).events.size).toBe(corpus.responses.size)
    expect(threads()).toBe(before)
    scannerWith(null).prepare?.()
    expect(threads()).toBe(before)
  })

  it('stops its threads when nobody asks for more', async () => {
    const scanner = scannerWith(workerFile)
    const before = process.getActiveResourcesInfo().filter(each => each === 'MessagePort').length
    for await (const batch of scanner.scan(jobs)) {
      expect(batch.files.length).toBeGreaterThan(0)
      break
    }
    expect(process.getActiveResourcesInfo().filter(each => each === 'MessagePort').length).toBe(before)
    await scanner.close()
  })

  it('fails the scan when a thread fails, rather than coming up short', async () => {
    for (const [name, text] of [['throws', 'throw new Error("broken thread")'], ['leaves', 'process.exit(0)']] as const) {
      const file = path.join(home, `${name}.cjs`)
      writeFileSync(file, text)
      await expect(readAll(scannerWith(file)), name).rejects.toThrow(/a scanning thread ended/)
    }
  })
})

describe('scanning in this thread', () => {
  it('is what happens for little, and without a worker file', async () => {
    const missing = path.join(home, 'no-such-worker.cjs')
    const few = await readAll(scannerWith(missing), jobs.slice(0, 3))
    expect(few.cursors.size).toBe(3)
    const all = await readAll(scannerWith(null))
    expect(all.events.size).toBe(corpus.responses.size)
  })

  it('counts only what is left to read: a restart over a large history starts no thread', async () => {
    const caughtUp = jobs.map(({ log }) => ({ log, cursor: here.cursors.get(log.path) }))
    const again = await readAll(scannerWith(path.join(home, 'no-such-worker.cjs')), caughtUp)
    expect(again.events.size).toBe(0)
  })
})
