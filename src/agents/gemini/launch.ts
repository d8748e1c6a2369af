// How Gemini CLI is started under supervision. Measured with 0.61: it takes a session's id; by itself it starts anew with
// more memory, and then its first process heeds no signal.
import type { AgentLaunch, LaunchWish, Prepared } from '../../core/launch/agent-launch.ts'
import { typedWords, type Grammar } from '../../core/launch/typed-words.ts'
import { accountOf, homesOf, joined } from '../homes.ts'
import { isHelperWord } from './process.ts'

const VALUES = [
  'model', 'prompt', 'prompt-interactive', 'worktree', 'approval-mode', 'policy', 'admin-policy', 'allowed-mcp-server-names', 'allowed-tools', 'extensions', 'session-file', 'session-id',
  'delete-session', 'include-directories', 'output-format',
]
const GRAMMAR: Grammar = {
  takes: { ...Object.fromEntries(VALUES.map(name => [name, 'value' as const])), resume: 'maybe' },
  short: { m: 'model', p: 'prompt', i: 'prompt-interactive', w: 'worktree', e: 'extensions', r: 'resume', o: 'output-format', l: 'list-extensions', v: 'version', h: 'help' },
}
const NO_CONVERSATION = ['help', 'version', 'list-extensions', 'list-sessions', 'delete-session']
const TAKES_UP = ['resume', 'session-file']
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
// The first version this was seen with. An earlier one refuses an option it does not know.
const TAKES_AN_ID = [0, 61] as const

export const geminiLaunch: AgentLaunch = {
  programs: ['gemini'],
  leftovers: ['GEMINI_CLI', 'GEMINI_SESSION_ID', 'GEMINI_CWD', 'GEMINI_PROJECT_DIR', 'GEMINI_PLANS_DIR'],
  variables: { GEMINI_CLI_NO_RELAUNCH: 'true' },
  account: environment => accountOf(homesOf(environment, 'GEMINI_CLI_HOME').map(home => joined(environment, home, '.gemini'))[0] ?? joined(environment, environment.home, '.gemini'), environment.home),

  prepare(args, wish): Prepared {
    const { options, words } = typedWords(args, GRAMMAR)
    if (isHelperWord(words[0] ?? '') || NO_CONVERSATION.some(name => options.has(name))) return { ok: true, args, session: '', resumed: false, conversation: false, logged: false, limited: false }
    const own = options.get('session-id') ?? '', named = options.get('resume') ?? ''
    const resumed = own === '' && TAKES_UP.some(name => options.has(name))
    const mint = own === '' && !resumed && takesAnId(wish)
    const session = own !== '' ? own : mint ? wish.minted : UUID.test(named) ? named.toLowerCase() : ''
    return { ok: true, args: mint ? ['--session-id', session, ...args] : args, session, resumed, conversation: true, logged: true, limited: false }
  },
}

function takesAnId({ version }: LaunchWish): boolean {
  const [major = -1, minor = -1] = version.split('.').map(Number)
  return major > TAKES_AN_ID[0] || (major === TAKES_AN_ID[0] && minor >= TAKES_AN_ID[1])
}
