// A queue that is worked off: never twice, never beyond what may be spent, never without what was claimed for it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newRecord } from '../../../src/core/accounts/health.ts'
import { bell, claimPorts } from '../../../src/daemon/world/claims.ts'
import { filesOf } from '../../../src/daemon/world/dispatch.ts'
import { keepClaims } from '../../../src/flows/arbitrate/upkeep.ts'
import { DispatchWorld, POINTS } from '../../support/dispatch-world.ts'
import { aProcess } from '../../support/fake-processes.ts'

const MINUTE = 60_000
const dispatchFiles = (world: DispatchWorld) => filesOf(world.open.world)

describe('a task', () => {
  let world: DispatchWorld
  beforeEach(async () => { world = await DispatchWorld.open({ config: 'zone = "UTC"\n[[budget]]\nid = "daily"\nlimit = "10"\nwindow = "day"\non_breach = "deny"\n' }) })
  afterEach(async () => { await world.close() })
  const { stringify } = JSON
  const held = async () => (await world.open.world.stores.read(() => world.open.world.stores.claims.held())).map(({ resource }) => resource.name)
  const reserved = async () => (await world.open.handlers['budget.list']({})).budgets.find(({ id }) => id === 'daily')?.reserved
  const text = (id: string) => dispatchFiles(world).read(id)

  it('is done once its client ended well: claims and money are held while it works, and free again afterwards', async () => {
    const id = await world.add({ claims: ['deploy', 'assets'], budget: '2' })
    await world.turn()
    expect(await world.state(id)).toBe('running')
    expect([await held(), await reserved(), text(id)?.text]).toEqual([['assets', 'deploy'], '2.00', 'do it'])
    await world.ends(id, 0)
    await world.turns()
    expect(await world.task(id)).toMatchObject({ attempts: 1, now: { state: 'done' } })
    expect([await held(), await reserved(), text(id), world.begun(id).length]).toEqual([[], '0.00', null, 1])
    expect(await world.attempts(id)).toMatchObject([{ outcome: 'done', exitCode: 0 }])
  })

  it.each(POINTS)('cut off at %s is done exactly once, by one client at a time, and holds nothing afterwards', async point => {
    const id = await world.add({ claims: ['deploy'], budget: '2', verify: ['true'] })
    world.dies = point
    const late = ['task.ended', 'task.written', 'task.verified'].includes(point)
    if (late) {
      await world.turn()
      await world.ends(id, 0)
      await world.turns().catch((error: unknown) => { expect(String(error)).toContain('died at') })
    } else await expect(world.turn()).rejects.toThrow(`died at ${point}`)
    world.restart()
    world.open.clock.advance(MINUTE)
    for (let turn = 0; turn < 4; turn++) {
      await world.turns()
      expect(world.alive(id).length).toBeLessThanOrEqual(1)
      if (world.begun(id).some(({ code }) => code === undefined)) await world.ends(id, 0)
    }
    expect(await world.task(id)).toMatchObject({ attempts: 1, now: { state: 'done' } })
    // As the daemon does every 20 seconds: what a dead process held is nobody's.
    await keepClaims(claimPorts(world.open.world, bell(world.open.world)))
    expect([world.begun(id).length, world.alive(id).length, await held(), await reserved(), text(id)]).toEqual([1, 0, [], '0.00', null])
    expect([(await world.attempts(id)).length, world.faults]).toEqual([1, point === 'task.verified' ? expect.arrayContaining(['Error: died at task.verified']) : []])
  })

  it('waits for a claim that somebody living holds, leaves no attempt behind, and says who holds it', async () => {
    const shell = aProcess({ pid: 999, startTime: '5', name: 'bash', exe: '/bin/bash', argv: ['bash'] })
    world.open.table.processes.push(shell)
    expect(await world.open.handlers['claim.take']({ names: ['deploy'], cwd: '/', asker: { pid: 999, startTime: '5', as: 'process' } })).toMatchObject({ ok: true })
    const id = await world.add({ claims: ['deploy'] })
    await world.turns()
    expect([await world.state(id), world.clients.length, (await world.attempts(id)).length]).toEqual(['queued', 0, 0])
    expect(stringify((await world.task(id)).now)).toContain('deploy is held by')
    world.open.table.end(999)
    await world.open.handlers['claim.break']({ name: 'deploy', cwd: '/', reason: 'it is gone', by: 'ada' })
    world.open.clock.advance(MINUTE)
    await world.turn()
    expect(await world.state(id)).toBe('running')
  })

  it('waits for money, and is not begun without it', async () => {
    const id = await world.add({ budget: '11' })
    await world.turns()
    expect([await world.state(id), world.clients.length]).toEqual(['queued', 0])
    expect(await world.task(id)).toMatchObject({ attempts: 0, now: { because: expect.stringContaining('does not fit') as string } })
  })

  it('waits for money that somebody took while its seat was made ready, and leaves nothing behind', async () => {
    world.whenSeated = () => world.open.handlers['budget.reserve']({ id: 'faster', amount: '9.50', budget: 'daily' })
    const id = await world.add({ budget: '1', claims: ['deploy'] })
    await world.turns()
    expect(await world.task(id)).toMatchObject({ attempts: 0, now: { state: 'queued', because: expect.stringContaining('daily') as string } })
    expect([world.begun(id).length, world.alive(id).length, await held(), await reserved(), (await world.attempts(id)).length]).toEqual([0, 0, [], '9.50', 0])
  })

  it('is tried again after a failure, more slowly each time, and put aside with its text in the end', async () => {
    const id = await world.add({ attempts: 2 })
    await world.turn()
    await world.ends(id, 1)
    await world.turns()
    expect(await world.task(id)).toMatchObject({ attempts: 1, now: { state: 'queued', notBefore: world.open.clock.now() + MINUTE, because: 'its client ended with exit code 1' } })
    await world.turns()
    expect(world.begun(id).length).toBe(1)
    world.open.clock.advance(MINUTE)
    await world.turn()
    await world.ends(id, null)
    await world.turns()
    expect(await world.task(id)).toMatchObject({ attempts: 2, now: { state: 'dead', because: 'its client was ended by a signal, or nobody saw how' } })
    expect(text(id)?.text).toBe('do it')
    await world.open.handlers['task.retry']({ id, by: 'ada' })
    await world.turn()
    await world.ends(id, 0)
    await world.turns()
    expect(await world.task(id)).toMatchObject({ attempts: 1, now: { state: 'done' } })
    expect(new Set((await world.attempts(id)).map(each => each.id)).size).toBe(3)
  })

  it('that fails its verification is tried again; one whose verification was cut off is verified again, and not begun again', async () => {
    const id = await world.add({ verify: ['npm', 'test'] })
    await world.turn()
    world.verdict = null
    await world.ends(id, 0)
    await world.turns()
    expect(await world.state(id)).toBe('verifying')
    world.restart()
    world.verdict = 'its verification ended with exit code 1'
    await world.turns()
    expect(await world.task(id)).toMatchObject({ attempts: 1, now: { state: 'queued', because: 'its verification ended with exit code 1' } })
    expect([world.begun(id).length, (await world.attempts(id))[0]?.outcome]).toEqual([1, 'unverified'])
  })

  it('whose account met its quota waits for the reset, is not counted, and goes on by itself', async () => {
    const id = await world.add({ attempts: 1 })
    await world.turn()
    const { stores, node } = world.open.world, now = world.open.clock.now(), resetsAt = (now + 30 * MINUTE) as typeof now
    await stores.transaction(() => stores.quota.save(node, { agent: 'claude-code', account: '~/.claude', window: 'five_hour', minutes: 300, usedBasisPoints: 10_000, exhausted: true, resetsAt, observedAt: now, evidence: 'log', wakeAt: resetsAt }))
    await world.ends(id, 1)
    await world.turns()
    expect(await world.task(id)).toMatchObject({ attempts: 0, now: { state: 'parked', until: resetsAt + 2 * MINUTE, because: 'the 5-hour quota of its account is used up' } })
    const other = await world.add({ folder: world.open.project('api') })
    await world.turns()
    expect([await world.state(other), world.clients.length]).toEqual(['parked', 1])
    world.open.clock.advance(32 * MINUTE)
    await world.turns()
    expect(await world.state(id)).toBe('running')
    await world.ends(id, 0)
    await world.turns()
    expect(await world.state(id)).toBe('done')
  })

  it('waits while its account is disabled', async () => {
    const { stores, node } = world.open.world
    const disable = (at: number | null) => stores.transaction(() => stores.accounts.save(node, { ...newRecord({ agent: 'claude-code', account: '~/.claude' }), disabled: at === null ? null : { at: world.open.clock.now(), by: 'ada', reason: 'on leave' } }))
    await disable(1)
    const id = await world.add()
    await world.turns()
    expect([await world.task(id), world.clients.length]).toMatchObject([{ now: { state: 'queued', because: 'account ~/.claude is disabled (on leave): purser account enable' } }, 0])
    await disable(null)
    world.open.clock.advance(MINUTE)
    await world.turns()
    expect(await world.state(id)).toBe('running')
  })

  it('that is cancelled while it works is ended, and its text is gone', async () => {
    const id = await world.add({ claims: ['deploy'] })
    await world.turn()
    await world.open.handlers['task.cancel']({ id, by: 'ada' })
    await world.turns()
    expect([await world.state(id), world.alive(id).length, await held(), text(id)]).toEqual(['cancelled', 0, [], null])
    expect(await world.attempts(id)).toMatchObject([{ outcome: 'cancelled' }])
  })

  it('that takes too long is ended, and counts as failed', async () => {
    const id = await world.add({ timeout: '5m' })
    await world.turn()
    world.open.clock.advance(5 * MINUTE)
    await world.turns()
    expect(await world.attempts(id)).toMatchObject([{ outcome: 'timeout', because: 'it took longer than 5m' }])
    expect(world.alive(id).length).toBe(0)
  })

  it('works one at a time in a project, and the more urgent goes first', async () => {
    const low = await world.add({ priority: -1 }), high = await world.add({ priority: 5 }), other = await world.add({ folder: world.open.project('api') })
    await world.turns()
    expect([await world.state(high), await world.state(other), await world.state(low)]).toEqual(['running', 'running', 'queued'])
    expect(await world.task(low)).toMatchObject({ now: { because: '1 task works in this project already' } })
    await world.ends(high, 0)
    await world.turns()
    expect(await world.state(low)).toBe('running')
  })

  it('that its budget stopped is put aside, although its client ended well', async () => {
    const id = await world.add({ budget: '1' })
    await world.turn()
    const [attempt] = await world.attempts(id)
    world.open.log({ session: attempt?.session ?? '', output: 80_000, at: world.open.clock.now() + 1 })
    await world.ends(id, 0)
    await world.turns()
    expect(await world.task(id)).toMatchObject({ now: { state: 'dead', because: 'it used up its budget of $1.00; give the next one more with --budget' } })
    expect(await world.attempts(id)).toMatchObject([{ outcome: 'stopped', cost: 2_000_000_000n }])
  })

  it('left without a row by a crash while it was added leaves no text behind', async () => {
    const files = dispatchFiles(world)
    files.write('task-0000000000', { text: 'orphan', verify: [] })
    world.restart()
    await world.turn()
    expect(files.withText()).toEqual([])
  })
})
