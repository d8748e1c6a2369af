import { describe, expect, it } from 'vitest'
import { accountOf, applicationData, dataHomes, homesOf, joined } from '../../src/agents/homes.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'

const on = (variables: Record<string, string> = {}, platform: Environment['platform'] = 'linux', home = '/home/dev'): Environment => ({ home, platform, variables })

describe('homes', () => {
  it('are every entry of their variable, and the default ones always', () => {
    expect(homesOf(on(), 'X_HOME', '/d')).toEqual(['/d'])
    expect(homesOf(on({ X_HOME: ' ~/x/ , /srv/x,,/d' }), 'X_HOME', '/d')).toEqual(['/home/dev/x', '/srv/x', '/d'])
    expect(homesOf(on({ X_HOME: '' }), 'X_HOME')).toEqual([])
    expect(homesOf(on({ X_HOME: '/' }), 'X_HOME')).toEqual(['/'])
  })

  it('of data follow XDG and keep the default', () => {
    expect(dataHomes(on(), 'tool', 'logs')).toEqual(['/home/dev/.local/share/tool/logs'])
    expect(dataHomes(on({ XDG_DATA_HOME: '/data' }), 'tool')).toEqual(['/data/tool', '/home/dev/.local/share/tool'])
  })

  it('of applications are where each platform has them', () => {
    expect(applicationData(on())).toBe('/home/dev/.config')
    expect(applicationData(on({ XDG_CONFIG_HOME: '/cfg' }))).toBe('/cfg')
    expect(applicationData(on({}, 'darwin', '/Users/dev'))).toBe('/Users/dev/Library/Application Support')
    expect(applicationData(on({}, 'win32', 'C:\\Users\\dev'))).toBe('C:\\Users\\dev\\AppData\\Roaming')
    expect(applicationData(on({ APPDATA: 'D:\\Roaming' }, 'win32', 'C:\\Users\\dev'))).toBe('D:\\Roaming')
  })

  it('are joined as the platform writes paths', () => {
    expect(joined(on(), '/a', 'b')).toBe('/a/b')
    expect(joined(on({}, 'win32'), 'C:\\a', 'b')).toBe('C:\\a\\b')
  })

  it('name an account as the user writes them', () => {
    expect(accountOf('/home/dev/.local/share/tool', '/home/dev')).toBe('~/.local/share/tool')
    expect(accountOf('/home/device/tool', '/home/dev')).toBe('/home/device/tool')
    expect(accountOf('/srv/x', '')).toBe('/srv/x')
  })
})
