import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, truncateSync, utimesSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import type { LogChange } from '../../../src/core/tailing/scan.ts'
import { systemClock } from '../../../src/os/clock.ts'
import { createLogWatcher, type WatcherOptions } from '../../../src/os/logs/log-watcher.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { toyAgent } from '../../support/toy-agent.ts'

let home: string, root: string, stop: AbortController, watching: Promise<void>
/** Every change so far, by name: `changed -w/a.jsonl`. */
let seen: string[]
let waiting: { readonly what: string; readonly resolve: () => void }[]
let onChange: (change: LogChange) => Promise<void>

beforeEach(() => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-watch-')))
  root = path.join(home, '.claude', 'projects')
  mkdirSync(root, { recursive: true })
  stop = new AbortController()
  watching = Promise.resolve()
  seen = []
  waiting = []
  onChange = async ({ changed, gone }) => {
    for (const log of changed) note(`changed ${path.relative(root, log.path)}`)
    for (const log of gone) note(`gone ${path.relative(root, log.path)}`)
  }
})
afterEach(async () => {
  stop.abort()
  await watching.catch(() => {})
  rmSync(home, { recursive: true, force: true })
})

function note(what: string): void {
  seen.push(what)
  for (const each of waiting.filter(other => other.what === what)) each.resolve()
  waiting = waiting.filter(each => each.what !== what)
}

/** Resolves when this is reported after now. */
const next = (what: string): Promise<void> => new Promise(resolve => waiting.push({ what, resolve }))

function start(over: Partial<WatcherOptions> = {}): void {
  const options: WatcherOptions = {
    adapters: KNOWN_AGENTS, environment: { home, platform: 'linux', variables: {} }, extraRoots: [], allowOutsideHome: false, maxFiles: 0,
    clock: systemClock, sweepMs: 60_000, onPolling: () => {}, ...over,
  }
  watching = createLogWatcher(options).watch(change => onChange(change), stop.signal)
}

const put = (relative: string, text = '{}\n'): string => {
  const file = path.join(root, relative)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

describe('watching, with hints and a sweep too slow to help', () => {
  it('reports everything first, then what is written, made, renamed over, truncated and removed', async () => {
    const file = put('-w/a.jsonl')
    let came = next('changed -w/a.jsonl')
    start()
    await came
    for (const deed of [() => appendFileSync(file, '{}\n'), () => { writeFileSync(`${file}.new`, '{"x":1}\n'); renameSync(`${file}.new`, file) }, () => appendFileSync(file, '{"after":1}\n'), () => truncateSync(file)]) {
      came = next('changed -w/a.jsonl')
      deed()
      await came
    }
    const gone = next('gone -w/a.jsonl')
    rmSync(file)
    await gone
  })

  it('sees a log that comes in one burst with three new folders', async () => {
    const first = next('changed -w/a.jsonl')
    put('-w/a.jsonl')
    start()
    await first
    const burst = next('changed -new/s1/subagents/agent-a.jsonl')
    put('-new/s1/subagents/agent-a.jsonl')
    await burst
  })

  it('never runs two changes at once, and brings what came meanwhile with the next', async () => {
    const file = put('-w/a.jsonl')
    let running = 0, most = 0
    const report = onChange
    let release: () => void = () => {}
    const held = new Promise<void>(resolve => { release = resolve })
    let entered: () => void = () => {}
    const busy = new Promise<void>(resolve => { entered = resolve })
    onChange = async change => {
      most = Math.max(most, ++running)
      entered()
      await held
      await report(change)
      running--
    }
    start()
    await busy
    put('-w/b.jsonl')
    appendFileSync(file, '{}\n')
    const both = Promise.all([next('changed -w/b.jsonl'), next('changed -w/a.jsonl')])
    release()
    await both
    expect(most).toBe(1)
  })

  it('ends with the error of whoever it told', async () => {
    put('-w/a.jsonl')
    onChange = () => Promise.reject(new Error('store busy'))
    start()
    await expect(watching).rejects.toThrow('store busy')
  })

  it('first brings only the most recent when told to follow some, and then whatever is written', async () => {
    const old = put('-w/old.jsonl')
    utimesSync(old, 1_700_000_000, 1_700_000_000)
    put('-w/new.jsonl', '{}\n{}\n')
    let came = next('changed -w/new.jsonl')
    start({ maxFiles: 1 })
    await came
    expect(seen).toHaveLength(1)
    came = next('changed -w/old.jsonl')
    appendFileSync(old, '{}\n')
    await came
  })
})

describe('watching without watches', () => {
  const noWatches = (() => { throw Object.assign(new Error('no space'), { code: 'ENOSPC' }) }) as unknown as typeof watch

  it('says so once and finds everything by looking: growth, new logs, new folders, removal', async () => {
    const reasons: string[] = []
    const file = put('-w/a.jsonl')
    put('-w/b.jsonl')
    let came = next('changed -w/a.jsonl')
    start({ watchFolder: noWatches, sweepMs: 20, onPolling: why => reasons.push(why) })
    await came
    for (const deed of [() => appendFileSync(file, '{}\n'), () => put('-w/c.jsonl'), () => put('-x/y/d.jsonl')]) {
      came = Promise.race(['changed -w/a.jsonl', 'changed -w/c.jsonl', 'changed -x/y/d.jsonl'].map(next))
      deed()
      await came
    }
    const gone = next('gone -w/a.jsonl')
    rmSync(file)
    await gone
    expect(reasons).toEqual([expect.stringContaining('ENOSPC')])
  })

  it('looks at a hot log four times a second, and between sweeps at nothing else', async () => {
    const clock = new ManualClock(Date.now())
    const file = put('-w/hot.jsonl')
    let came = next('changed -w/hot.jsonl')
    start({ watchFolder: noWatches, clock, sweepMs: 60_000 })
    await came
    await clock.sleeping(250)
    appendFileSync(file, '{}\n')
    put('-w/unseen.jsonl')
    came = next('changed -w/hot.jsonl')
    clock.advance(250)
    await came
    expect(seen.filter(each => each.includes('unseen'))).toEqual([])
    const swept = next('changed -w/unseen.jsonl')
    await clock.sleeping(250)
    clock.advance(60_000)
    await swept
  })

  it('goes on by looking when watches fail later, by an error event', async () => {
    const listeners: ((error: Error) => void)[] = []
    const failing = ((folder: string, options: object, listener: () => void) => {
      const watcher = watch(folder, options, listener)
      const on = watcher.on.bind(watcher)
      watcher.on = ((name: string, handler: (error: Error) => void) => { if (name === 'error') listeners.push(handler); return on(name, handler) }) as typeof watcher.on
      return watcher
    }) as unknown as typeof watch
    const file = put('-w/a.jsonl')
    let came = next('changed -w/a.jsonl'), polling = ''
    start({ watchFolder: failing, sweepMs: 20, onPolling: why => { polling = why } })
    await came
    for (const fail of listeners) fail(Object.assign(new Error('too many'), { code: 'EMFILE' }))
    expect(polling).toContain('EMFILE')
    came = next('changed -w/a.jsonl')
    appendFileSync(file, '{}\n')
    await came
  })
})

describe('watching a whole tree by one handle, as macOS and Windows do', () => {
  it('hangs one watch on the root and finds what its hints name, however deep and new', async () => {
    const hung: { folder: string; hint: (event: string, name: string) => void }[] = []
    const fake = ((folder: string, { recursive = false }: { recursive?: boolean }, hint: (event: string, name: string) => void) => {
      // The others wait for roots that do not exist yet.
      if (recursive) hung.push({ folder, hint })
      return { on: () => {}, close: () => {} }
    }) as unknown as typeof watch
    const file = put('-w/s1/subagents/agent-a.jsonl')
    let came = next('changed -w/s1/subagents/agent-a.jsonl')
    start({ watchFolder: fake, environment: { home, platform: 'darwin', variables: {} } })
    await came
    expect(hung.map(each => each.folder)).toEqual([root])
    came = next('changed -w/s1/subagents/agent-a.jsonl')
    appendFileSync(file, '{}\n')
    hung[0]?.hint('change', '-w/s1/subagents/agent-a.jsonl')
    await came
    came = next('changed -new/s2/subagents/agent-b.jsonl')
    put('-new/s2/subagents/agent-b.jsonl')
    hung[0]?.hint('rename', '-new/s2')
    await came
    expect(hung).toHaveLength(1)
  })
})

describe('roots', () => {
  it('that appear later are followed at once, long before the next sweep', async () => {
    rmSync(path.join(home, '.claude'), { recursive: true })
    start({ sweepMs: 60_000 })
    const came = next('changed -w/a.jsonl')
    // The first look comes with the start; what is made after it is told by watches alone.
    await new Promise(resolve => setImmediate(resolve))
    put('-w/a.jsonl')
    await came
  })

  it('that appear later are followed', async () => {
    rmSync(path.join(home, '.claude'), { recursive: true })
    start({ sweepMs: 20 })
    const came = next('changed -w/a.jsonl')
    put('-w/a.jsonl')
    await came
  })
})

describe('a database that is written all the time', () => {
  /** Told at each report, with the monotonic time. */
  it('is looked at once a second at most, and less often the longer a look takes; nothing of it is missed', async () => {
    const clock = new ManualClock()
    const folder = path.join(home, '.toy')
    mkdirSync(folder)
    const file = path.join(folder, 'toy.db')
    writeFileSync(file, 'pages')
    const at: number[] = []
    const began = clock.monotonicMs()
    let tookMs = 0
    let reported = (): void => {}
    const report = (): Promise<void> => new Promise(resolve => { reported = resolve })
    onChange = async () => {
      at.push(clock.monotonicMs() - began)
      clock.advance(tookMs)
      reported()
    }
    let told = report()
    start({ adapters: new Map([[toyAgent.name, toyAgent]]), clock, sweepMs: 100, watchFolder: () => { throw Object.assign(new Error('none'), { code: 'ENOSPC' }) } })
    await told
    for (const took of [0, 200, 0]) {
      tookMs = took
      told = report()
      appendFileSync(`${file}-wal`, 'rows')
      const reports = at.length
      while (at.length === reports) {
        await Promise.race([told, clock.sleeping(50), clock.sleeping(100)])
        if (at.length === reports) clock.advance(50)
      }
    }
    const gaps = at.slice(1).map((time, index) => time - (at[index] as number))
    expect(gaps[0]).toBeGreaterThanOrEqual(1_000)
    expect(gaps[1]).toBeGreaterThanOrEqual(1_000)
    // Two hundred milliseconds of work, then four seconds of rest.
    expect(gaps[2]).toBeGreaterThanOrEqual(4_200)
    expect(gaps[2]).toBeLessThan(6_000)
  })
})
