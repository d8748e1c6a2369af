import { describe, expect, it } from 'vitest'
import { geminiLaunch } from '../../../src/agents/gemini/launch.ts'

const MINTED = '11111111-2222-4333-8444-555555555555', OTHER = '99999999-2222-4333-8444-555555555555'
const WISH = { minted: MINTED, limit: null, version: '0.61.0' }

describe('Gemini CLI is started', () => {
  it('with an id of ours, by a version that takes one', () => {
    expect(geminiLaunch.prepare(['-p', 'hello'], WISH)).toMatchObject({ args: ['--session-id', MINTED, '-p', 'hello'], session: MINTED })
    expect(geminiLaunch.prepare(['-p', 'hello'], { ...WISH, version: '1.0.0' })).toMatchObject({ session: MINTED })
  })
  it('as it was typed by a version that would refuse it, or whose number nobody knows', () => {
    for (const version of ['0.60.2', '', 'next']) expect(geminiLaunch.prepare(['-p', 'hello'], { ...WISH, version }), version).toMatchObject({ args: ['-p', 'hello'], session: '' })
  })
  it('with the person\'s own id, or the one that is taken up', () => {
    expect(geminiLaunch.prepare(['--session-id', OTHER], WISH)).toMatchObject({ args: ['--session-id', OTHER], session: OTHER, resumed: false })
    expect(geminiLaunch.prepare(['--resume', OTHER], WISH)).toMatchObject({ session: OTHER, resumed: true })
    expect(geminiLaunch.prepare(['--resume', 'latest'], WISH)).toMatchObject({ session: '', resumed: true })
  })
  it('as it was typed when it starts no conversation', () => {
    for (const args of [['mcp', 'list'], ['--version'], ['--list-sessions']]) expect(geminiLaunch.prepare(args, WISH)).toMatchObject({ args, conversation: false })
  })
  it('as one process, whose signals reach it', () => {
    expect(geminiLaunch.variables).toEqual({ GEMINI_CLI_NO_RELAUNCH: 'true' })
  })
})

it('uses the account its variable names, else its default', () => {
  const environment = { home: '/home/me', platform: 'linux', variables: {} } as const
  expect(geminiLaunch.account(environment)).toBe('~/.gemini')
  expect(geminiLaunch.account({ ...environment, variables: { GEMINI_CLI_HOME: '/srv/g' } })).toBe('/srv/g/.gemini')
})
