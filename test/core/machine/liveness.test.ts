// Death is proven or it is not; whatever cannot be told is life.
import { describe, expect, it } from 'vitest'
import { isOfAnotherBoot, livenessOf, type Look } from '../../../src/core/machine/liveness.ts'
import type { ProcessInfo } from '../../../src/core/machine/process-table.ts'

const KERNEL = '1f0e8e1c-2222-4444-8888-000000000001', NEXT = '1f0e8e1c-2222-4444-8888-000000000002'
const here = { node: 'n1', boot: KERNEL, namespace: 'pid:[1]' }
const was = { ...here, pid: 4711, startTime: '395962' }
const running = (change: Partial<ProcessInfo> = {}): Look => ({
  process: { pid: 4711, startTime: '395962', parent: 1, uid: 1_000, name: 'x', exe: '/x', argv: ['x'], cwd: '/', namespace: 'pid:[1]', state: 'S', ...change }, pidExists: true, complete: true,
})
const gone: Look = { process: null, pidExists: false, complete: true }

describe('a process that was written down', () => {
  it.each([
    ['runs', was, here, running(), 'alive'],
    ['is suspended', was, here, running({ state: 'T' }), 'alive'],
    ['is gone', was, here, gone, 'dead'],
    ['left its pid to another one', was, here, running({ startTime: '395963' }), 'dead'],
    ['is a zombie', was, here, running({ state: 'Z' }), 'dead'],
    ['ran before a reboot, even where its pid and start time are somebody\'s by now', was, { ...here, boot: NEXT }, running(), 'dead'],
    ['ran on another machine, whatever is here', { ...was, node: 'n2' }, here, gone, 'unknown'],
    ['runs in another container', { ...was, namespace: 'pid:[2]' }, here, gone, 'unknown'],
    ['has a pid that the kernel knows and the table does not show', was, here, { ...gone, pidExists: true }, 'unknown'],
    ['began at a time that nobody wrote down', { ...was, startTime: '' }, here, running(), 'unknown'],
    ['shows no start time', was, here, running({ startTime: '' }), 'unknown'],
    ['is there in a table that is not complete', was, here, { ...running(), complete: false }, 'unknown'],
  ] as const)('%s', (_how, holder, seat, look, liveness) => {
    expect(livenessOf(holder, seat, look)).toBe(liveness)
  })
  it('is not dead because a boot that is only computed moved with the clock', () => {
    const before = { ...was, boot: 'boot-29384756' }, after = { ...here, boot: 'boot-29384999' }
    expect(livenessOf(before, after, running())).toBe('alive')
    expect([isOfAnotherBoot(before, after), isOfAnotherBoot(was, { ...here, boot: NEXT }), isOfAnotherBoot(was, here), isOfAnotherBoot({ ...was, node: 'n2' }, { ...here, boot: NEXT })]).toEqual([false, true, false, false])
  })
})
