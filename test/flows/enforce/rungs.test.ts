import { describe, expect, it } from 'vitest'
import { chooseTargets, type Target } from '../../../src/flows/enforce/choose.ts'
import { takeSignal, takeStopCommand, type Walk } from '../../../src/flows/enforce/rungs.ts'
import { survey, WitnessMemory } from '../../../src/flows/enforce/survey.ts'
import { aWitness, aWorld, SESSION, stopLock, type World } from '../../support/enforcement-world.ts'
import { aProcess } from '../../support/fake-processes.ts'

async function before(world: World): Promise<{ walk: Walk; target: Target }> {
  const memory = new WitnessMemory(), seen = await survey(world, memory)
  const [target] = chooseTargets(await world.store.activeLocks(world.time.now()), seen, [], world.policyNow, world.time.now())
  if (!target) throw new Error('nothing to aim at')
  return { walk: { ports: world, memory, survey: seen, now: () => world.time.now() }, target }
}
const child = aProcess({ pid: 5000, parent: 4711, startTime: '5', name: 'make', exe: '/usr/bin/make', argv: ['make'] })

describe('one rung', () => {
  it('interrupts the process alone and remembers who was below it', async () => {
    const world = aWorld({ processes: [aProcess(), child] }), { walk, target } = await before(world)
    expect(await takeSignal(walk, target, 'interrupt', 1)).toMatchObject({ taken: true, action: { state: 'done', outcome: `SIGINT sent; session ${SESSION}; below it: 5000@5` } })
    expect(world.sent.sent).toEqual([{ pid: 4711, signal: 'SIGINT' }])
  })

  it('terminates the process first and then what is below it', async () => {
    const world = aWorld({ processes: [aProcess(), child] }), { walk, target } = await before(world)
    expect(await takeSignal(walk, target, 'terminate', 1)).toMatchObject({ action: { outcome: expect.stringMatching(/^SIGTERM sent to it and 1 of 1 below it;/) } })
    expect(world.sent.sent.map(({ pid }) => pid)).toEqual([4711, 5000])
  })

  it('leaves the children alone when the process itself could not be signalled', async () => {
    const world = aWorld({ processes: [aProcess(), child] }), { walk, target } = await before(world)
    world.sent.onSignal = ({ pid }) => (pid === 4711 ? { sent: false, why: 'refused', detail: 'refused' } : undefined)
    expect(await takeSignal(walk, target, 'terminate', 1)).toMatchObject({ action: { state: 'failed' } })
    expect(world.sent.sent).toEqual([])
  })

  it('shows a child that could not be signalled, and calls the rung taken', async () => {
    const world = aWorld({ processes: [aProcess(), child] }), { walk, target } = await before(world)
    world.sent.onSignal = ({ pid }) => (pid === 5000 ? { sent: false, why: 'not_permitted', detail: 'not permitted' } : undefined)
    expect(await takeSignal(walk, target, 'terminate', 1)).toMatchObject({ action: { state: 'done', outcome: expect.stringMatching(/not sent to 5000@5: not permitted/) } })
    expect(world.rows.codes()).toEqual(['target.signalled', 'target.child_signal_failed'])
  })

  it('proves again through the hold, and writes no row when the proof fails', async () => {
    const changes: readonly ((world: World) => void)[] = [
      world => world.table.end(4711), world => world.table.change(4711, { startTime: '9' }), world => world.table.change(4711, { uid: 0 }),
      world => world.table.change(4711, { name: 'sleep' }), world => { world.voices[0] = aWitness({ cwd: '/elsewhere' }) }, world => { world.policyNow = { armed: false, sigkill: false } },
    ]
    for (const change of changes) {
      const world = aWorld(), { walk, target } = await before(world)
      change(world)
      expect(await takeSignal(walk, target, 'interrupt', 1), String(change)).toMatchObject({ taken: false })
      expect([world.rows.rungs(), world.sent.sent, world.table.held], String(change)).toEqual([[], [], 0])
    }
  })

  it('is not taken twice', async () => {
    const world = aWorld(), { walk, target } = await before(world)
    await takeSignal(walk, target, 'interrupt', 1)
    await takeSignal(walk, target, 'interrupt', 1)
    expect(world.sent.of(4711)).toEqual(['SIGINT'])
  })

  it('asks a client to stop only a session that runs in the background now', async () => {
    const world = aWorld({ locks: [stopLock()], witnesses: [aWitness({ kind: 'background', job: 'j1' })] }), { walk, target } = await before(world)
    world.voices[0] = aWitness()
    expect(await takeStopCommand(walk, target, 1)).toEqual({ taken: false, because: 'it is no background session' })
    world.voices[0] = aWitness({ kind: 'background', job: 'j2' })
    expect(await takeStopCommand(walk, target, 1)).toMatchObject({ taken: true, action: { state: 'done', outcome: `the client was told to stop job j2; session ${SESSION}` } })
    expect(world.stopped.map(({ job }) => job)).toEqual(['j2'])
  })
})
