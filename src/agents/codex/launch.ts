// How Codex is started under supervision. Measured with 0.169: it makes its session's id itself, and its terminal surface
// hands the work to a daemon that outlives it unless told not to.
import type { AgentLaunch, Prepared } from '../../core/launch/agent-launch.ts'
import { typedWords, type Grammar } from '../../core/launch/typed-words.ts'
import { accountOf, homesOf, joined } from '../homes.ts'
import { isHelperWord } from './process.ts'

const VALUES = [
  'config', 'enable', 'disable', 'remote', 'remote-auth-token-env', 'model', 'local-provider', 'profile', 'sandbox', 'ask-for-approval', 'cd', 'add-dir', 'thread-source', 'cyber-access-program',
  'color', 'output-last-message', 'output-schema',
]
const GRAMMAR: Grammar = {
  takes: { ...Object.fromEntries(VALUES.map(name => [name, 'value' as const])), image: 'many' },
  short: { c: 'config', i: 'image', m: 'model', p: 'profile', s: 'sandbox', a: 'ask-for-approval', C: 'cd', o: 'output-last-message', h: 'help', V: 'version' },
}
const HEADLESS = new Set(['exec', 'e', 'review'])
const TERMINAL = new Set(['resume', 'fork'])
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
// As a setting and not as `--disable`: a version that does not know the feature refuses the flag and ignores the setting.
const IN_THIS_PROCESS = ['-c', 'features.daemon_auto_start=false']

const said = (name: string, value: string): readonly string[] => (value === '' ? [] : [name, value])

export const codexLaunch: AgentLaunch = {
  programs: ['codex'],
  leftovers: ['CODEX_THREAD_ID', 'CODEX_SESSION_*', 'CODEX_SANDBOX', 'CODEX_SANDBOX_*', 'CODEX_INTERNAL_*', 'CODEX_MANAGED_*', 'CODEX_SNAPSHOT_*', 'CODEX_CI'],
  variables: {},
  headless: {
    modes: ['read-only', 'workspace-write'],
    words: ({ mode, model }) => ['exec', ...said('--sandbox', mode), ...said('--model', model), '-'],
  },
  account: environment => accountOf(homesOf(environment, 'CODEX_HOME', joined(environment, environment.home, '.codex'))[0] as string, environment.home),

  prepare(args): Prepared {
    const { options, words } = typedWords(args, GRAMMAR)
    const [first = '', second = '', third = ''] = words
    if (isHelperWord(first) || options.has('help') || options.has('version')) return { ok: true, args, session: '', resumed: false, conversation: false, logged: false, limited: false }
    const headless = HEADLESS.has(first)
    const [verb, id] = headless ? [second, third] : [first, second]
    const resumed = verb === 'resume' && (headless || TERMINAL.has(first))
    return {
      ok: true, args: headless ? args : [...IN_THIS_PROCESS, ...args], session: resumed && UUID.test(id) ? id.toLowerCase() : '', resumed,
      conversation: true, logged: !options.has('ephemeral'), limited: false,
    }
  },
}
