import { describe, expect, it } from 'vitest'
import { actionId, type Action } from '../../../src/core/enforcement/lock.ts'
import type { Target } from '../../../src/flows/enforce/choose.ts'
import { concludeTarget, giveUp, loseSight, rehearse } from '../../../src/flows/enforce/endings.ts'
import type { Walk } from '../../../src/flows/enforce/rungs.ts'
import { WitnessMemory } from '../../../src/flows/enforce/survey.ts'
import { NOON } from '../../support/a-lock.ts'
import { aWorld, stopLock, type World } from '../../support/enforcement-world.ts'
import { aProcess, US } from '../../support/fake-processes.ts'

const target: Target = { pid: 4711, startTime: '395962', lock: stopLock(), history: [], evidence: null, proof: null, doubt: '' }
const walkIn = (world: World): Walk => ({ ports: world, memory: new WitnessMemory(), survey: { self: US, agents: [] }, now: () => NOON })
const row = (kind: Action['kind'], state: Action['state'], outcome = ''): Action => {
  const key = { lock: 'L0011aabb', kind, target: '4711@395962', attempt: 1 }
  return { ...key, id: actionId(key), state, notBefore: NOON, outcome, createdAt: NOON, finishedAt: null }
}

describe('the end of a ladder', () => {
  it('reports children that outlived the target and signals none of them', async () => {
    const verify = row('verify', 'running')
    const world = aWorld({ processes: [aProcess({ pid: 5000, startTime: '5', parent: 1 }), aProcess({ pid: 5001, startTime: '66' }), aProcess({ pid: 5002, startTime: '7', state: 'Z' })] })
    await world.rows.begin(verify, NOON)
    const history = [row('terminate', 'done', 'SIGTERM sent; below it: 5000@5 5001@6 5002@7'), verify]
    const ended = await concludeTarget(walkIn(world), target, history, { attempt: 1, stopped: true })
    // 5001 is another process by now, 5002 has ended.
    expect(ended).toMatchObject({ state: 'done', outcome: 'it stayed stopped; still running, no longer below it and therefore not signalled: 5000@5' })
    expect(world.rows.events).toMatchObject([{ code: 'target.stopped', level: 'warn' }])
    expect(world.sent.sent).toEqual([])
  })

  it('gives up once, across restarts', async () => {
    const world = aWorld()
    await giveUp(walkIn(world), target)
    await giveUp(walkIn(world), target)
    expect(world.rows.events).toMatchObject([{ code: 'target.unstoppable', level: 'error', fields: { outcome: expect.stringMatching(/purser ps$/) } }])
  })

  it('says once that it lost its proof, and why', async () => {
    const world = aWorld(), told = new Set<string>()
    await loseSight(walkIn(world), { ...target, doubt: 'its session changed' }, told)
    await loseSight(walkIn(world), target, told)
    expect(world.rows.events).toMatchObject([{ code: 'target.unproven', fields: { because: 'its session changed' } }])
  })

  it('rehearses a rung in a row and tells how to arm, unless the lock went', async () => {
    const world = aWorld()
    expect(await rehearse(walkIn(world), target, 'terminate')).toMatchObject({ attempt: 0, state: 'dry-run', outcome: expect.stringMatching(/purser arm$/) })
    world.rows.release('L0011aabb', NOON)
    expect(await rehearse(walkIn(world), target, 'kill')).toBeNull()
  })
})
