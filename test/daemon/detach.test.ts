import { mkdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import { daemonVariables, detach } from '../../src/daemon/detach.ts'
import { tempHome, type TempHome } from '../support/home.ts'

describe('a detached daemon', () => {
  let home: TempHome
  let environment: Environment
  beforeEach(() => {
    home = tempHome('detach')
    mkdirSync(path.join(home.path, 'run'))
    environment = { home: home.path, platform: 'linux', variables: { HOME: home.path, PATH: home.env.PATH, PURSER_STATE: path.join(home.path, 's', 'purser'), ANTHROPIC_API_KEY: 'secret' } }
  })
  afterEach(() => home.remove())
  const log = (): string => readFileSync(path.join(home.path, 's', 'purser', 'purser.log'), 'utf8')

  it('inherits paths, places, language and time zone, and nothing of the agent it was started from', () => {
    const kept = { PATH: '/bin', HOME: '/h', LC_ALL: 'C', TZ: 'UTC', XDG_STATE_HOME: '/x', PURSER_STATE: '/s', CLAUDE_CONFIG_DIR: '/c' }
    expect(daemonVariables({ ...kept, ANTHROPIC_API_KEY: 'k', CLAUDE_PID: '1', CLAUDECODE: '1', NODE_OPTIONS: '--inspect', LD_PRELOAD: 'x', MY_PATH: 'x', PATH_EXTRA: 'x', USER: undefined })).toEqual(kept)
  })

  it('writes into a private log, in a session of its own, without terminal and without secrets', async () => {
    const { pid, exited } = await detach({ environment, command: ['/bin/sh', '-c', 'echo out; echo err >&2; env; read line || echo no-input; cut -d" " -f6 /proc/self/stat'] })
    expect(await exited).toBe(0)
    expect(log()).toMatch(/^out\nerr\n/)
    expect(log()).toContain('no-input')
    expect(log()).not.toContain('secret')
    if (process.platform === 'linux') expect(log().trimEnd().split('\n').at(-1)).toBe(String(pid))
    expect(statSync(path.join(home.path, 's', 'purser', 'purser.log')).mode & 0o777).toBe(0o600)
    expect(statSync(path.join(home.path, 's', 'purser')).mode & 0o777).toBe(0o700)
  })

  it('tells how it ended while somebody still watches, and appends to the log of the run before', async () => {
    expect(await (await detach({ environment, command: ['/bin/sh', '-c', 'echo one; exit 69'] })).exited).toBe(69)
    expect(await (await detach({ environment, command: ['/bin/sh', '-c', 'echo two; kill -9 $$'] })).exited).toBe(128)
    expect(log()).toBe('one\ntwo\n')
  })

  it('says that the program is missing', async () => {
    const { exited } = await detach({ environment, command: [path.join(home.path, 'nothing')] })
    await expect(exited).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
