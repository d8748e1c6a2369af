// Where Qwen Code keeps its chats. Candidates only: whether they exist is os/'s business.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogRoot } from '../../core/sessions/log-source.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

/** `projects` below what QWEN_RUNTIME_DIR, QWEN_HOME and (as other tools use it) QWEN_DATA_DIR name, and always below `~/.qwen`. */
export function chatRoots(environment: Environment): readonly LogRoot[] {
  const named = ['QWEN_RUNTIME_DIR', 'QWEN_HOME', 'QWEN_DATA_DIR'].flatMap(variable => homesOf(environment, variable))
  const homes = new Set([...named, joined(environment, environment.home, '.qwen')].map(home => home.replace(/[\\/]projects$/, '')))
  return [...homes].map(home => ({ path: joined(environment, home, 'projects'), account: accountOf(home, environment.home), configHome: home }))
}
