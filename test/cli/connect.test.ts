import { describe, expect, it } from 'vitest'
import type { ControlPlane } from '../../src/api/control-plane.ts'
import { connect, isNewer, isNobodyThere, otherVersionText } from '../../src/cli/connect.ts'
import { AppError } from '../../src/core/errors.ts'
import { FakeControlPlane } from '../support/fake-control-plane.ts'
import { absentDaemon, FakeWorld, nobodyThere } from '../support/fake-world.ts'

function world(options: { daemon?: ControlPlane; version?: string } = {}) {
  const local = new FakeControlPlane()
  const notes: string[] = []
  const opened: string[] = []
  const fake = new FakeWorld(options.version === undefined ? {} : { version: options.version })
  const { environment, doors } = fake.world
  const plane = connect({
    environment, machine: () => doors.machine(environment), onOtherVersion: text => notes.push(text),
    doors: { socket: () => options.daemon ?? absentDaemon(), inProcess: async () => { opened.push('in-process'); return local } },
  })
  return { plane, local, notes, opened }
}

describe('the control plane of a command', () => {
  it('is the daemon when its socket answers', async () => {
    const daemon = new FakeControlPlane()
    const { plane, opened } = world({ daemon })
    await plane.call('budget.list', {})
    expect(daemon.names).toEqual(['hello', 'budget.list'])
    expect(opened).toEqual([])
  })
  it('is this process when nobody listens, opened once', async () => {
    const { plane, local, opened } = world()
    await plane.call('budget.list', {})
    await plane.call('lock.list', {})
    expect([local.names, opened]).toEqual([['budget.list', 'lock.list'], ['in-process']])
  })
  it('asks for status at once, without a hello before it', async () => {
    const daemon = new FakeControlPlane()
    const { plane } = world({ daemon })
    await plane.call('status', {})
    await plane.call('ps', {})
    expect(daemon.names).toEqual(['status', 'ps'])
  })
  it('answers status from the database when nobody listens', async () => {
    const { plane, local } = world()
    await plane.call('status', {})
    await plane.call('events', {})
    expect(local.names).toEqual(['status', 'events'])
  })
  it.each([
    ['hangs', new AppError('daemon_unreachable', 'no answer within 30 s')],
    ['hangs up in the middle', new AppError('daemon_unreachable', 'hung up')],
    ['belongs to somebody else', new AppError('daemon_unreachable', 'denied', { cause: Object.assign(new Error('EACCES'), { code: 'EACCES' }) })],
  ])('never works around a daemon that %s', async (_, failure) => {
    const { plane, opened } = world({ daemon: new FakeControlPlane({ hello: failure, status: failure }) })
    await expect(plane.call('budget.remove', { id: 'x' })).rejects.toBe(failure)
    await expect(plane.call('status', {})).rejects.toBe(failure)
    expect(opened).toEqual([])
  })
  it('sends a change to the daemon once, even when its answer is lost', async () => {
    const daemon = new FakeControlPlane({ 'budget.set': new AppError('daemon_unreachable', 'hung up', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }) })
    const { plane, opened } = world({ daemon })
    await expect(plane.call('budget.set', { limit: '1' })).rejects.toThrow('hung up')
    expect([daemon.names, opened]).toEqual([['hello', 'budget.set'], []])
  })
  it('means the daemon and nothing else with down', async () => {
    const { plane, opened } = world()
    await expect(plane.call('down', {})).rejects.toMatchObject({ code: 'daemon_unreachable' })
    expect(opened).toEqual([])
  })
  it('closes everything it opened', async () => {
    const daemon = new FakeControlPlane()
    const first = world({ daemon })
    await first.plane.call('ps', {})
    await first.plane.close()
    const second = world()
    await second.plane.call('ps', {})
    await second.plane.close()
    expect([daemon.closed, second.local.closed]).toEqual([1, 1])
  })
})

describe('a daemon of another version', () => {
  it.each([['status', 'status'], ['any other operation', 'ps']] as const)('is named once on %s', async (_, operation) => {
    const { plane, notes } = world({ daemon: new FakeControlPlane(), version: '0.2.0' })
    await plane.call(operation, {})
    await plane.call('ps', {})
    expect(notes).toEqual(['the running daemon is version 0.1.0, this command line is 0.2.0; restart it: purser down && purser up --detach'])
  })
  it('is older when it does not know hello, and still answers', async () => {
    const daemon = new FakeControlPlane({ hello: new AppError('not_found', 'there is no operation') })
    const { plane, notes } = world({ daemon })
    await plane.call('ps', {})
    expect(daemon.names).toEqual(['hello', 'ps'])
    expect(notes[0]).toContain('older than this command line (0.1.0)')
  })
  it('is not called old when it is newer', () => {
    expect(otherVersionText('0.1.0', '0.2.0')).toContain('newer than this command line')
  })
  it.each([['0.2.0', '0.1.9', true], ['0.10.0', '0.9.0', true], ['1.0.0', '1.0.0', false], ['0.9.9', '1.0.0', false], ['1.0.1-rc.1', '1.0.0', true]])('%s is newer than %s: %s', (a, b, newer) => {
    expect(isNewer(a, b)).toBe(newer)
  })
})

describe('nobody there', () => {
  it.each([
    [nobodyThere(), true], [new AppError('daemon_unreachable', 'x', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }), true],
    [new AppError('daemon_unreachable', 'timeout'), false], [new AppError('not_found', 'x', { cause: { code: 'ENOENT' } }), false], [new Error('x'), false],
  ])('%s', (error, expected) => {
    expect(isNobodyThere(error, { platform: 'linux' })).toBe(expected)
  })
  it('on Windows is also a refused pipe', () => {
    const refused = new AppError('daemon_unreachable', 'x', { cause: Object.assign(new Error('x'), { code: 'EACCES' }) })
    expect([isNobodyThere(refused, { platform: 'win32' }), isNobodyThere(refused, { platform: 'linux' })]).toEqual([true, false])
  })
})
