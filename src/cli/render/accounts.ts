// Accounts: a line each, and one in full. Fingerprints are shown short: they only have to be told apart.
import type { AccountAnswer, AccountLoginHelpAnswer } from '../../api/account-answers.ts'
import type { Operations } from '../../api/control-plane.ts'
import { faint, strong, toned, type Line, type Span, type Tone } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { durationText } from '../../core/time.ts'
import { renderQuota } from './quota.ts'
import { blocks, type View } from './view.ts'

const FINGERPRINT_CHARS = 6
const TONE: Readonly<Record<AccountAnswer['state'], Tone>> = { ok: 'good', throttled: 'warn', exhausted: 'warn', unknown: 'faint', auth_broken: 'bad', quarantined: 'bad', disabled: 'faint' }
const WORD: Readonly<Record<AccountAnswer['state'], string>> = { ok: 'ok', throttled: 'throttled', exhausted: 'spent', unknown: 'unknown', auth_broken: 'signed out', quarantined: 'quarantined', disabled: 'disabled' }

export function renderAccounts(accounts: readonly AccountAnswer[], view: View): readonly Line[] {
  const own = accounts.filter(({ configured }) => configured), found = accounts.filter(({ configured }) => !configured)
  return blocks(
    own.length === 0 ? [['no account is configured'], [faint('name the login you use now: '), toned('command', 'purser account add main --home ~/.claude --role primary')]] : table(own, view),
    found.map((account): Line => [faint(`· ${account.account} (${account.agent}) has a login and no name: `), toned('command', `purser account add --home ${account.account}`)]),
  )
}

const table = (accounts: readonly AccountAnswer[], view: View): readonly Line[] => layoutTable({
  width: view.columns,
  columns: [{ title: 'ACCOUNT' }, { title: 'AGENT', drop: 2 }, { title: 'ROLE', drop: 1 }, { title: 'FOLDER', shrinkTo: 10, keep: 'end' }, { title: 'LOGIN', drop: 3 }, { title: 'STATE', wrap: true }],
  rows: accounts.map(account => [
    [strong(account.id), ...(account.inUse ? [toned('good', ' ●')] : []), ...(account.pinned ? [faint(' pinned')] : [])],
    account.agent, account.role, account.account, loginText(account), stateLine(account, view),
  ]),
})

const loginText = ({ login }: AccountAnswer): Span => (login.kind === '' ? faint('–') : login.found === '' ? faint('key') : faint(login.found.slice(0, FINGERPRINT_CHARS)))

function stateLine(account: AccountAnswer, view: View): Line {
  const until = account.until === null ? '' : ` for ${durationText(Date.parse(account.until) - view.now)}`
  const because = account.because === '' ? '' : `: ${account.because}`
  return [toned(TONE[account.state], WORD[account.state]), faint(`${because}${until}`), ...(account.login.sameAs.length > 0 ? [toned('warn', ` same login as ${account.login.sameAs.join(', ')}`)] : [])]
}

export function renderAccount({ account, quota }: Operations['account.show']['out'], zone: string, view: View): readonly Line[] {
  const { login } = account
  const rows: (readonly [string, Line])[] = [
    ['folder', [account.home]],
    ['agent', [`${account.agent}, ${account.role}${account.inUse ? ', in use' : ''}${account.pinned ? ', pinned' : ''}`]],
    ['login', [login.kind === '' ? 'none' : login.kind === 'api-key' ? 'an API key: metered, without quota windows' : `subscription ${login.found.slice(0, FINGERPRINT_CHARS)}${login.organisation ? ', managed by an organisation' : ''}`]],
    ...(login.expected !== '' && login.expected !== login.found && login.found !== '' ? [['expected', [toned('bad', login.expected.slice(0, FINGERPRINT_CHARS))]] as const] : []),
    ...(login.sameAs.length > 0 ? [['same login', [toned('warn', login.sameAs.join(', '))]] as const] : []),
    ...(account.sharesWith.length > 0 ? [['conversations', [`shared with ${account.sharesWith.join(', ')}`]] as const] : []),
    ['unattended', [account.unattended === '' ? faint('tasks nobody watches are not moved here') : `agreed on ${account.unattended}`]],
  ]
  return blocks(
    [[strong(account.id), '  ', ...stateLine(account, view)]],
    layoutTable({ width: view.columns, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }], rows: rows.map(([name, value]) => [faint(name), value]) }),
    renderQuota(quota, zone, view),
  )
}

export function renderLoginHelp({ account, type, notes }: AccountLoginHelpAnswer): readonly Line[] {
  return [
    [account.login.kind === '' ? 'nobody is signed in; ' : '', 'sign in to ', strong(account.id), ' with'],
    ...type.map((line): Line => ['  ', toned('command', line)]),
    ...notes.map((text): Line => [faint(`· ${text}`)]),
  ]
}
