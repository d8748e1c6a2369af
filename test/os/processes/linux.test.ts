import { mkdirSync, readdirSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessInfo } from '../../../src/core/machine/process-table.ts'
import { linuxProcesses, parseStat, uidOf } from '../../../src/os/processes/linux.ts'
import { tempHome } from '../../support/home.ts'
import { spawnRegistered, startTicks } from '../../support/processes.ts'

const closers: (() => void | Promise<void>)[] = []
afterEach(async () => { for (const close of closers.splice(0).reverse()) await close() })

function sleeper(options: Parameters<typeof spawnRegistered>[2] = {}): ReturnType<typeof spawnRegistered> {
  const started = spawnRegistered('/bin/sleep', ['300'], { stdio: 'ignore', ...options })
  closers.push(async () => { started.child.kill('SIGKILL'); await started.exited })
  return started
}

describe('a stat line', () => {
  const line = (name: string, rest = 'S 900 4711 900 34816 4711 4194304 12 0 0 0 1 2 0 0 20 0 11 0 395962 33133440 394'): string => `4711 (${name}) ${rest}\n`

  it('is counted from its last bracket, since a name may hold spaces and brackets', () => {
    for (const name of ['claude', 'tmux: server', 'a) S 1 (b', ') R 0 0', '2.1.329', '']) {
      expect(parseStat(line(name)), name).toEqual({ name, state: 'S', parent: 900, startTime: '395962', kernelThread: false })
    }
  })
  it('tells a kernel thread by its flag', () => {
    expect(parseStat(line('kthreadd', 'S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 33 0 0'))?.kernelThread).toBe(true)
  })
  it('that is cut or empty is no process', () => {
    for (const text of ['', '4711', '4711 (claude', '4711 (claude) S 900', line('x').slice(0, 60), line('x').replace('395962', 'x')]) expect(parseStat(text), text).toBeNull()
  })
})

it('takes a process for nobody\'s that runs under several uids', () => {
  expect(uidOf('Name:\tx\nUid:\t1000\t1000\t1000\t1000\nGid:\t1\t1\t1\t1\n')).toBe(1000)
  expect(uidOf('Uid:\t1000\t0\t0\t0\n')).toBe(-1)
  expect(uidOf('')).toBeNull()
})

describe.runIf(process.platform === 'linux')('the table of this machine', () => {
  const table = linuxProcesses()

  it('knows ourselves, our uid and our ancestors up to init', async () => {
    const self = await table.self()
    expect(self).toMatchObject({ pid: process.pid, uid: process.getuid?.(), namespace: expect.stringMatching(/^pid:\[\d+\]$/) })
    expect(self.ancestors[0]).toBe(process.ppid)
    expect(self.ancestors.at(-1)).toBe(1)
  })

  it('lists a child as it is', async () => {
    using home = tempHome()
    const { pid } = sleeper({ cwd: home.path })
    const expected: ProcessInfo = {
      pid, parent: process.pid, uid: process.getuid?.() ?? -1, startTime: startTicks(pid), name: 'sleep', exe: expect.stringMatching(/\/(sleep|coreutils|busybox)$/),
      argv: ['/bin/sleep', '300'], cwd: home.path, namespace: (await table.self()).namespace, state: expect.stringMatching(/^[SRD]$/),
    }
    expect((await table.list()).find(found => found.pid === pid)).toEqual(expected)
    expect(await table.inspect(pid)).toEqual(expected)
    const startedAt = table.startedAt(expected) ?? 0
    expect(Math.abs(Date.now() - startedAt)).toBeLessThan(60_000)
  })

  it('reads directories and namespaces only of those that were asked for', async () => {
    const { pid } = sleeper(), asked: number[] = []
    const narrow = linuxProcesses({ detail: found => { asked.push(found.pid); expect([found.cwd, found.namespace]).toEqual(['', '']); return found.pid === pid } })
    const listed = await narrow.list()
    expect(listed.find(found => found.pid === pid)?.cwd).toBe(process.cwd())
    expect(listed.filter(found => found.cwd !== '').map(found => found.pid)).toEqual([pid])
    expect(asked).toContain(process.pid)
  })

  it('says nothing about the directory of a process whose directory was deleted', async () => {
    using home = tempHome()
    const gone = join(home.path, 'gone')
    mkdirSync(gone)
    const { pid } = sleeper({ cwd: gone })
    expect((await table.inspect(pid))?.cwd).toBe(gone)
    rmdirSync(gone)
    expect((await table.inspect(pid))?.cwd).toBe('')
    // Somebody else's new folder of that name is not where it works either.
    mkdirSync(gone)
    expect((await table.inspect(pid))?.cwd).toBe('')
  })

  it('sees a process stop and become a zombie', async () => {
    const { pid, child, exited } = sleeper()
    child.kill('SIGSTOP')
    await until(async () => (await table.inspect(pid))?.state === 'T')
    child.kill('SIGCONT')
    child.kill('SIGKILL')
    await exited
    expect(await table.inspect(pid)).toBeNull()
  })

  it('answers null for what is no pid', async () => {
    for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 31]) expect([await table.inspect(pid), await table.hold(pid)], String(pid)).toEqual([null, null])
  })

  it('holds a process: the hold answers for that one only, and gives its descriptor back', async () => {
    const { pid, child, exited } = sleeper()
    const held = await table.hold(pid)
    expect(held).toMatchObject({ pid, startTime: startTicks(pid) })
    expect(descriptorsOn(pid)).toBe(1)
    // A process that just began may run at one look and sleep at the next.
    expect({ ...held?.look(), state: '' }).toEqual({ ...await table.inspect(pid), state: '' })
    child.kill('SIGKILL')
    await exited
    expect(held?.look()).toBeNull()
    held?.release()
    held?.release()
    expect(held?.look()).toBeNull()
    expect(await table.hold(pid)).toBeNull()
    expect(descriptorsOn(pid)).toBe(0)
  })

  it('cuts a command line that holds a whole prompt, and never gives half an argument', async () => {
    const started = spawnRegistered(process.execPath, ['-e', 'setTimeout(() => {}, 300000)', '--', 'p'.repeat(100_000)], { stdio: 'ignore' })
    closers.push(async () => { started.child.kill('SIGKILL'); await started.exited })
    await until(async () => ((await table.inspect(started.pid))?.argv.length ?? 0) >= 3)
    expect((await table.inspect(started.pid))?.argv).toEqual([process.execPath, '-e', 'setTimeout(() => {}, 300000)', '--'])
  })
})

describe('a strange /proc', () => {
  it('yields what can be read and passes over the rest', async () => {
    using home = tempHome()
    for (const pid of ['12', '13', '14']) mkdirSync(join(home.path, pid))
    writeFileSync(join(home.path, '12', 'stat'), '12 (claude) S 1 12 12 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 1 1\n')
    writeFileSync(join(home.path, '12', 'cmdline'), 'claude\0--resume\0')
    writeFileSync(join(home.path, '13', 'stat'), 'nonsense')
    writeFileSync(join(home.path, 'stat'), 'cpu 1\nbtime 1795000000\n')
    const table = linuxProcesses({ proc: home.path })
    expect(await table.list()).toMatchObject([{ pid: 12, startTime: '77', argv: ['claude', '--resume'], exe: '', cwd: '', namespace: '' }])
    expect(table.startedAt({ pid: 12, startTime: '77' })).toBe(1_795_000_000_770)
    expect(table.startedAt({ pid: 12, startTime: 'x' })).toBeNull()
  })
})

/** How many of our own descriptors are open on that process' folder. */
const descriptorsOn = (pid: number): number => readdirSync('/proc/self/fd').filter(fd => { try { return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`/proc/${pid}`) } catch { return false } }).length

/** Turns of the event loop, bounded: a condition of the kernel has no event to await. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error('the condition did not come true within 10 s')
    await new Promise(resolve => { setImmediate(resolve) })
  }
}
