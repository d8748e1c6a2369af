import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTerminals } from '../../src/daemon/terminals.ts'
import type { Places } from '../../src/os/paths.ts'
import { OpenWorld } from '../support/open-world.ts'

describe('the terminals of this machine', () => {
  it('are found where every version looks: an update must not lose who sits in them', async () => {
    const open = await OpenWorld.open()
    try {
      const { world } = open, places: Places = { ...world.places, runtime: '/run/purser' }
      const [tmux, headless] = openTerminals({ ...world.environment, variables: { PATH: '/usr/bin' } }, places, { clock: world.clock, processes: world.processes, signaller: { send: () => Promise.reject(new Error('nobody is signalled here')) } })
      expect([tmux?.driver, headless?.driver]).toEqual(['tmux', 'headless'])
      expect(tmux?.attachArgv('purser-10')).toContain(join('/run/purser', 'tmux.sock'))
      expect(headless?.attachArgv('purser-10')).toBeNull()
    } finally {
      await open.close()
    }
  })
})
