// The control plane of a command: the daemon when its socket answers, else this very process. Nothing is sent twice: a
// harmless `hello` proves the daemon before anything that changes the world goes to it.
import type { ControlPlane, OperationName, Operations } from '../api/control-plane.ts'
import { codeOf } from '../core/errors.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { Doors, Machine } from './doors.ts'

export interface ConnectOptions {
  readonly environment: Environment
  readonly doors: Pick<Doors, 'socket' | 'inProcess'>
  readonly machine: () => Promise<Machine>
  /** Told once when the daemon is of another version. */
  readonly onOtherVersion: (text: string) => void
}

// Answers by itself which version runs, and must be quick: no hello before it. Sent again in-process at no cost.
const SELF_DESCRIBING: ReadonlySet<OperationName> = new Set(['status', 'hello'])
// Means the running daemon, so another process cannot stand in for it.
const DAEMON_ONLY: ReadonlySet<OperationName> = new Set(['down', 'hello'])

export function connect(options: ConnectOptions): ControlPlane {
  let proven: Promise<ControlPlane> | undefined
  const opened = new Set<ControlPlane>()
  const keep = (plane: ControlPlane): ControlPlane => {
    opened.add(plane)
    return plane
  }
  const local = async (): Promise<ControlPlane> => keep(await options.doors.inProcess({ environment: options.environment }))
  const socket = async (): Promise<ControlPlane> => keep(options.doors.socket((await options.machine()).places.socket))

  const choose = async (daemonOnly: boolean): Promise<ControlPlane> => {
    const daemon = await socket()
    try {
      await noticeVersion(daemon, options)
      return daemon
    } catch (error) {
      if (daemonOnly || !isNobodyThere(error, options.environment)) throw error
      return await local()
    }
  }

  return {
    async call<N extends OperationName>(name: N, input: Operations[N]['in']): Promise<Operations[N]['out']> {
      if (!proven && SELF_DESCRIBING.has(name)) return await describe(name, input)
      proven ??= choose(DAEMON_ONLY.has(name))
      return await (await proven).call(name, input)
    },
    async close() {
      await Promise.all([...opened].map(plane => plane.close()))
      opened.clear()
    },
  }

  async function describe<N extends OperationName>(name: N, input: Operations[N]['in']): Promise<Operations[N]['out']> {
    const daemon = await socket()
    try {
      const answer = await daemon.call(name, input)
      proven = Promise.resolve(daemon)
      // The daemon's own answer names the daemon's version; one comparison instead of one more round trip.
      const [own, theirs] = [(await options.machine()).version(), (answer as { version?: string }).version]
      if (theirs !== undefined && theirs !== own) options.onOtherVersion(otherVersionText(own, theirs))
      return answer
    } catch (error) {
      if (DAEMON_ONLY.has(name) || !isNobodyThere(error, options.environment)) throw error
      proven = local()
      return await (await proven).call(name, input)
    }
  }
}

/** True when no program listens at all; a daemon that hangs or hangs up is a fault to report, not to work around. */
export function isNobodyThere(error: unknown, environment: Pick<Environment, 'platform'>): boolean {
  if (codeOf(error) !== 'daemon_unreachable') return false
  const cause = (error as { cause?: { code?: unknown } }).cause?.code
  return cause === 'ENOENT' || cause === 'ECONNREFUSED' || cause === 'ENOTDIR' || (environment.platform === 'win32' && cause === 'EACCES')
}

async function noticeVersion(daemon: ControlPlane, options: ConnectOptions): Promise<void> {
  const own = (await options.machine()).version()
  let theirs: string | null = null
  try {
    theirs = (await daemon.call('hello', {})).version
  } catch (error) {
    // A daemon from before `hello` existed answers, but does not know it.
    if (codeOf(error) !== 'not_found') throw error
  }
  if (theirs !== own) options.onOtherVersion(otherVersionText(own, theirs))
}

export const RESTART = 'purser down && purser up --detach'

export function otherVersionText(own: string, theirs: string | null): string {
  if (theirs === null) return `the running daemon is older than this command line (${own}); restart it: ${RESTART}`
  return isNewer(theirs, own)
    ? `the running daemon is version ${theirs}, newer than this command line (${own}); use the newer purser, or go back with: ${RESTART}`
    : `the running daemon is version ${theirs}, this command line is ${own}; restart it: ${RESTART}`
}

/** By the three numbers; what stands behind a dash does not count. */
export function isNewer(a: string, b: string): boolean {
  const parts = (version: string): number[] => (version.split('-')[0] ?? '').split('.').map(Number)
  const [left, right] = [parts(a), parts(b)]
  for (let at = 0; at < 3; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}
