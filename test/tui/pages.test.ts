import { describe, expect, it } from 'vitest'
import { plainLine } from '../../src/core/text/line.ts'
import type { Page } from '../../src/tui/model.ts'
import { pageLines } from '../../src/tui/pages.ts'
import { claim, holder } from '../support/claim-samples.ts'
import { aBudget, aLock, anAnswer, aSession, aState } from './top-answers.ts'

const shown = (page: Page, change: Parameters<typeof anAnswer>[0] = {}): readonly string[] => {
  const answer = anAnswer(change)
  return pageLines(aState({ page, answer }), answer, { columns: 80, rows: 21 }).map(plainLine)
}

describe('what opens behind a row', () => {
  it('tells everything about a session', () => {
    const session = aSession()
    expect(shown({ page: 'session', of: `claude-code/${session.session}` }, { sessions: [session] })).toEqual([
      '', `Session ${session.session}`, '  agent         claude-code', '  state         busy, 12s ago', '  project       /home/ada/src/web-app', '  branch        main', '  account       ~/.claude', '  process       pid 4121',
      '  today         $3.10, 1,204 responses', '  now           $0.12/min over the last 5 minutes', '  tokens        310k in, 88.1k out, 41.2M read from cache, 1.24M written to it',
      '  client says   Opus 5.5, $3.11 in all, context 42%, 10s ago',
    ].map(line => line.replace(/^ {2}(agent|state|project|branch|account|process|today|now|tokens|client says) +/, (_, name: string) => `  ${name.padEnd(11)}  `)))
  })
  it('tells what a session holds', () => {
    const session = aSession()
    const deploy = { ...claim, name: 'deploy' }, another = { ...claim, name: 'x', holder: { ...holder, session: 'somebody' } }
    expect(shown({ page: 'session', of: `claude-code/${session.session}` }, { sessions: [session], status: { claims: [claim, deploy, another] } }).join('\n')).toContain(`claims       ${claim.name}, deploy\n`)
  })
  it('tells what a budget counts and how far it can be passed', () => {
    const text = shown({ page: 'budget', of: 'web-daily/' }, { budgets: [aBudget()] }).join('\n')
    for (const part of ['Budget web-daily', 'project web-*', '$14.20 of $20.00, 71%', 'at most $0.41 over', 'day, until 2026-11-22 00:00 Europe/Paris']) expect(text).toContain(part)
    expect(shown({ page: 'budget', of: 'x/' }, { budgets: [aBudget({ id: 'x', remaining: '-1.11' })] }).join('\n')).toContain('left        $1.11 over')
    expect(shown({ page: 'budget', of: 'x/' }, { budgets: [aBudget({ id: 'x', bound: { cost: null, because: 'nothing stops it', estimate: false, unseen: null } })] }).join('\n')).toContain('no bound: nothing stops it')
  })
  it('tells what came of a lock', () => {
    const text = shown({ page: 'lock', of: 'L3f9a2c' }, { locks: [aLock()] }).join('\n')
    for (const part of ['Lock L3f9a2c', 'budget api-daily is spent', 'What was done (3)', 'interrupt', 'idle after 1.2 s', 'wait for: purser arm --confirm api-daily']) expect(text).toContain(part)
  })
  it('says what unlocking means before it is confirmed', () => {
    const text = shown({ page: 'unlock', lock: aLock(), reason: '' }).join('\n')
    for (const part of ['Unlock api-daily?', 'until 2026-11-22 00:00', 'its sessions may go on at once']) expect(text).toContain(part)
  })
  it('names the session, its project and cost, and what would happen, before it is stopped', () => {
    const page = { page: 'stop', session: aSession(), says: 'purser is not armed: this session will be refused by hooks and not signalled; arm with: purser arm' } as const
    const text = shown(page).join('\n').replace(/\s+/g, ' ')
    for (const part of [`Stop session ${aSession().session}?`, '/home/ada/src/web-app, main', '$3.10', 'pid 4121', page.says, 'locked for an hour']) expect(text).toContain(part)
    expect(shown({ ...page, says: '' }).join('\n')).toContain('asking...')
  })
  it('tells a lock by hand without a budget or a limit', () => {
    const text = shown({ page: 'lock', of: 'L1' }, { locks: [aLock({ id: 'L1', rule: 'by hand', spent: '3.10', limit: '3.10' })] }).join('\n')
    expect(text).toContain('by hand, on one session')
    expect(text).not.toMatch(/budget {2}|\$3\.10 of/)
  })
  it('says so when it is gone meanwhile', () => {
    for (const page of ['session', 'budget', 'lock'] as const) expect(shown({ page, of: 'x' }).at(-1)).toBe('  it is gone')
  })
  it('explains every key', () => {
    const text = shown({ page: 'help' }).join('\n')
    for (const key of ['Tab', 'Enter', 'Esc', 's ', '/ ', 'u ', 'Ctrl-C']) expect(text).toContain(key)
  })
})
