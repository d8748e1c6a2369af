import { describe, expect, it } from 'vitest'
import type { AccountAnswer } from '../../../src/api/account-answers.ts'
import { renderAccount, renderAccounts, renderLoginHelp } from '../../../src/cli/render/accounts.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { account, quota } from '../../support/sample-answers.ts'

const view = { columns: 100, now: SAMPLE_NOW, rowsMax: 12 }
const an = (over: Partial<AccountAnswer> = {}): AccountAnswer => ({ ...account, login: { ...account.login, sameAs: [] }, inUse: false, pinned: false, sharesWith: [], until: new Date(SAMPLE_NOW + 3_060_000).toISOString(), ...over })
const ok: Partial<AccountAnswer> = { state: 'ok', because: '', until: null }
const text = (accounts: readonly AccountAnswer[], columns = view.columns): string => renderAccounts(accounts, { ...view, columns }).map(plainLine).join('\n')

describe('accounts', () => {
  it('are a table of those with a name, with what stands against each', () => {
    expect(text([
      an({ ...ok, id: 'main', account: '~/.claude', role: 'primary', inUse: true }), an(), an({ id: 'old', account: '~/.claude-old', state: 'auth_broken', because: 'nobody is signed in', until: null, login: { ...account.login, kind: '', sameAs: [] } }),
      an({ ...ok, id: '~/.codex', account: '~/.codex', agent: 'codex', configured: false }),
    ])).toBe([
      'ACCOUNT  AGENT        ROLE     FOLDER          LOGIN   STATE',
      'main ●   claude-code  primary  ~/.claude       3f9a2c  ok',
      'work     claude-code  standby  ~/.claude-work  3f9a2c  spent: 5h quota is spent for 51m',
      'old      claude-code  standby  ~/.claude-old   –       signed out: nobody is signed in',
      '',
      '· ~/.codex (codex) has a login and no name: purser account add --home ~/.codex',
    ].join('\n'))
  })
  it('fit a narrow terminal by leaving out what tells least', () => {
    const narrow = text([an({ ...ok, id: 'main', account: '~/.claude', role: 'primary' }), an()], 44)
    expect(narrow.split('\n')[0]).not.toContain('LOGIN')
    expect(Math.max(...narrow.split('\n').map(line => line.length))).toBeLessThanOrEqual(44)
  })
  it('that are one login say so', () => {
    expect(text([an({ ...ok, login: { ...account.login, sameAs: ['spare'] } })])).toContain('ok same login as spare')
  })
  it('that are none say what to type', () => {
    expect(text([])).toContain('purser account add main --home ~/.claude --role primary')
  })
})

describe('one account', () => {
  const shown = (over: Partial<AccountAnswer> = {}): string => renderAccount({ account: an(over), quota: [quota] }, 'UTC', view).map(plainLine).join('\n')
  it('is told with its folder, its login and its quotas', () => {
    const found = shown({ pinned: true, sharesWith: ['main'] })
    expect(found).toContain('/home/ada/.claude-work')
    expect(found).toContain('subscription 3f9a2c')
    expect(found).toContain('shared with main')
    expect(found).toContain('5h')
  })
  it('shows which login was expected where another lies there', () => {
    expect(shown({ login: { ...account.login, found: 'ffff0000ffff0000' } })).toMatch(/expected +3f9a2c/)
    expect(shown({ login: { ...account.login, kind: 'api-key', found: '' } })).toContain('an API key: metered')
  })
})

it('login help is a line to type, and what to mind', () => {
  expect(renderLoginHelp({ account: an(), type: ['CLAUDE_CONFIG_DIR=/x claude /login'], notes: ['mind this'] }).map(plainLine)).toEqual(['sign in to work with', '  CLAUDE_CONFIG_DIR=/x claude /login', '· mind this'])
})
