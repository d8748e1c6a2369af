import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { thisMachine } from '../../src/daemon/machine.ts'
import { ownVersion } from '../../src/daemon/version.ts'
import { tempHome } from '../support/home.ts'
import { startTicks } from '../support/processes.ts'

describe('this machine', () => {
  it('tells its places and version without making or opening anything', async () => {
    using home = tempHome('machine')
    const { places, version, clock, asker } = await thisMachine({ home: home.path, platform: 'linux', variables: { HOME: home.path } })
    expect([version(), places.database.startsWith(home.path), existsSync(places.state), existsSync(places.configFile)]).toEqual([ownVersion(), true, false, false])
    expect(asker().pid).toBe(process.pid)
    if (process.platform === 'linux') expect(asker().startTime).toBe(startTicks(process.pid))
    expect(clock.now()).toBeGreaterThan(Date.UTC(2026, 0))
  })
})
