import { describe, expect, it } from 'vitest'
import { claudeCodeLaunch } from '../../../src/agents/claude-code/launch.ts'
import type { Prepared } from '../../../src/core/launch/agent-launch.ts'
import { nanoUsd, parseUsd } from '../../../src/core/money.ts'

const MINTED = '11111111-2222-4333-8444-555555555555', OTHER = '99999999-2222-4333-8444-555555555555'
const prepare = (args: readonly string[], limit: string | null = null): Prepared => {
  const prepared = claudeCodeLaunch.prepare(args, { minted: MINTED, limit: limit === null ? null : parseUsd(limit), version: '' })
  if (!prepared.ok) throw new Error(prepared.because)
  return prepared
}

describe('Claude Code is started', () => {
  it('with an id of ours in front, where no list of values can swallow it', () => {
    expect(prepare(['--allowedTools', 'Bash', 'Edit', '-p', 'hello'])).toMatchObject({ args: ['--session-id', MINTED, '--allowedTools', 'Bash', 'Edit', '-p', 'hello'], session: MINTED, resumed: false, logged: true })
    expect(prepare([])).toMatchObject({ args: ['--session-id', MINTED], session: MINTED })
  })
  it('with the person\'s own id untouched', () => {
    for (const args of [['--session-id', OTHER], [`--session-id=${OTHER}`, '-p', 'x'], ['-p', '--session-id', OTHER]]) expect(prepare(args)).toMatchObject({ args, session: OTHER, resumed: false })
  })
  it('without an id where a conversation is taken up, whose own id is known only when it is named', () => {
    expect(prepare(['--resume', OTHER])).toMatchObject({ args: ['--resume', OTHER], session: OTHER, resumed: true })
    expect(prepare(['-r', OTHER.toUpperCase()])).toMatchObject({ session: OTHER, resumed: true })
    for (const args of [['--continue'], ['-c', '-p', 'x'], ['-pc', 'x'], ['--resume'], ['-r', 'my session']]) expect(prepare(args), args.join(' ')).toMatchObject({ args, session: '', resumed: true })
  })
  it('with an id of ours for a fork, which is a session of its own', () => {
    expect(prepare(['--resume', OTHER, '--fork-session'])).toMatchObject({ args: ['--session-id', MINTED, '--resume', OTHER, '--fork-session'], session: MINTED, resumed: false })
  })
  it('not taking a prompt for an option', () => {
    expect(prepare(['-p', '--', '--resume', OTHER])).toMatchObject({ session: MINTED, resumed: false })
    expect(prepare(['--append-system-prompt', '--continue', '-p', 'x'])).toMatchObject({ session: MINTED, resumed: false })
  })
  it('with what may be spent as its own limit, headless only', () => {
    expect(prepare(['-p', 'x'], '4.58')).toMatchObject({ args: ['--session-id', MINTED, '--max-budget-usd', '4.58', '-p', 'x'], limited: true })
    expect(prepare([], '4.58')).toMatchObject({ args: ['--session-id', MINTED], limited: false })
    expect(prepare(['--print=x'], '0.000001')).toMatchObject({ limited: true })
    const small = claudeCodeLaunch.prepare(['-p', 'x'], { minted: MINTED, limit: nanoUsd(1n), version: '' })
    expect(small.ok && small.args.slice(2, 4)).toEqual(['--max-budget-usd', '0.000000001'])
  })
  it('with the person\'s own limit untouched', () => {
    expect(prepare(['-p', 'x', '--max-budget-usd', '1'], '5')).toMatchObject({ args: ['--session-id', MINTED, '-p', 'x', '--max-budget-usd', '1'], limited: true })
  })
  it('as it was typed when it starts no conversation', () => {
    for (const args of [['doctor'], ['mcp', 'list'], ['--version'], ['-h'], ['stop', 'x']]) expect(prepare(args, '5')).toEqual({ ok: true, args, session: '', resumed: false, conversation: false, logged: false, limited: false })
  })
  it('knowing that without a log nothing will say what it cost', () => {
    expect(prepare(['-p', '--no-session-persistence', 'x'])).toMatchObject({ logged: false, conversation: true })
  })
})

describe('Claude Code is not started', () => {
  it('where its session would go on somewhere else', () => {
    for (const flag of ['--bg', '--background', '--cloud', '--desktop', '--tmux']) {
      expect(claudeCodeLaunch.prepare([flag, 'do it'], { minted: MINTED, limit: null, version: '' }), flag).toMatchObject({ ok: false, instead: `leave out ${flag}` })
    }
  })
})

it('uses the account its variable names, else its default', () => {
  const environment = { home: '/home/me', platform: 'linux', variables: {} } as const
  expect(claudeCodeLaunch.account(environment)).toBe('~/.claude')
  expect(claudeCodeLaunch.account({ ...environment, variables: { CLAUDE_CONFIG_DIR: '/home/me/.claude-work' } })).toBe('~/.claude-work')
})
