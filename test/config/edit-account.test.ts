import { describe, expect, it } from 'vitest'
import type { EditedFile } from '../../src/config/edit-table.ts'
import { removeAccount, setAccount, unknownAccount } from '../../src/config/edit-account.ts'
import { defaultConfigText } from '../../src/config/default-text.ts'
import { codeOf } from '../../src/core/errors.ts'

const file = (text: string): EditedFile => ({ text, file: '/c/config.toml', context: { systemZone: 'UTC', home: '/home/u' } })
const refusal = (body: () => unknown): string => { try { body(); return 'nothing was refused' } catch (error) { return `${codeOf(error)}: ${(error as Error).message}` } }

const FILE = `# my limits
[[budget]]
id = "web"
limit = 20 # dollars

# paid by me
[[account]] # the first
id = "main"
home = "~/.claude"
role = "primary"
`

describe('an account in the file', () => {
  it('is added at the end, and every comment stays', () => {
    expect(setAccount(file(FILE), 'work', { home: '~/.claude-work' })).toBe(`${FILE}\n[[account]]\nid = "work"\nhome = "~/.claude-work"\n`)
    const commented = defaultConfigText('UTC')
    expect(setAccount(file(commented), 'work', { home: '~/.claude-work' })).toBe(`${commented}\n[[account]]\nid = "work"\nhome = "~/.claude-work"\n`)
  })
  it('is changed where it stands', () => {
    expect(setAccount(file(FILE), 'main', { home: '~/.claude-old', role: null, organisation: true })).toBe(FILE.replace('~/.claude"', '~/.claude-old"').replace('role = "primary"\n', 'organisation = true\n'))
    expect(setAccount(file(FILE), 'main', { home: '/home/u/.claude' })).toBe(FILE.replace('"~/.claude"', '"/home/u/.claude"'))
  })
  it('is removed whole, and nothing else with it', () => {
    expect(removeAccount(file(`${FILE}\n[[account]]\nid = "work"\nhome = "~/.w"\n`), 'work')).toBe(`${FILE}\n`)
    expect(removeAccount(file(FILE), 'main')).toBe(FILE.slice(0, FILE.indexOf('[[account]]')))
  })
  it('may be one that a budget names by its id', () => {
    const named = `${FILE}[[budget]]\nid = "mine"\naccount = "work"\nlimit = 1\n`
    expect(removeAccount(file(setAccount(file(named), 'work', { home: '~/.w' })), 'work')).toBe(`${named}\n`)
  })
  it('is refused where it clashes, where it is not there, and where the file is damaged', () => {
    expect(refusal(() => setAccount(file(FILE), 'work', { home: '~/.claude' }))).toMatch(/^config_invalid: .*~\/\.claude is the home of account "main" already/)
    expect(refusal(() => setAccount(file(FILE), 'work', { role: 'primary' }))).toBe('invalid_input: account "work" is new and needs a home; add: --home ~/.claude-work')
    expect(refusal(() => removeAccount(file(FILE), 'mian'))).toBe('not_found: there is no account "mian"; did you mean "main"?')
    expect(refusal(() => removeAccount(file('zone = "Mars"'), 'main'))).toMatch(/^config_invalid/)
    expect(unknownAccount('x', { accounts: [] }).message).toBe('there is no account "x"; there is none; type: purser account add work --home ~/.claude-work')
  })
})
