import { describe, expect, it } from 'vitest'
import { accountIdFor, accountPattern, nameOf, writtenHome } from '../../src/config/accounts.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Account } from '../../src/core/accounts/account.ts'
import { matches } from '../../src/core/budgets/selector.ts'
import { NO_SCOPE } from '../support/no-scope.ts'

const load = (text: string) => loadConfig(text, '/c/config.toml', { systemZone: 'UTC', home: '/home/u' }).settings
const refusal = (text: string): string => { try { load(text); return 'nothing was refused' } catch (error) { return (error as Error).message } }
const table = (id: string, home: string, rest = ''): string => `[[account]]\nid = "${id}"\nhome = "${home}"\n${rest}`

describe('an account table', () => {
  it('is a standby of Claude Code unless it says otherwise, called by its home as logs call it', () => {
    expect(load(table('work', '~/.claude-work/')).accounts).toEqual([{ id: 'work', agent: 'claude-code', home: '/home/u/.claude-work', name: '~/.claude-work', role: 'standby', organisation: false, unattended: '' }])
    expect(load(table('w', '/srv/codex', 'agent = "codex"\nrole = "main"\norganization = true\nunattended = "2026-11-21"\n')).accounts).toEqual([{ id: 'w', agent: 'codex', home: '/srv/codex', name: '/srv/codex', role: 'primary', organisation: true, unattended: '2026-11-21' }])
  })
  it('shares neither id nor home with another, and no agent has two primaries', () => {
    expect(refusal(table('a', '~/.x') + table('a', '~/.y'))).toBe('/c/config.toml, line 5, account "a": id "a" is taken by another account. Write another one, such as: id = "a-2"')
    expect(refusal(table('a', '~/.x') + table('b', '/home/u/.x'))).toContain('line 6, account "b": ~/.x is the home of account "a" already')
    expect(refusal(table('a', '~/.x', 'role = "primary"\n') + table('b', '~/.y', 'role = "primary"\n'))).toContain('account "a" is the primary of claude-code already')
    expect(load(table('a', '~/.x', 'role = "primary"\n') + table('b', '~/.y', 'agent = "codex"\nrole = "primary"\n')).accounts).toHaveLength(2)
  })
  it('takes a real day for an agreement, or none', () => {
    expect(refusal(table('a', '~/.x', 'unattended = "2026-02-30"\n'))).toContain('unattended is "2026-02-30", but must be a day such as "2026-11-21"')
    expect(refusal(table('a', '~/.x', 'unattended = "yes"\n'))).toContain('but must be a day')
    expect(load(table('a', '~/.x', 'unattended = ""\n')).accounts[0]?.unattended).toBe('')
  })
})

describe('a budget on an account', () => {
  const counted = (pattern: string, account: string): boolean => {
    const [budget] = load(`${table('work', '~/.claude-[work]')}[[budget]]\nid = "b"\nlimit = 1\naccount = ${JSON.stringify(pattern)}\n`).budgets
    return matches(budget?.selector ?? {}, { ...NO_SCOPE, account })
  }
  it('means it by its id or by its home', () => {
    expect(counted('work', '~/.claude-[work]')).toBe(true)
    expect(counted('work', '~/.claude-w')).toBe(false)
    expect(counted('~/.claude-*', '~/.claude-[work]')).toBe(true)
  })
  it('stays the pattern that it is otherwise, also one from before there was an account', () => {
    expect(accountPattern('wor*', load(table('work', '~/.claude-work')).accounts)).toBe('wor*')
    expect(counted('~/.claude', '~/.claude')).toBe(true)
  })
})

describe('a home', () => {
  it('is written as people write it', () => {
    expect([nameOf('/home/u/.claude', '/home/u'), nameOf('/home/user/.claude', '/home/u'), nameOf('/home/u', '/home/u'), nameOf('/x', '')]).toEqual(['~/.claude', '/home/user/.claude', '/home/u', '/x'])
    expect([writtenHome('~/.claude-work/', '/home/u'), writtenHome('/home/u/.claude-work', '/home/u'), writtenHome('/srv/c', '/home/u')]).toEqual(['~/.claude-work', '~/.claude-work', '/srv/c'])
  })
  it('gives an account its name, a number where that is taken', () => {
    const taken = [{ id: 'work', agent: 'claude-code', home: '/x', name: '/x' } as Account]
    expect(accountIdFor('/home/u/.claude-work', 'claude-code', [])).toBe('work')
    expect(accountIdFor('/home/u/.claude-work', 'claude-code', taken)).toBe('work-2')
    expect(accountIdFor('/home/u/.claude', 'claude-code', [])).toBe('main')
    expect(accountIdFor('/home/u/.codex', 'codex', [])).toBe('codex')
    expect(accountIdFor('/srv/Team Login!', 'claude-code', [])).toBe('Team-Login')
  })
})
