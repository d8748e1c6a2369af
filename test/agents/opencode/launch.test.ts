import { describe, expect, it } from 'vitest'
import { opencodeLaunch } from '../../../src/agents/opencode/launch.ts'

const WISH = { minted: '11111111-2222-4333-8444-555555555555', limit: null, version: '' }

describe('OpenCode is started', () => {
  it('as it was typed: it makes its session\'s id itself', () => {
    for (const args of [[], ['run', 'hello'], ['--model', 'a/b'], ['--session', 'ses_1', '--fork']]) expect(opencodeLaunch.prepare(args, WISH)).toMatchObject({ ok: true, args, session: '', resumed: false, conversation: true })
  })
  it('knowing the session when it is named', () => {
    expect(opencodeLaunch.prepare(['run', '-s', 'ses_1', 'hello'], WISH)).toMatchObject({ session: 'ses_1', resumed: true })
    expect(opencodeLaunch.prepare(['--continue'], WISH)).toMatchObject({ session: '', resumed: true })
  })
  it('as it was typed when it starts no conversation', () => {
    for (const args of [['models'], ['serve'], ['--version']]) expect(opencodeLaunch.prepare(args, WISH)).toMatchObject({ args, conversation: false })
  })
  it('not to work for it in a server that somebody else runs', () => {
    expect(opencodeLaunch.prepare(['run', '--attach', 'http://127.0.0.1:4096', 'x'], WISH)).toMatchObject({ ok: false, instead: 'leave out --attach' })
  })
})

it('uses its data folder as account', () => {
  expect(opencodeLaunch.account({ home: '/home/me', platform: 'linux', variables: {} })).toBe('~/.local/share/opencode')
})
