import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instant } from '../../../src/core/time.ts'
import { hooksInstalled, isHeard } from '../../../src/daemon/world/hook-presence.ts'
import { hookPlaces } from '../../../src/os/files/hook-files.ts'
import { aProcess } from '../../support/fake-processes.ts'
import { NOON, OpenWorld } from '../../support/open-world.ts'

describe('hooks', () => {
  let open: OpenWorld
  beforeEach(async () => { open = await OpenWorld.open({ role: 'daemon', config: 'zone = "UTC"\n' }) })
  afterEach(() => open.close())
  const bind = (proof: 'hook' | 'registry', startTime: string) => open.world.stores.transaction(() =>
    open.world.stores.sessions.bind({ agent: 'claude-code', id: 's1', cwd: '', project: '', transcript: '', pid: 4_000, startTime, proof }, instant(NOON)))
  const heard = (): Promise<boolean> => isHeard(open.world, 'claude-code', 's1')

  it('are there where the script is', () => {
    expect(hooksInstalled(open.world)).toBe(false)
    const { script } = hookPlaces(open.world.places.state)
    mkdirSync(path.dirname(script), { recursive: true })
    writeFileSync(script, '')
    expect(hooksInstalled(open.world)).toBe(true)
  })

  it('are heard of a session for as long as the process that spoke runs', async () => {
    expect(await heard(), 'nobody').toBe(false)
    open.table.processes.push(aProcess({ pid: 4_000, startTime: '7' }))
    await bind('hook', '7')
    expect(await heard()).toBe(true)
    open.table.end(4_000)
    expect(await heard(), 'gone').toBe(false)
  })

  it('are not heard by the word of a registry, nor by another process of the same pid', async () => {
    open.table.processes.push(aProcess({ pid: 4_000, startTime: '7' }))
    await bind('registry', '7')
    expect(await heard()).toBe(false)
    await bind('hook', '6')
    expect(await heard()).toBe(false)
  })
})
