import { describe, expect, it } from 'vitest'
import type { NotifySettings } from '../../src/core/config/settings.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import { contextOf } from '../../src/daemon/world/config.ts'
import { openChannels } from '../../src/daemon/channels.ts'
import { loadConfig } from '../../src/config/load.ts'
import { ManualClock } from '../support/manual-clock.ts'

const environment: Environment = { home: '/home/dev', platform: 'linux', variables: { PATH: '' } }
const NTFY = '[[notify]]\nchannel = "ntfy"\nurl = "https://ntfy.example/purser"\nmin_level = "error"\n'
const settingsOf = (text: string): readonly NotifySettings[] => loadConfig(text, '/c.toml', contextOf(environment)).settings.notify

describe('the configured channels', () => {
  it('are opened with their level and a name that holds no secret', () => {
    const [ntfy] = openChannels(() => settingsOf(NTFY), environment, new ManualClock())()
    expect(ntfy).toMatchObject({ minLevel: 'error', label: expect.stringContaining('ntfy.example') as string })
  })

  it('stay open while the configuration stays, and are opened anew when it changes', () => {
    let settings = settingsOf(NTFY)
    const channels = openChannels(() => settings, environment, new ManualClock())
    const first = channels()
    expect(channels()).toBe(first)
    settings = settingsOf(`${NTFY}[[notify]]\nchannel = "desktop"\n`)
    expect(channels()).toHaveLength(2)
    settings = []
    expect(channels()).toEqual([])
  })

  it('are the fixed ones of a demo or a test, whatever is configured', () => {
    const fixed = openChannels(() => settingsOf(NTFY), environment, new ManualClock(), [])
    expect(fixed()).toEqual([])
  })
})
