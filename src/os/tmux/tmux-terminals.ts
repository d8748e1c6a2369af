// Terminals in tmux, on a server of purser's own: other servers are never spoken to, and on this one only what bears our
// stamp is closed or typed into. Every check and what follows from it are one command of the server.
import { AppError, assert } from '../../core/errors.ts'
import { isStamp, isTerminalName, type Terminal, type Terminals, type TerminalSpec } from '../../core/sessions/terminals.ts'
import { isNoServer, tmuxOn, type TmuxCall, type TmuxResult, type TmuxRunner } from './tmux-command.ts'
import { versionFlaw } from './tmux-version.ts'
import { exactly, MESSAGE_BYTES_MAX, paneCommand, paneOf } from './tmux-words.ts'

export interface TmuxOptions {
  readonly socket: string
  /** What tmux itself runs with: a few plain ones. Its programs have them too, unless their own environment says otherwise. */
  readonly variables: Readonly<Record<string, string>>
  readonly sleep: (ms: number) => Promise<void>
}

const STAMP_OPTION = '@purser'
// No name of a session holds one. In a locale that is not UTF-8 tmux prints what it cannot show, a tab for one, as `_`.
const BETWEEN = ':'
const FORMAT = ['#{session_name}', '#{pane_id}', '#{pane_pid}', '#{pane_dead}', '#{pane_dead_status}', '#{pane_dead_signal}', `#{${STAMP_OPTION}}`].join(BETWEEN)
// Agents draw for the width they find; a person who looks brings a window of their own.
const COLUMNS = '160', ROWS = '48'
const HISTORY_LINES = '10000'
const SCREEN_LINES_MAX = 200
const ENDING = /server exited|lost server/
const ENDING_TRIES_MAX = 10, ENDING_MS = 50
// An agent takes Enter within 120 ms of a paste for a part of it.
const PASTE_SETTLES_MS = 200

// Set before the first program starts: a program that has ended stays to be asked how, and what our caller happens to
// have in its environment is not passed on behind our back.
const SERVER = [
  'start-server', ';', 'set-option', '-s', 'exit-empty', 'off', ';', 'set-option', '-g', 'history-limit', HISTORY_LINES, ';',
  'set-option', '-gw', 'remain-on-exit', 'on', ';', 'set-option', '-g', 'escape-time', '20',
] as const

export function tmuxTerminals({ socket, variables, sleep }: TmuxOptions): Terminals {
  const run = tmuxOn(socket, variables)
  return {
    driver: 'tmux',
    async shortfall() {
      const { ok, stdout } = await run({ args: ['-V'] })
      return ok ? versionFlaw(stdout) : 'tmux is not installed; install tmux 3.3 or newer'
    },
    list: () => list(run),
    open: spec => open(run, spec, sleep),
    async close({ name, stamp }) {
      return guarded(run, name, stamp, `kill-session -t ${exactly(name)}`)
    },
    async screen({ name, stamp }) {
      const own = await ours(run, name, stamp)
      if (!own) return null
      const { ok, stdout } = await run({ args: ['capture-pane', '-p', '-J', '-t', own.handle] })
      return ok ? stdout.replace(/\n+$/, '').split('\n').slice(-SCREEN_LINES_MAX) : null
    },
    async say({ name, stamp }, text) {
      const buffer = `purser-${stamp}`
      const own = await ours(run, name, stamp)
      if (!own || own.ended !== null) return false
      if (!(await run({ args: ['load-buffer', '-b', buffer, '-'], stdin: text })).ok) return false
      // The pane is asked for anew by name and stamp in the command that types.
      if (!(await guarded(run, name, stamp, `paste-buffer -d -p -b ${buffer} -t ${paneOf(name)}`))) return false
      await sleep(PASTE_SETTLES_MS)
      return guarded(run, name, stamp, `send-keys -t ${paneOf(name)} Enter`)
    },
    attachArgv: name => ['tmux', '-S', socket, '-f', '/dev/null', 'attach-session', '-t', exactly(name)],
  }
}

/**
 * Runs a command of ours if the session of this name bears this stamp. tmux parses such a command itself, so it is made
 * of checked names and constants alone.
 */
async function guarded(run: TmuxRunner, name: string, stamp: string, command: string): Promise<boolean> {
  assert(isTerminalName(name) && isStamp(stamp), 'a terminal has a plain name and a stamp')
  const { ok, stdout } = await run({ args: ['if-shell', '-F', '-t', paneOf(name), `#{==:#{${STAMP_OPTION}},${stamp}}`, `${command} ; display-message -p done`] })
  return ok && stdout.trim() === 'done'
}

async function ours(run: TmuxRunner, name: string, stamp: string): Promise<Terminal | null> {
  return (await list(run)).find(each => each.name === name && each.stamp === stamp && stamp !== '') ?? null
}

/**
 * Of the programs that hung up without a word, tmux may have missed the death: 3.3 does not always hear of a child that
 * ends while its pane is made (one in 60 on a loaded machine), and then keeps the zombie until another child of its own
 * ends. So one does, and they are asked again: whoever still has no word lives on.
 */
async function list(run: TmuxRunner): Promise<readonly Terminal[]> {
  const found = await panes(run)
  if (!found.some(({ silent }) => silent)) return found.map(({ terminal }) => terminal)
  await run({ args: ['run-shell', 'true'] })
  return (await panes(run)).map(({ terminal }) => terminal)
}

/** `silent`: hung up, and tmux does not know how its program ended, or whether. */
async function panes(run: TmuxRunner): Promise<readonly { readonly terminal: Terminal; readonly silent: boolean }[]> {
  const { ok, stdout, stderr } = await run({ args: ['list-panes', '-a', '-F', FORMAT] })
  if (!ok) {
    if (isNoServer(stderr)) return []
    throw new AppError('unavailable', `the terminals cannot be listed: ${stderr}`)
  }
  return stdout.split('\n').filter(line => line !== '').map(line => {
    const [name = '', handle = '', pid = '', dead = '', status = '', signal = '', stamp = ''] = line.split(BETWEEN)
    const told = dead === '1' && (status !== '' || signal !== '')
    const terminal = { name, handle, pid: Number(pid), stamp: isStamp(stamp) ? stamp : '', ended: told ? { code: status === '' ? null : Number(status) } : null }
    return { terminal, silent: dead === '1' && !told }
  })
}

async function open(run: TmuxRunner, { name, stamp, argv, cwd, variables }: TerminalSpec, sleep: TmuxOptions['sleep']): Promise<Terminal> {
  assert(isTerminalName(name) && isStamp(stamp) && argv.length > 0, 'a terminal has a plain name, a stamp and a program')
  const args = [
    ...taken(variables), 'new-session', '-d', '-s', name, '-x', COLUMNS, '-y', ROWS, '--', ...paneCommand(argv), ';',
    'set-option', '-t', paneOf(name), STAMP_OPTION, stamp, ';', 'set-option', '-s', 'exit-empty', 'on',
  ]
  fits('the command is', args.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0))
  for (const [key, value] of Object.entries(variables)) fits(`the variable ${key} is`, Buffer.byteLength(`${key}=${value}`))
  let { ok, stderr } = await begun(run, { args, cwd, variables })
  // A server whose last session was just closed is on its way out, and takes a newcomer with it.
  for (let again = 0; !ok && (ENDING.test(stderr) || isNoServer(stderr)) && again < ENDING_TRIES_MAX; again++) {
    await sleep(ENDING_MS)
    ;({ ok, stderr } = await begun(run, { args, cwd, variables }))
  }
  // What would stay is a server that nobody is in.
  if (!ok) await run({ args: ['-N', 'set-option', '-s', 'exit-empty', 'on'] })
  if (!ok) throw new AppError(/duplicate session/.test(stderr) ? 'conflict' : 'unavailable', `terminal ${name} was not opened: ${stderr}`)
  const opened = await ours(run, name, stamp)
  // Should it be there all the same, it would run on unknown to anybody.
  if (!opened) await guarded(run, name, stamp, `kill-session -t ${exactly(name)}`)
  if (!opened) throw new AppError('unavailable', `terminal ${name} was opened and is gone again`)
  return opened
}

/** The server first and by itself: its own command line, which everybody may read, names no program and no value of ours. */
async function begun(run: TmuxRunner, { args, cwd, variables }: Required<Pick<TmuxCall, 'args' | 'cwd' | 'variables'>>): Promise<TmuxResult> {
  const server = await run({ args: SERVER })
  return server.ok ? run({ args: ['-N', ...args], cwd, variables }) : server
}

/**
 * Values come with the environment of the tmux that asks, never as its words: those are for everybody to read. A session
 * takes from it what this names.
 */
function taken(variables: TerminalSpec['variables']): readonly string[] {
  const odd = Object.keys(variables).find(name => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
  if (odd !== undefined) throw new AppError('refused', `tmux takes no variable called "${odd}"; unset it`)
  return ['set-option', '-g', 'update-environment', Object.keys(variables).join(' '), ';']
}

function fits(what: string, bytes: number): void {
  if (bytes > MESSAGE_BYTES_MAX) throw new AppError('refused', `${what} ${bytes} bytes long, and tmux takes ${MESSAGE_BYTES_MAX}; shorten it`)
}
