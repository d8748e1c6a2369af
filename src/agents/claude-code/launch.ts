// How Claude Code is started under supervision. Measured with 2.1.329: it takes a session's id, and headless a limit in
// dollars, which it checks after each response and which counts this process only.
import type { AgentLaunch, LaunchWish, Prepared, Unlaunchable } from '../../core/launch/agent-launch.ts'
import { typedWords, type Grammar, type Typed } from '../../core/launch/typed-words.ts'
import { usdText } from '../../core/money.ts'
import { homesOf, joined } from '../homes.ts'
import { accountOf } from './paths.ts'
import { isHelperWord } from './process.ts'

const MANY = ['add-dir', 'allowedTools', 'allowed-tools', 'disallowedTools', 'disallowed-tools', 'betas', 'file', 'mcp-config', 'tools'] as const
const MAYBE = ['cloud', 'debug', 'from-pr', 'prompt-suggestions', 'remote-control', 'resume', 'teleport', 'worktree'] as const
const VALUE = [
  'agent', 'agents', 'append-system-prompt', 'append-system-prompt-file', 'autocompact', 'debug-file', 'effort', 'environment', 'fallback-model', 'input-format', 'json-schema',
  'max-budget-usd', 'max-turns', 'model', 'name', 'output-format', 'permission-mode', 'permission-prompts', 'permission-prompt-tool', 'plugin-dir', 'plugin-url',
  'remote-control-session-name-prefix', 'session-id', 'setting-sources', 'settings', 'system-prompt', 'system-prompt-file', 'system-prompt-snapshot',
] as const
const takes = (names: readonly string[], how: Grammar['takes'][string]): Grammar['takes'] => Object.fromEntries(names.map(name => [name, how]))
/** Every option of its command line, and what it takes. */
export const CLAUDE_CODE_GRAMMAR: Grammar = {
  takes: { ...takes(MANY, 'many'), ...takes(MAYBE, 'maybe'), ...takes(VALUE, 'value') },
  short: { p: 'print', c: 'continue', r: 'resume', d: 'debug', n: 'name', w: 'worktree', h: 'help', v: 'version' },
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
// What goes on elsewhere when the command has ended.
const ELSEWHERE: Readonly<Record<string, string>> = { bg: 'in the background', background: 'in the background', cloud: 'in the cloud', desktop: 'in the desktop app', tmux: 'in tmux' }

const said = (name: string, value: string): readonly string[] => (value === '' ? [] : [name, value])

export const claudeCodeLaunch: AgentLaunch = {
  programs: ['claude'],
  leftovers: [
    'CLAUDECODE', 'CLAUDE_PID', 'CLAUDE_EFFORT', 'CLAUDE_ENV_FILE', 'CLAUDE_JOB_DIR', 'CLAUDE_PROJECT_DIR', 'CLAUDE_PLUGIN_ROOT', 'CLAUDE_PLUGIN_DATA', 'CLAUDE_SKILL_DIR', 'CLAUDE_SESSION_*',
    'CLAUDE_BG_*', 'CLAUDE_BRIDGE_*', 'CLAUDE_RUNNER_*', 'CLAUDE_PTY_*', 'CLAUDE_RELAUNCH_*', 'CLAUDE_CODE_CHILD_*', 'CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_SESSION_*', 'CLAUDE_CODE_SESSIONS_*',
    'CLAUDE_CODE_MESSAGING_*', 'CLAUDE_CODE_BRIDGE_*', 'CLAUDE_CODE_RESUME_FROM_SESSION', 'CLAUDE_CODE_RESUME_PROMPT', 'CLAUDE_CODE_RESUME_REASON', 'CLAUDE_CODE_RELAUNCH_*', 'CLAUDE_CODE_SPAWN*',
    'CLAUDE_CODE_SSE_PORT', 'CLAUDE_CODE_TMUX_*', 'CLAUDE_CODE_TOOL_USE_ID', 'CLAUDE_CODE_TEAMMATE_*', 'CLAUDE_CODE_TASK_LIST_ID', 'CLAUDE_CODE_SHELL_HANDOVER_*', 'CLAUDE_CODE_AGENT',
  ],
  // Without a log there is no bill: the client keeps none where it believes to be part of another session.
  variables: { CLAUDE_CODE_FORCE_SESSION_PERSISTENCE: '1' },

  headless: {
    modes: ['manual', 'plan', 'acceptEdits', 'auto', 'dontAsk'],
    words: ({ mode, model }) => ['--print', ...said('--permission-mode', mode), ...said('--model', model)],
  },

  /** It uses the one home the variable names, else its default: no list, unlike what logs are read from. */
  account: environment => accountOf(homesOf(environment, 'CLAUDE_CONFIG_DIR', joined(environment, environment.home, '.claude'))[0] as string, environment.home),

  prepare(args, wish): Prepared | Unlaunchable {
    const typed = typedWords(args, CLAUDE_CODE_GRAMMAR)
    const { options } = typed
    if (isHelperWord(typed.words[0] ?? '') || options.has('help') || options.has('version')) return { ok: true, args, session: '', resumed: false, conversation: false, logged: false, limited: false }
    const elsewhere = Object.keys(ELSEWHERE).find(name => options.has(name))
    if (elsewhere !== undefined) return { ok: false, because: `with --${elsewhere} the session goes on ${ELSEWHERE[elsewhere]}, where purser run cannot hold it`, instead: `leave out --${elsewhere}` }
    const { session, mint, resumed } = sessionOf(typed, wish)
    const limit = limitFor(typed, wish)
    return {
      // In front, where no list of values can swallow them and a prompt behind `--` stays one.
      ok: true, args: [...(mint ? ['--session-id', session] : []), ...(limit === null ? [] : ['--max-budget-usd', limit]), ...args],
      session, resumed, conversation: true, logged: !options.has('no-session-persistence'), limited: limit !== null || options.has('max-budget-usd'),
    }
  },
}

/** The person's own id before ours; a conversation that is taken up has one already, unless it is forked. */
function sessionOf({ options }: Typed, { minted }: LaunchWish): { readonly session: string; readonly mint: boolean; readonly resumed: boolean } {
  const own = options.get('session-id') ?? ''
  if (own !== '') return { session: own, mint: false, resumed: false }
  const takesUp = ['continue', 'resume', 'from-pr', 'teleport'].some(name => options.has(name))
  if (!takesUp || options.has('fork-session')) return { session: minted, mint: true, resumed: false }
  const named = options.get('resume') ?? ''
  return { session: UUID.test(named) ? named.toLowerCase() : '', mint: false, resumed: true }
}

/** Only headless does the client hold a limit, and the person's own one stays. */
function limitFor({ options }: Typed, { limit }: LaunchWish): string | null {
  return limit === null || !options.has('print') || options.has('max-budget-usd') ? null : usdText(limit)
}
