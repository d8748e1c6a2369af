// Starts a daemon of its own: a new session without a terminal, its output appended to the log. The environment is
// picked by name, since a daemon started from inside an agent would hand that agent's variables to everything it starts.
import { spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { shellWord } from '../core/doctor/finding.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { ensurePrivateFolder, placesFor } from '../os/paths.ts'

const KEPT = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|XDG_.*|PURSER_.*|CLAUDE_CONFIG_DIR|DISPLAY|WAYLAND_DISPLAY|DBUS_SESSION_BUS_ADDRESS|APPDATA|LOCALAPPDATA|USERPROFILE|SYSTEMROOT)$/

/** The variables a daemon may inherit. */
export const daemonVariables = (variables: Environment['variables']): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined && KEPT.test(entry[0])))

// More than any refusal has, less than a loop of them.
const SAID_BYTES_MAX = 4_000

/** `exited` resolves with the exit code should it end while we still watch; `said` is what it has written to the log. */
export async function detach({ environment, command }: { readonly environment: Environment; readonly command: readonly string[] }): Promise<{ pid: number; exited: Promise<number>; said: () => string }> {
  const places = placesFor(environment.variables)
  ensurePrivateFolder(places.state, process.getuid?.())
  const output = openSync(places.log, 'a', 0o600)
  const begin = fstatSync(output).size
  try {
    const [program = '', ...args] = command
    const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output], env: daemonVariables(environment.variables), cwd: dirname(places.state) })
    const exited = new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(code ?? (signal ? 128 : 1)))
    })
    child.unref()
    return { pid: child.pid ?? 0, exited, said: () => readFileSync(places.log).subarray(begin).subarray(0, SAID_BYTES_MAX).toString('utf8').trim() || fullDiskText(places.state) }
  } finally {
    closeSync(output)
  }
}

// A refusal has some hundred bytes; file systems give room by the block.
const ROOM_BYTES_MIN = 8_192

/** Whoever cannot write says nothing, and on a full disk that is why. */
function fullDiskText(state: string): string {
  const { bavail, bsize } = statfsSync(state)
  return bavail * bsize < ROOM_BYTES_MIN ? `the disk under ${state} is full; free some space: df -h ${shellWord(state)}` : ''
}
