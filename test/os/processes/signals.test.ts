import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessInfo, ProvenProcess, StopSignal } from '../../../src/core/machine/process-table.ts'
import { linuxProcesses } from '../../../src/os/processes/linux.ts'
import { guardFrom, pidExists, signaller, type PidGuard } from '../../../src/os/processes/signals.ts'
import { aProcess, FakeTable, US } from '../../support/fake-processes.ts'
import { tempHome } from '../../support/home.ts'
import { spawnRegistered, startTicks } from '../../support/processes.ts'

const proven = (change: Partial<ProvenProcess> = {}): ProvenProcess => ({ pid: 4711, startTime: '395962', exe: aProcess().exe, ...change })
function fakeSignaller(processes: readonly ProcessInfo[] = [aProcess()], allowed: PidGuard = () => true, kill?: (pid: number, signal: StopSignal) => void) {
  const table = new FakeTable(processes), killed: string[] = []
  return { table, killed, send: signaller({ table, allowed, kill: kill ?? ((pid, signal) => { killed.push(`${pid} ${signal}`) }) }).send }
}
const fault = (code: string): (() => never) => () => { throw Object.assign(new Error(code), { code }) }

describe('the only module that signals', () => {
  it('sends to the process that was proven, and to nothing else', async () => {
    const { send, killed, table } = fakeSignaller()
    expect(await send(proven(), 'SIGTERM')).toEqual({ sent: true })
    expect(killed).toEqual(['4711 SIGTERM'])
    expect([table.looks, table.held]).toEqual([1, 0])
  })

  it.each<[string, ProcessInfo[], Partial<ProvenProcess>, string]>([
    ['pid 0, which is our own group', [aProcess({ pid: 0 })], { pid: 0 }, 'refused'],
    ['pid 1', [aProcess({ pid: 1 })], { pid: 1 }, 'refused'],
    ['-1, which is everybody', [aProcess({ pid: -1 })], { pid: -1 }, 'refused'],
    ['a group', [aProcess({ pid: -4711 })], { pid: -4711 }, 'refused'],
    ['half a pid', [aProcess({ pid: 4711.5 })], { pid: 4711.5 }, 'refused'],
    ['no number', [], { pid: Number.NaN }, 'refused'],
    ['ourselves', [aProcess({ pid: US.pid })], { pid: US.pid }, 'refused'],
    ['an ancestor', [aProcess({ pid: 400 })], { pid: 400 }, 'refused'],
    ['another user\'s process', [aProcess({ uid: 1001 })], {}, 'refused'],
    ['root\'s process', [aProcess({ uid: 0 })], {}, 'refused'],
    ['a container\'s process', [aProcess({ namespace: 'pid:[1]' })], {}, 'refused'],
    ['a zombie', [aProcess({ state: 'Z' })], {}, 'gone'],
    ['nobody', [], {}, 'gone'],
    ['a later process under the same pid', [aProcess({ startTime: '395963' })], {}, 'another_process'],
    ['the same process after it became another program', [aProcess({ exe: '/usr/bin/vim' })], {}, 'another_process'],
  ])('refuses %s', async (_name, processes, change, why) => {
    const { send, killed, table } = fakeSignaller(processes)
    expect(await send(proven(change), 'SIGTERM')).toMatchObject({ sent: false, why })
    expect([killed, table.held]).toEqual([[], 0])
  })

  it('believes the hold it was proven through rather than the pid', async () => {
    const { send, killed, table } = fakeSignaller()
    const held = await table.hold(4711)
    if (!held) throw new Error('no hold')
    table.change(4711, { startTime: '400000' })
    expect(await send(proven({ held }), 'SIGTERM')).toMatchObject({ sent: false, why: 'gone' })
    expect(killed).toEqual([])
    held.release()
    expect(table.held).toBe(0)
  })

  it('turns the system\'s answers into outcomes and passes on what it does not know', async () => {
    expect(await fakeSignaller(undefined, undefined, fault('ESRCH')).send(proven(), 'SIGINT')).toMatchObject({ sent: false, why: 'gone' })
    expect(await fakeSignaller(undefined, undefined, fault('EPERM')).send(proven(), 'SIGINT')).toMatchObject({ sent: false, why: 'not_permitted', detail: 'the system does not permit SIGINT to pid 4711' })
    await expect(fakeSignaller(undefined, undefined, fault('EINVAL')).send(proven(), 'SIGINT')).rejects.toThrow('EINVAL')
  })

  it('refuses everything where the platform does not say whose processes are whose', async () => {
    const table = new FakeTable([aProcess({ uid: -1 })], { ...US, uid: -1 })
    expect(await signaller({ table, allowed: () => true, kill: fault('never') }).send(proven(), 'SIGTERM')).toMatchObject({ sent: false, why: 'refused' })
  })
})

describe('under test', () => {
  it('a pid no test registered is refused, a registered one is not, and an exact one only with its start time', () => {
    using home = tempHome()
    const file = join(home.path, 'pids')
    writeFileSync(file, '12\n')
    const allowed = guardFrom({ PURSER_TEST_PIDS: file })
    expect([12, 1, 2, 123].map(pid => allowed({ pid, startTime: '5' }))).toEqual([true, false, false, false])
    appendFileSync(file, '40@7\n')
    expect([allowed({ pid: 40, startTime: '7' }), allowed({ pid: 40, startTime: '8' })]).toEqual([true, false])
  })

  it('nothing may be signalled without a registry, and nothing by a registry that cannot be read', () => {
    expect(guardFrom({ VITEST: 'true' })({ pid: 12, startTime: '5' })).toBe(false)
    expect(guardFrom({ NODE_ENV: 'test' })({ pid: 12, startTime: '5' })).toBe(false)
    expect(guardFrom({ PURSER_TEST_PIDS: '/nowhere/pids' })({ pid: 12, startTime: '5' })).toBe(false)
    expect(guardFrom({})({ pid: 12, startTime: '5' })).toBe(true)
  })
})

describe.runIf(process.platform === 'linux')('with real processes', () => {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => { for (const close of closers.splice(0)) await close() })
  const real = signaller({ table: linuxProcesses() })

  it('ends the child a test registered', async () => {
    const { pid, child, exited } = spawnRegistered('/bin/sleep', ['300'], { stdio: 'ignore' })
    closers.push(async () => { child.kill('SIGKILL') })
    const exe = (await linuxProcesses().inspect(pid))?.exe ?? ''
    expect(await real.send({ pid, startTime: String(Number(startTicks(pid)) + 1), exe }, 'SIGTERM')).toMatchObject({ sent: false, why: 'another_process' })
    expect(await real.send({ pid, startTime: startTicks(pid), exe }, 'SIGTERM')).toEqual({ sent: true })
    expect(await exited).toEqual({ code: null, signal: 'SIGTERM' })
    expect(await real.send({ pid, startTime: '1', exe }, 'SIGTERM')).toMatchObject({ sent: false, why: 'gone' })
  })

  it('leaves alone a child that no test registered', async () => {
    const stranger = spawn('/bin/sleep', ['300'], { stdio: 'ignore' })
    await once(stranger, 'spawn')
    const pid = stranger.pid ?? 0
    closers.push(async () => { const exit = once(stranger, 'exit'); stranger.kill('SIGKILL'); await exit })
    const info = await linuxProcesses().inspect(pid)
    expect(await real.send({ pid, startTime: info?.startTime ?? '', exe: info?.exe ?? '' }, 'SIGTERM')).toEqual({ sent: false, why: 'refused', detail: `a test did not register pid ${pid}` })
    expect((await linuxProcesses().inspect(pid))?.state).toMatch(/[SRD]/)
  })

  it('knows whether a pid is taken, by whomever, and takes no group for a pid', async () => {
    const { pid, child, exited } = spawnRegistered('/bin/sleep', ['300'], { stdio: 'ignore' })
    expect([pidExists(pid), pidExists(1), pidExists(0), pidExists(-1), pidExists(1.5)]).toEqual([true, true, false, false, false])
    child.kill('SIGKILL')
    await exited
    expect(pidExists(pid)).toBe(false)
  })

  it('refuses our parent and our own process, whoever claims to have proven them', async () => {
    for (const pid of [process.pid, process.ppid, 1]) expect(await real.send({ pid, startTime: startTicks(pid), exe: '' }, 'SIGTERM')).toMatchObject({ sent: false, why: 'refused' })
  })
})
