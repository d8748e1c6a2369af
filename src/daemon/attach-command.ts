// Shows a terminal of ours in the person's own: their tmux client, on our server, until they leave it.
import { spawn } from 'node:child_process'
import { AppError } from '../core/errors.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { exitCodeOf } from '../os/processes/gated-child.ts'

export function attach({ argv, environment }: { readonly argv: readonly string[]; readonly environment: Environment }): Promise<number> {
  const [program = '', ...args] = argv
  // tmux refuses a client inside of another one's pane, which it knows by these: ours is another server.
  const { TMUX: _, TMUX_PANE: __, ...variables } = environment.variables
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: variables, stdio: 'inherit' })
    child.once('error', cause => reject(new AppError('unavailable', `cannot start ${program}: ${cause.message}`, { cause })))
    child.once('exit', (code, signal) => resolve(exitCodeOf({ code, signal })))
  })
}
