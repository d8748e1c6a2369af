import { describe, expect, it } from 'vitest'
import { evidenceNow, roleOf, survey, WitnessMemory } from '../../../src/flows/enforce/survey.ts'
import { aWitness, aWorld, SESSION } from '../../support/enforcement-world.ts'
import { aProcess, US } from '../../support/fake-processes.ts'

describe('a survey', () => {
  it('finds what an adapter knows and nothing else, zombies left out', async () => {
    const world = aWorld({ processes: [aProcess(), aProcess({ pid: 2, name: 'bash' }), aProcess({ pid: 3, state: 'Z' }), aProcess({ pid: 4, argv: ['claude', 'bg-pty-host'] })] })
    const { agents } = await survey(world, new WitnessMemory())
    expect(agents.map(({ process, role }) => [process.pid, role])).toEqual([[4711, 'session'], [4, 'helper']])
    expect(agents[0]).toMatchObject({ agent: 'claude-code', node: 'n1', home: '/home/dev', self: US, heard: { heard: true }, place: { project: '/home/dev/web' } })
    expect(roleOf(world, aProcess({ name: 'sleep' }))).toBeNull()
  })

  it('judges the place of the directory a witness names, else of the process\' own', async () => {
    const world = aWorld({ processes: [aProcess({ cwd: '/elsewhere' })], witnesses: [aWitness({ cwd: '/home/dev/web/src' })] })
    expect((await survey(world, new WitnessMemory())).agents[0]?.place?.project).toBe('/home/dev/web')
    world.voices.length = 0
    expect((await survey(world, new WitnessMemory())).agents[0]?.place?.project).toBe('/elsewhere')
  })

  it('counts other sessions in the same worktree, and those whose directory nobody can read', async () => {
    const others = [aProcess({ pid: 2, cwd: '/home/dev/web/src' }), aProcess({ pid: 3, cwd: '' }), aProcess({ pid: 4, cwd: '/home/dev/webx' }), aProcess({ pid: 5, argv: ['claude', 'bg-pty-host'] })]
    const { agents } = await survey(aWorld({ processes: [aProcess(), ...others] }), new WitnessMemory())
    expect(agents[0]?.companions).toBe(2)
  })

  it('takes a session that only started itself again for a helper, and its child for the session, of agents that do so alone', async () => {
    const launcher = aProcess({ argv: ['claude', '-p', 'hi'] }), child = aProcess({ pid: 2, parent: launcher.pid, argv: ['claude', '-p', 'hi'] })
    const world = aWorld({ processes: [launcher, child] }), seen = async (relaunches: boolean) => {
      const { agents } = await survey({ ...world, agents: world.agents.map(({ name, process }) => ({ name, process: { role: each => process.role(each), ...(relaunches ? { relaunches } : {}) } })) }, new WitnessMemory())
      return agents.map(({ process, role, companions }) => [process.pid, role, companions])
    }
    expect(await seen(true)).toEqual([[launcher.pid, 'helper', 1], [2, 'session', 0]])
    // An agent that does not start itself again was started again by its tool: both are sessions.
    expect(await seen(false)).toEqual([[launcher.pid, 'session', 1], [2, 'session', 1]])
  })

  it('looks again at one process with the same questions', async () => {
    const world = aWorld(), memory = new WitnessMemory()
    const { agents } = await survey(world, memory)
    expect(await evidenceNow(world, memory, aProcess(), agents)).toEqual({ ...agents[0], exists: expect.any(Function) })
    expect(await evidenceNow(world, memory, aProcess({ name: 'sleep' }), agents)).toBeNull()
  })
})

describe('the memory of a witness', () => {
  const remembering = (): WitnessMemory => {
    const memory = new WitnessMemory()
    memory.recall(aProcess(), 'claude-code', [aWitness()], US)
    return memory
  }

  it('holds while the same process lives, so that an agent that withdrew its entry and hangs is no stranger', () => {
    expect(remembering().recall(aProcess(), 'claude-code', [], US)).toMatchObject({ heard: true, witness: { session: SESSION, status: 'unknown' } })
  })

  it('never holds for another process under the same pid', () => {
    expect(remembering().recall(aProcess({ startTime: '400000' }), 'claude-code', [], US)).toEqual({ heard: false, why: '' })
    expect(remembering().recall(aProcess(), 'codex', [], US)).toEqual({ heard: false, why: '' })
  })

  it('gives way to an entry that contradicts it', () => {
    expect(remembering().recall(aProcess(), 'claude-code', [aWitness({ startTime: '1' })], US).heard).toBe(false)
  })

  it('is lost with the process', () => {
    const memory = remembering()
    memory.forgetAllBut([aProcess({ pid: 9 })])
    expect(memory.recall(aProcess(), 'claude-code', [], US).heard).toBe(false)
    const other = remembering()
    other.forgetAllBut([aProcess()])
    expect(other.recall(aProcess(), 'claude-code', [], US).heard).toBe(true)
  })
})
