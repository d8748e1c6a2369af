// The only module that sends a signal. It trusts nobody: whoever proved the target, here it is looked at once more, in
// the same turn as the signal, and refused unless it is that very process, ours to signal, and nobody we live in.
import { readFileSync } from 'node:fs'
import type { ProcessInfo, ProcessTable, ProvenProcess, Self, Signaller, SignalResult, StopSignal } from '../../core/machine/process-table.ts'
import { identityText, isAlive } from '../../core/machine/process-table.ts'

/** May this process be signalled at all in this run? Under test: only what the test registered. */
export type PidGuard = (process: { readonly pid: number; readonly startTime: string }) => boolean

export interface SignallerOptions {
  readonly table: ProcessTable
  readonly allowed?: PidGuard
  /** Sends the signal; throws with `code` ESRCH or EPERM. */
  readonly kill?: (pid: number, signal: StopSignal) => void
}

export function signaller({ table, allowed = guardFrom(process.env), kill = (pid, signal) => { process.kill(pid, signal) } }: SignallerOptions): Signaller {
  return {
    async send(proven, signal) {
      const self = await table.self()
      const early = neverSignalled(proven.pid, self)
      if (early !== '') return refused(early)
      const held = proven.held ?? (await table.hold(proven.pid))
      if (held === null) return { sent: false, why: 'gone', detail: `pid ${proven.pid} is gone` }
      try {
        // From this look to the signal nothing is awaited: about 20 microseconds, and the hold closes even those for
        // everything but the kernel's own last step.
        const now = held.look()
        const objection = objectionTo(now, proven, self) ?? (allowed(proven) ? null : refused(`a test did not register pid ${proven.pid}`))
        if (objection) return objection
        return deliver(proven.pid, signal, kill)
      } finally {
        if (held !== proven.held) held.release()
      }
    },
  }
}

const refused = (detail: string): SignalResult => ({ sent: false, why: 'refused', detail })

/** kill(2) takes 0 and negative numbers for whole groups and 1 for init. */
function neverSignalled(pid: number, self: Self): string {
  if (!Number.isSafeInteger(pid) || pid <= 1) return `${pid} is never signalled`
  if (pid === self.pid) return `pid ${pid} is purser itself`
  if (self.ancestors.includes(pid)) return `pid ${pid} is an ancestor of purser`
  if (self.uid < 0) return 'this platform does not say whose processes are whose'
  return ''
}

function objectionTo(now: ProcessInfo | null, proven: ProvenProcess, self: Self): SignalResult | null {
  if (!isAlive(now)) return { sent: false, why: 'gone', detail: `pid ${proven.pid} is gone` }
  if (now.pid !== proven.pid || now.startTime !== proven.startTime) return { sent: false, why: 'another_process', detail: `pid ${proven.pid} is ${identityText(now)} now, not ${identityText(proven)}` }
  if (proven.exe !== '' && now.exe !== proven.exe) return { sent: false, why: 'another_process', detail: `pid ${proven.pid} runs another program now` }
  if (now.uid !== self.uid) return refused(`pid ${proven.pid} belongs to uid ${now.uid}`)
  if (now.namespace !== self.namespace) return refused(`pid ${proven.pid} is in another pid namespace`)
  return null
}

function deliver(pid: number, signal: StopSignal, kill: (pid: number, signal: StopSignal) => void): SignalResult {
  try {
    kill(pid, signal)
    return { sent: true }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH') return { sent: false, why: 'gone', detail: `pid ${pid} is gone` }
    if (code === 'EPERM') return { sent: false, why: 'not_permitted', detail: `the system does not permit ${signal} to pid ${pid}` }
    throw error
  }
}

/**
 * PURSER_TEST_PIDS names a file with one registered process a line, `pid` or `pid@startTime`, read at every signal.
 * Below a test runner without that file nothing may be signalled at all.
 */
export function guardFrom(variables: Readonly<Record<string, string | undefined>>): PidGuard {
  const file = variables['PURSER_TEST_PIDS']
  if (file === undefined) return () => variables['VITEST'] === undefined && variables['NODE_ENV'] !== 'test'
  return process => {
    const registered = new Set(registeredIn(file))
    return registered.has(String(process.pid)) || registered.has(identityText(process))
  }
}

function registeredIn(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(line => line !== '')
  } catch {
    // A registry that cannot be read registers nobody.
    return []
  }
}

/** Is there any process with this pid, whoever owns it? For platforms whose table is closed to us; proves no identity. */
export function pidExists(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Stops this very process, as Ctrl-Z would, until somebody sends SIGCONT. */
export function suspendSelf(): void {
  process.kill(process.pid, 'SIGSTOP')
}
