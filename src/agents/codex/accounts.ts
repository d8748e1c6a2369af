// How Codex keeps logins apart: a home each, chosen by CODEX_HOME. Its login file says whose it is by an id beside the
// tokens; the id is picked by name and nothing else is kept.
import type { ClaimedIdentity } from '../../core/accounts/identity.ts'
import { shellWord } from '../../core/doctor/finding.ts'
import type { AgentAdapter, Environment } from '../../core/sessions/agent-adapter.ts'
import { objectIn, parsedJson, textOf } from '../../core/tailing/json-fields.ts'
import { joined } from '../homes.ts'

// A login file holds three tokens of a few kilobytes.
const TEXT_MAX = 1024 * 1024
const ID_CHARS_MAX = 320

const defaultHome = (environment: Environment): string => joined(environment, environment.home, '.codex')
const loginFile = (home: string, environment: Environment): string => joined(environment, home, 'auth.json')

export const codexAccounts: NonNullable<AgentAdapter['accounts']> = {
  variable: 'CODEX_HOME',
  overrides: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_ACCESS_TOKEN'],
  defaultHome,
  identityFiles: (home, environment) => [loginFile(home, environment)],
  identify,
  loginFile,
  signIn: ({ home, isDefault }) => `${isDefault ? '' : `CODEX_HOME=${shellWord(home)} `}codex login`,
  // Rollouts are listed in databases beside them: a shared folder alone is not enough to take up a thread from another home.
  conversations: [],
}

function identify(text: string): ClaimedIdentity | null {
  const file = text.length > TEXT_MAX ? {} : objectIn(parsedJson(text))
  const account = textOf(objectIn(file, 'tokens')['account_id']).slice(0, ID_CHARS_MAX)
  // A workspace of several people has one id too: who else is in it is not said here, so nothing is claimed of it.
  if (account !== '') return { parts: [account], kind: 'oauth', organisation: false }
  return textOf(file['OPENAI_API_KEY']) !== '' ? { parts: [], kind: 'api-key', organisation: false } : null
}
