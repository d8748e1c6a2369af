import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hostDaemon } from '../../../src/daemon/demo/hosted-daemon.ts'
import { placesFor } from '../../../src/os/paths.ts'
import { stageInAHome, type TestStage } from './stage-in-a-home.ts'

let world: TestStage
beforeEach(async () => { world = await stageInAHome('') })
afterEach(() => world.remove())

describe('the daemon of the demo', () => {
  it('is the real one: it answers on its socket and takes that away when it stops', async () => {
    const { socket } = placesFor(world.stage.environment.variables)
    const daemon = await hostDaemon(world.stage, world.children)
    expect(existsSync(socket)).toBe(true)
    expect(await daemon.plane.call('hello', {})).toMatchObject({ pid: process.pid })
    expect((await daemon.plane.call('ps', {})).processes).toEqual([])
    await daemon.stop()
    expect(existsSync(socket)).toBe(false)
  })

  it('that cannot start says why', async () => {
    appendFileSync(join(world.stage.root, '.config', 'purser', 'config.toml'), '\n[loggs]\n')
    await expect(hostDaemon(world.stage, world.children)).rejects.toThrow(/loggs/)
  })
})
