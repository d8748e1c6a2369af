// The demo's side of its agent: what it makes of one that fails, and that none is ever left.
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/os/clock.ts'
import { endingText, startPuppet } from '../../../src/daemon/demo/puppet.ts'
import { startTicks } from '../../support/processes.ts'
import { stageInAHome, type TestStage } from './stage-in-a-home.ts'

let world: TestStage | undefined
afterEach(() => world?.remove())

const STARTS = 'console.log(JSON.stringify({ did: "start", told: "" }));'

describe('an agent of the demo', () => {
  it('that ends instead of answering is named with how it ended and what it said last', async () => {
    world = await stageInAHome(`${STARTS} process.stdin.once('data', () => { console.error('no disk'); process.exit(7) })`)
    const puppet = await startPuppet(world)
    await expect(puppet.act({ do: 'prompt', text: 'Go.' })).rejects.toThrow('the agent ended (exit 7): no disk')
    expect(await puppet.end()).toEqual({ code: 7, signal: null })
  })

  it('that a signal ends while it is starting is no failure: it was told nothing', async () => {
    world = await stageInAHome(`process.kill(process.pid, 'SIGINT'); setInterval(() => {}, 1000)`)
    const puppet = await startPuppet(world)
    expect([puppet.told, puppet.ending()]).toEqual(['', { code: null, signal: 'SIGINT' }])
  })

  it('that fails at its start is not left running', async () => {
    world = await stageInAHome(`console.log(JSON.stringify({ did: 'respond', at: '' })); process.stdin.resume()`)
    await expect(startPuppet(world)).rejects.toThrow('the agent began with "respond"')
    expect(await world.children.table.list()).toEqual([])
  })

  it.runIf(process.platform === 'linux')('that ignores the end of its input and every request is killed, and its pid given back', async () => {
    world = await stageInAHome(`${STARTS} process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`)
    // The patience with an ending agent is 3 s; ours is a tenth of a second.
    const puppet = await startPuppet({ ...world, clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 100), signal) } })
    expect((await world.children.table.list()).map(({ pid }) => pid)).toEqual([puppet.pid])
    expect(await puppet.end()).toEqual({ code: null, signal: 'SIGKILL' })
    expect(startTicks(puppet.pid)).not.toBe(puppet.startTime)
    expect(await world.children.table.list()).toEqual([])
  })

  it('runs in a process group of its own, so that Ctrl-C is ours', async () => {
    world = await stageInAHome(`${STARTS} process.stdin.on('end', () => process.exit(0)).resume()`)
    const puppet = await startPuppet(world)
    try {
      // Signal 0 asks whether the group exists: it has the agent's own number only if the agent leads it.
      expect(groupExists(puppet.pid)).toBe(true)
    } finally {
      await puppet.end()
    }
  })

  it('ends in words', () => {
    expect([endingText({ code: 143, signal: null }), endingText({ code: null, signal: 'SIGKILL' })]).toEqual(['exit 143', 'by SIGKILL'])
  })
})

function groupExists(leader: number): boolean {
  try {
    return process.kill(-leader, 0)
  } catch {
    return false
  }
}
