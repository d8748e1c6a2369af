// Where Gemini CLI keeps its chats. Candidates only: whether they exist is os/'s business.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogRoot } from '../../core/sessions/log-source.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

/** `<home>/.gemini/tmp`. GEMINI_CLI_HOME takes the place of the user's home; the default is read as well, whichever shell started us. */
export function chatRoots(environment: Environment): readonly LogRoot[] {
  const replaced = homesOf(environment, 'GEMINI_CLI_HOME').map(home => joined(environment, home, '.gemini'))
  const homes = [...replaced, ...homesOf(environment, 'GEMINI_DATA_DIR', joined(environment, environment.home, '.gemini'))]
  return [...new Set(homes)].map(home => rootOf(home, environment))
}

/** An entry may be the config home or, as other tools allow, its `tmp` folder itself. */
function rootOf(entry: string, environment: Environment): LogRoot {
  const isTmp = /[\\/]tmp$/.test(entry)
  const configHome = isTmp ? entry.slice(0, -'/tmp'.length) : entry
  return { path: isTmp ? entry : joined(environment, entry, 'tmp'), account: accountOf(configHome, environment.home), configHome }
}
