// Which terminals there are on this machine: tmux on a server of our own, and terminals without a screen.
import { join } from 'node:path'
import type { Clock } from '../core/machine/clock.ts'
import type { ProcessTable, Signaller } from '../core/machine/process-table.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { Terminals } from '../core/sessions/terminals.ts'
import { headlessTerminals } from '../os/headless/headless-terminals.ts'
import type { Places } from '../os/paths.ts'
import { tmuxTerminals } from '../os/tmux/tmux-terminals.ts'

/** Neither starts anything before it is asked to open a terminal. */
export function openTerminals({ variables }: Environment, { state, runtime }: Places, { clock, processes, signaller }: { readonly clock: Clock; readonly processes: ProcessTable; readonly signaller: Signaller }): readonly Terminals[] {
  const sleep = (ms: number): Promise<void> => clock.sleep(ms)
  return [
    tmuxTerminals({ socket: join(runtime, 'tmux.sock'), variables: plain(variables), sleep }),
    headlessTerminals({ folder: join(state, 'seats'), processes, signaller, sleep }),
  ]
}

// What tmux itself needs; what runs in it gets an environment of its own.
const TMUX_NEEDS = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TMPDIR', 'XDG_RUNTIME_DIR'] as const

/** A terminal that draws in full needs a type, and a daemon has none. */
const plain = (variables: Environment['variables']): Readonly<Record<string, string>> => ({
  TERM: 'xterm-256color', ...Object.fromEntries(TMUX_NEEDS.flatMap(name => (variables[name] === undefined ? [] : [[name, variables[name]]]))),
})
