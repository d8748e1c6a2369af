// The operations of claims as the socket answers them: who asks is proven, what is asked is checked.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HookCall } from '../../../src/core/enforcement/hook-verdict.ts'
import { instant } from '../../../src/core/time.ts'
import { claimDoor } from '../../../src/daemon/world/claim-door.ts'
import { project } from '../../../src/daemon/projection.ts'
import { status } from '../../../src/daemon/handlers/status.ts'
import { aProcess } from '../../support/fake-processes.ts'
import { NOON, OpenWorld } from '../../support/open-world.ts'

let world: OpenWorld
beforeEach(async () => {
  world = await OpenWorld.open()
  world.table.processes.push(aProcess({ pid: 4711, parent: 900 }), aProcess({ pid: 4712, parent: 4711, name: 'sh', exe: '/bin/sh', argv: ['sh'] }), aProcess({ pid: 5000, parent: 1, startTime: '7' }), aProcess({ pid: 900, name: 'bash', exe: '/bin/bash', argv: ['-bash'] }))
})
afterEach(async () => { await world.close() })
const asked = (pid: number, names: readonly string[], more: object = {}) => ({ names, cwd: world.home.path, asker: { pid, ...more } })

describe('claims over the socket', () => {
  it('are held by the agent session above the asker, whichever of its processes asks', async () => {
    const taken = await world.handlers['claim.take'](asked(4712, ['deploy']))
    expect(taken).toMatchObject({ ok: true, claims: [{ name: 'deploy', how: 'granted', token: 1, holder: { agent: 'claude-code', pid: 4711, session: 'process-4711', proof: 'process' } }] })
    expect(await world.handlers['claim.take'](asked(4711, ['deploy']))).toMatchObject({ ok: true, claims: [{ how: 'renewed' }] })
    expect(await world.handlers['claim.take'](asked(5000, ['deploy']))).toMatchObject({ ok: false, refused: 'held', heldBy: { pid: 4711 }, says: expect.stringContaining('pid 4711') as string, expiresAt: null })
    expect(await world.handlers['claim.list']({ asker: { pid: 5000 } })).toMatchObject({ claims: [{ name: 'deploy', mine: false }] })
    expect(await world.handlers['claim.release'](asked(4712, ['deploy']))).toMatchObject({ ok: true, released: [{ was: 'held' }] })
  })
  it('taken together are answered in the order asked for, each once', async () => {
    const taken = await world.handlers['claim.take'](asked(4711, ['b', 'c', 'a', 'b']))
    expect(taken.ok && taken.claims.map(({ name }) => name)).toEqual(['b', 'c', 'a'])
  })
  it('choose only among what the asker can prove', async () => {
    expect(await world.handlers['claim.take'](asked(4712, ['a'], { session: 'process-4711' }))).toMatchObject({ ok: true })
    expect(await world.handlers['claim.take'](asked(4712, ['b'], { session: 'somebody' }))).toMatchObject({ ok: false, refused: 'unproven', says: expect.stringContaining('process-4711') as string })
    expect(await world.handlers['claim.take'](asked(4712, ['b'], { startTime: '1' }))).toMatchObject({ ok: false, refused: 'unproven' })
    expect(await world.handlers['claim.take'](asked(99_999_999, ['b']))).toMatchObject({ ok: false, refused: 'unproven' })
  })
  it('of two programs of one session exclude each other', async () => {
    expect(await world.handlers['claim.take'](asked(4712, ['deploy'], { as: 'process' }))).toMatchObject({ ok: true, claims: [{ holder: { agent: 'process', pid: 4712 } }] })
    expect(await world.handlers['claim.take'](asked(4711, ['deploy'], { as: 'process' }))).toMatchObject({ ok: false, refused: 'held' })
    expect(await world.handlers['claim.check']({ ...asked(4712, ['deploy']), tokens: { deploy: 1 } })).toMatchObject({ ok: true })
    expect(await world.handlers['claim.check']({ ...asked(4712, ['deploy']), tokens: { deploy: 2 } })).toMatchObject({ ok: false, refused: 'lost' })
  })
  it('of a program are taken by nobody below it, and given back and renewed by whoever runs below it', async () => {
    expect(await world.handlers['claim.take'](asked(4711, ['deploy'], { as: 'process' }))).toMatchObject({ ok: true })
    expect(await world.handlers['claim.take'](asked(4712, ['deploy'], { as: 'process' }))).toMatchObject({ ok: false, refused: 'held' })
    expect(await world.handlers['claim.renew']({ ...asked(4712, ['deploy'], { as: 'process' }), reason: 'still' })).toMatchObject({ ok: true })
    expect(await world.handlers['claim.check'](asked(5000, ['deploy'], { as: 'process' }))).toMatchObject({ ok: false, refused: 'held' })
    expect(await world.handlers['claim.check'](asked(4712, ['deploy'], { as: 'process' }))).toMatchObject({ ok: true })
    expect(await world.handlers['claim.release'](asked(5000, ['deploy'], { as: 'process' }))).toMatchObject({ ok: false, refused: 'held' })
    expect(await world.handlers['claim.release'](asked(4712, ['deploy'], { as: 'process' }))).toMatchObject({ ok: true, released: [{ was: 'held' }] })
  })
  it('on a folder are shown, touched, broken and waited for by any spelling of it', async () => {
    mkdirSync(path.join(world.home.path, 'web', 'src'), { recursive: true })
    await world.handlers['claim.take']({ ...asked(4711, ['path:web/src']), reason: 'tests\u0007 now' })
    expect(await world.handlers['claim.show']({ name: 'path:web/./src', cwd: world.home.path })).toMatchObject({ claim: { reason: 'tests now', token: 1 }, around: [], waiting: [] })
    expect(await world.handlers['claim.touch']({ ...asked(5000, []), paths: ['web/src/new/file.ts'] })).toMatchObject({ ok: false, refused: 'held' })
    expect(await world.handlers['claim.touch']({ ...asked(4712, []), paths: ['web/src/new/file.ts'] })).toEqual({ ok: true })
    expect(await world.handlers['claim.wait']({ ...asked(5000, ['path:web']), until: '2026-11-21T12:00:00.000Z' })).toMatchObject({ ok: false, refused: 'held' })
    expect(await world.handlers['claim.break']({ name: 'path:web/src', cwd: world.home.path, reason: 'hangs', by: 'ada' })).toMatchObject({ claim: { holder: null, token: 2 }, brokenFrom: { pid: 4711 } })
    expect(await world.handlers['claim.renew'](asked(4711, ['path:web/src']))).toMatchObject({ ok: false, refused: 'lost' })
  })
  it('keep hooks of other sessions from writing there, and no others, until the session ends', async () => {
    mkdirSync(path.join(world.home.path, 'web', 'src'), { recursive: true })
    await world.handlers['claim.take']({ ...asked(4711, ['path:web/src']), reason: 'tests' })
    const door = claimDoor(world.world)
    const call = (pid: number, change: Partial<HookCall>): HookCall => ({ event: 'before-tool', clientEvent: 'PreToolUse', session: `s${pid}`, cwd: world.home.path, pid, transcript: '', subagent: '', tool: 'Edit', command: '', at: instant(NOON), ...change })
    const inside = path.join(world.home.path, 'web', 'src', 'a.ts'), outside = path.join(world.home.path, 'web', 'b.ts')
    expect(await door.deniedTo('claude-code', call(5000, { file: inside }))).toMatch(/was not done.*pid 4711.*for: tests.*claim wait/)
    expect(await door.deniedTo('claude-code', call(5000, { tool: 'Bash', command: 'rm -rf web' }))).toMatch(/not done/)
    expect(await door.deniedTo('claude-code', call(5000, { tool: 'Bash', command: 'make', cwd: path.join(world.home.path, 'web', 'src') }))).toMatch(/not done/)
    for (const free of [call(4711, { file: inside }), call(5000, { file: outside }), call(5000, { tool: 'Bash', command: `cat ${inside}` }), call(5000, { tool: 'Read' })]) expect(await door.deniedTo('claude-code', free)).toBeNull()
    expect((await project(world.world)).written).toHaveLength(1)
    expect((await status(world.world)).claims).toMatchObject([{ token: 1, reason: 'tests' }])
    await door.ended({ agent: 'claude-code', event: 'session-end', session: 's4711', subagent: '', pid: 4711, cwd: '', transcript: '', at: instant(NOON) })
    expect(await door.deniedTo('claude-code', call(5000, { file: inside }))).toBeNull()
    expect((await project(world.world)).removed).toHaveLength(1)
  })
  it('are handed on only to a process below', async () => {
    await world.handlers['claim.take'](asked(4711, ['deploy'], { as: 'process' }))
    expect(await world.handlers['claim.hand']({ ...asked(4711, ['deploy'], { as: 'process' }), to: { pid: 5000 } })).toMatchObject({ ok: false, refused: 'unproven' })
    expect(await world.handlers['claim.hand']({ ...asked(4711, ['deploy'], { as: 'process' }), to: { pid: 4712 } })).toMatchObject({ ok: true, claims: [{ token: 1, holder: { pid: 4712 } }] })
  })
  it.each([
    [{ names: 'x', cwd: '/', asker: { pid: 1 } }, /names has to be/], [{ names: ['x'], cwd: 'x', asker: { pid: 1 } }, /cwd has to be/], [{ names: ['x'], cwd: '/', asker: {} }, /asker.pid/], [{ names: ['x'], cwd: '/' }, /asker has to be/],
    [{ names: ['x'], cwd: '/', asker: { pid: 4711 }, ttl: '1s' }, /ttl has to be/], [{ names: ['x'], cwd: '/', asker: { pid: 4711 }, wait: { ticket: '../x', until: '2026-11-21T12:00:00Z' } }, /ticket/], [{ names: ['x'], cwd: '/', asker: { pid: 4711 }, reason: 'x'.repeat(501) }, /at most 500/],
  ])('say what is wrong with a request of another program: %j', async (input, why) => {
    await expect(world.handlers['claim.take'](input as never)).rejects.toThrow(why)
  })
})
