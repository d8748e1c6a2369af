import { existsSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dirtyEnvironment, tempHome } from './home.ts'

const clean = { HOME: '/tmp/h', PATH: '/bin', TMPDIR: '/tmp' }

describe('a clean environment', () => {
  it('has a home that is not the account\'s own', () => {
    expect(dirtyEnvironment(clean, '/home/dev')).toEqual([])
    expect(dirtyEnvironment({ ...clean, HOME: '/home/dev/' }, '/home/dev')).toEqual(["HOME is /home/dev/, this account's real home"])
    expect(dirtyEnvironment({ PATH: '/bin' }, '/home/dev')).toEqual(['HOME is not set'])
  })

  it.each(['XDG_CONFIG_HOME', 'CLAUDE_CONFIG_DIR', 'CLAUDECODE', 'CODEX_HOME', 'TMUX', 'TMUX_PANE', 'DBUS_SESSION_BUS_ADDRESS', 'ANTHROPIC_API_KEY', 'PURSER_STATE', 'DISPLAY'])('does not know %s', name => {
    expect(dirtyEnvironment({ ...clean, [name]: 'x' }, '/home/dev')).toEqual([`${name} is set`])
  })

  it('may hold the variables of the tests themselves', () => {
    expect(dirtyEnvironment({ ...clean, PURSER_TEST_PIDS: '/tmp/pids', PURSER_CRASH_AT: 'after-read' }, '/home/dev')).toEqual([])
  })
})

describe('a temporary home', () => {
  it('is private, empty of our variables, and vanishes', () => {
    const home = tempHome()
    expect(statSync(home.path).mode & 0o777).toBe(0o700)
    expect(home.env['HOME']).toBe(home.path)
    expect(dirtyEnvironment(home.env, '/home/dev')).toEqual([])
    home.remove()
    expect(existsSync(home.path)).toBe(false)
  })
})
