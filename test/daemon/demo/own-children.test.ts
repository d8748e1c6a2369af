import { describe, expect, it } from 'vitest'
import type { ProcessTable, StopSignal } from '../../../src/core/machine/process-table.ts'
import { ownChildren } from '../../../src/daemon/demo/own-children.ts'
import { aProcess, FakeTable } from '../../support/fake-processes.ts'

const OURS = aProcess({ pid: 600, startTime: '1000' })
// Somebody's real session: same user, same program, provable in every way.
const SOMEBODYS = aProcess({ pid: 700, startTime: '2000' })

function world(guard = () => true) {
  const table = new FakeTable([OURS, SOMEBODYS])
  const sent: { pid: number; signal: StopSignal }[] = []
  const machine: ProcessTable = {
    shortfall: '', list: () => table.list(), inspect: pid => table.inspect(pid), hold: pid => table.hold(pid), self: () => table.self(), startedAt: () => table.startedAt(),
  }
  const children = ownChildren(machine, guard, { kill: (pid, signal) => { sent.push({ pid, signal }) } })
  const signal = (pid: number, startTime: string) => children.signaller.send({ pid, startTime, exe: '' }, 'SIGTERM')
  return { table, children, sent, signal }
}

describe('the processes of a demonstration', () => {
  it('are its own children and nobody else, however alike', async () => {
    const { children } = world()
    expect(await children.table.list()).toEqual([])
    await children.adopt(600)
    expect((await children.table.list()).map(({ pid }) => pid)).toEqual([600])
    expect(await children.table.inspect(700)).toBeNull()
    expect(await children.table.hold(700)).toBeNull()
  })

  it('alone can be signalled', async () => {
    const { children, sent, signal } = world()
    await children.adopt(600)
    expect(await signal(700, '2000')).toMatchObject({ sent: false })
    expect(await signal(600, '1000')).toEqual({ sent: true })
    expect(sent).toEqual([{ pid: 600, signal: 'SIGTERM' }])
  })

  it('are not signalled through a hold that was taken elsewhere', async () => {
    const { table, children, sent } = world()
    await children.adopt(600)
    const held = await table.hold(700)
    expect(await children.signaller.send({ pid: 700, startTime: '2000', exe: '', ...(held && { held }) }, 'SIGKILL')).toMatchObject({ sent: false, why: 'refused' })
    expect(sent).toEqual([])
    held?.release()
  })

  it('are theirs by start time: whoever has the pid of an ended child is a stranger', async () => {
    const { table, children, sent, signal } = world()
    await children.adopt(600)
    table.change(600, { startTime: '9999' })
    expect(await signal(600, '9999')).toMatchObject({ sent: false, why: 'refused' })
    children.forget(600)
    expect(await children.table.list()).toEqual([])
    expect(sent).toEqual([])
  })

  it('stay untouched where the run as a whole forbids it', async () => {
    const { children, sent, signal } = world(() => false)
    await children.adopt(600)
    expect(await signal(600, '1000')).toMatchObject({ sent: false, why: 'refused' })
    expect(sent).toEqual([])
  })

  it('must be there, with a start time, to be taken on', async () => {
    const { table, children } = world()
    await expect(children.adopt(601)).rejects.toThrow('process 601 ended as soon as it was started')
    table.change(600, { startTime: '' })
    await expect(children.adopt(600)).rejects.toThrow('does not say when process 600 started')
  })
})
