// How OpenCode is started under supervision. Measured with 1.18: it makes its session's id itself, holds no limit and is
// one process.
import type { AgentLaunch, Prepared, Unlaunchable } from '../../core/launch/agent-launch.ts'
import { typedWords, type Grammar } from '../../core/launch/typed-words.ts'
import { dataHomes, homesOf, accountOf } from '../homes.ts'
import { isHelperWord } from './process.ts'

const VALUES = ['model', 'session', 'prompt', 'agent', 'port', 'hostname', 'log-level', 'command', 'file', 'title', 'attach', 'variant', 'format', 'dir', 'cors', 'mdns-domain', 'username', 'password']
const GRAMMAR: Grammar = {
  takes: Object.fromEntries(VALUES.map(name => [name, 'value' as const])),
  short: { m: 'model', s: 'session', c: 'continue', f: 'file', p: 'password', u: 'username', h: 'help', v: 'version' },
}

export const opencodeLaunch: AgentLaunch = {
  programs: ['opencode'],
  leftovers: ['OPENCODE', 'OPENCODE_PID', 'OPENCODE_SESSION_*', 'OPENCODE_WORKSPACE_ID'],
  variables: {},
  account: environment => accountOf(homesOf(environment, 'OPENCODE_DATA_DIR', ...dataHomes(environment, 'opencode'))[0] as string, environment.home),

  prepare(args): Prepared | Unlaunchable {
    const { options, words } = typedWords(args, GRAMMAR)
    if (isHelperWord(words[0] ?? '') || options.has('help') || options.has('version')) return { ok: true, args, session: '', resumed: false, conversation: false, logged: false, limited: false }
    if (options.has('attach')) return { ok: false, because: 'with --attach the work is done by a server, where purser run cannot hold it', instead: 'leave out --attach' }
    const forked = options.has('fork'), named = options.get('session') ?? ''
    const resumed = !forked && (options.has('continue') || named !== '')
    return { ok: true, args, session: resumed ? named : '', resumed, conversation: true, logged: true, limited: false }
  },
}
