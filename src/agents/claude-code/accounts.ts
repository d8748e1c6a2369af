// How Claude Code keeps logins apart: a config home each, chosen by CLAUDE_CONFIG_DIR. The login itself lies in a file
// (or the Keychain) that is never opened here; whose it is stands in the client's own settings, beside prompts and keys
// that are stepped over.
import type { ClaimedIdentity } from '../../core/accounts/identity.ts'
import { shellWord } from '../../core/doctor/finding.ts'
import type { AgentAdapter, Environment } from '../../core/sessions/agent-adapter.ts'
import { objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { joined } from '../homes.ts'

// The settings hold a history of prompts in older versions; a real one reached 6 MiB.
const TEXT_MAX = 32 * 1024 * 1024
const ID_CHARS_MAX = 320

const defaultHome = (environment: Environment): string => joined(environment, environment.home, '.claude')

export const claudeCodeAccounts: NonNullable<AgentAdapter['accounts']> = {
  variable: 'CLAUDE_CONFIG_DIR',
  overrides: [
    'ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR', 'CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR',
    'CLAUDE_SECURESTORAGE_CONFIG_DIR',
  ],
  defaultHome,
  /** Beside the default home, inside any other. */
  identityFiles: (home, environment) => [home === defaultHome(environment) ? joined(environment, environment.home, '.claude.json') : joined(environment, home, '.claude.json')],
  identify,
  /** The Keychain holds it on macOS. */
  loginFile: (home, environment) => (environment.platform === 'darwin' ? null : joined(environment, home, '.credentials.json')),
  signIn: ({ home, isDefault }) => `${isDefault ? '' : `CLAUDE_CONFIG_DIR=${shellWord(home)} `}claude /login`,
  conversations: ['projects'],
  trusts,
}

/** `oauthAccount` of the client's settings. A key without a subscription has no id of its own there: it is not told apart. */
function identify(text: string): ClaimedIdentity | null {
  const settings = text.length > TEXT_MAX ? {} : objectIn(parsedJson(text))
  const account = objectIn(settings, 'oauthAccount')
  const person = idOf(account['accountUuid']) || idOf(account['emailAddress'])
  if (person !== '') return { parts: [person, idOf(account['organizationUuid'])], kind: 'oauth', organisation: isManaged(account) }
  const approved = objectIn(settings, 'customApiKeyResponses')['approved']
  const hasKey = settings['primaryApiKey'] !== undefined || (Array.isArray(approved) && approved.length > 0)
  return hasKey ? { parts: [], kind: 'api-key', organisation: false } : null
}

/** Trust is given to a folder and what lies below it. */
function trusts(text: string, folder: string): boolean {
  const projects = objectIn(text.length > TEXT_MAX ? {} : objectIn(parsedJson(text)), 'projects')
  for (let at = folder; at !== '' && at !== '/'; at = at.slice(0, at.lastIndexOf('/'))) if (objectIn(projects, at)['hasTrustDialogAccepted'] === true) return true
  return false
}

/** A plan for teams, or a seat in somebody else's organisation. */
function isManaged(account: JsonObject): boolean {
  const role = idOf(account['organizationRole'])
  return /team|enterprise/.test(idOf(account['organizationType'])) || (role !== '' && !/admin|owner/.test(role))
}

const idOf = (value: unknown): string => { const id = textOf(value); return id.length <= ID_CHARS_MAX ? id : '' }
