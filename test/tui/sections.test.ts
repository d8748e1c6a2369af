import { describe, expect, it } from 'vitest'
import { plainLine } from '../../src/core/text/line.ts'
import { sections } from '../../src/tui/sections.ts'
import { claim, holder } from '../support/claim-samples.ts'
import { quota, usage } from '../support/sample-answers.ts'
import { aBudget, aLock, anAnswer, aSession, aState } from './top-answers.ts'

const lines = (change: Parameters<typeof anAnswer>[0], name: string, columns = 120): readonly string[] => {
  const answer = anAnswer(change)
  return sections(aState({ answer }), answer, columns).find(section => section.name === name)?.lines.map(plainLine) ?? []
}

describe('a list', () => {
  it('that is empty is left out, but for the sessions', () => {
    const answer = anAnswer({ sessions: [], budgets: [], locks: [], status: { quota: [] } })
    expect(sections(aState({ answer }), answer, 80).map(({ name }) => name)).toEqual(['sessions'])
  })
  it('of budgets names the one of several balances it is', () => {
    expect(lines({ budgets: [aBudget({ per: 'project', perValue: '/src/web', spent: '20.00', remaining: '0.00', atLeast: true })] }, 'budgets')).toEqual(['web-daily web  ████████████████████  100%  $20.00+ of $20.00  $0.00 left  day, deny'])
  })
  it('of quotas says what is not known', () => {
    expect(lines({ status: { quota: [{ ...quota, account: '', usedPercent: null, resetsAt: null }] } }, 'quota')[0]).toContain('claude-code, account unknown  5h  ░░░░░░░░░░░░░░░░░░░░  ?  reset unknown')
  })
  it('of locks says what was done last, or what signals wait for', () => {
    expect(lines({ locks: [aLock({ needsConfirmation: false, perValue: '/src/web' })] }, 'locks')[0]).toMatch(/^▲ api-daily web {2}until .* \$20\.13 of \$20\.00 {2}terminate failed$/)
    expect(lines({ locks: [aLock()] }, 'locks', 140)[0]).toContain('signals wait for: purser arm --confirm api-daily')
  })
  it('of claims says who holds what, for how long and why, and is left out without any', () => {
    const shell = { ...holder, agent: 'shell', session: 'shell-900', pid: 900 }
    const status = { asOf: '2026-11-21T15:12:00.000Z', claims: [claim, { ...claim, name: 'deploy', holder: shell, strict: true }] }
    expect(lines({ status }, 'claims', 110)).toEqual([
      'path:/home/ada/src/web-app/src/auth  claude-code 7f3a91c2  10m ago  rewrite the login',
      'deploy                               a shell, pid 900      10m ago  strict: rewrite the login',
    ])
    expect(lines({}, 'claims')).toEqual([])
  })
  it('of sessions names agents only where there are several', () => {
    expect(lines({ sessions: [aSession()] }, 'sessions')[0]).not.toContain('claude-code')
    expect(lines({ sessions: [aSession(), aSession({ ...usage('1.00'), agent: 'codex', session: 'c' })] }, 'sessions').map(line => line.split(/ +/).at(-1))).toEqual(['claude-code', 'codex'])
  })
})
