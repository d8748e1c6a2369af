import { describe, expect, it } from 'vitest'
import { codexLaunch } from '../../../src/agents/codex/launch.ts'

const THREAD = '019aa6f2-2222-7333-8444-555555555555'
const WISH = { minted: '11111111-2222-4333-8444-555555555555', limit: null, version: '' }
const IN_THIS_PROCESS = ['-c', 'features.daemon_auto_start=false']

describe('Codex is started', () => {
  it('so that its terminal surface does the work itself and ends with it', () => {
    for (const args of [[], ['fix it'], ['-m', 'gpt-5.5', 'fix it']]) expect(codexLaunch.prepare(args, WISH)).toMatchObject({ ok: true, args: [...IN_THIS_PROCESS, ...args], session: '', resumed: false, logged: true })
  })
  it('as it was typed when headless, which hands nothing to a daemon', () => {
    expect(codexLaunch.prepare(['exec', '--json', 'fix it'], WISH)).toMatchObject({ args: ['exec', '--json', 'fix it'], session: '', conversation: true })
    expect(codexLaunch.prepare(['exec', '--ephemeral', 'fix it'], WISH)).toMatchObject({ logged: false })
  })
  it('knowing the session when it is taken up by its id', () => {
    expect(codexLaunch.prepare(['resume', THREAD], WISH)).toMatchObject({ args: [...IN_THIS_PROCESS, 'resume', THREAD], session: THREAD, resumed: true })
    expect(codexLaunch.prepare(['exec', '--json', 'resume', THREAD, 'go on'], WISH)).toMatchObject({ session: THREAD, resumed: true })
    expect(codexLaunch.prepare(['resume', '--last'], WISH)).toMatchObject({ session: '', resumed: true })
    expect(codexLaunch.prepare(['fork', THREAD], WISH)).toMatchObject({ session: '', resumed: false })
  })
  it('as it was typed when it starts no conversation', () => {
    for (const args of [['login'], ['mcp', 'list'], ['--version'], ['app-server']]) expect(codexLaunch.prepare(args, WISH)).toMatchObject({ args, conversation: false })
  })
})

it('uses the account its variable names, else its default', () => {
  const environment = { home: '/home/me', platform: 'linux', variables: {} } as const
  expect(codexLaunch.account(environment)).toBe('~/.codex')
  expect(codexLaunch.account({ ...environment, variables: { CODEX_HOME: '/srv/codex' } })).toBe('/srv/codex')
})
