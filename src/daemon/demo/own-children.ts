// The only processes a demonstration knows: those it started itself, by pid and start time. Everybody else's are neither
// seen by its enforcement nor reachable by its signals, whatever a rule may conclude.
import { AppError } from '../../core/errors.ts'
import type { ProcessIdentity, ProcessTable, Signaller } from '../../core/machine/process-table.ts'
import { narrowed } from '../../os/processes/process-table.ts'
import { signaller, type PidGuard, type SignallerOptions } from '../../os/processes/signals.ts'

export interface OwnChildren {
  /** The machine's table without everybody else. */
  readonly table: ProcessTable
  readonly signaller: Signaller
  /** Takes on a child that was just started; throws when it is gone already. */
  adopt(pid: number): Promise<ProcessIdentity>
  /** Its end was collected: from now on the pid may be anybody's. */
  forget(pid: number): void
}

/** `guard` is asked on top of our own knowledge: under test it knows what the test registered. */
export function ownChildren(table: ProcessTable, guard: PidGuard, options: Pick<SignallerOptions, 'kill'> = {}): OwnChildren {
  const children = new Map<number, string>()
  const own = narrowed(table, pid => children.has(pid))
  const isOwn: PidGuard = ({ pid, startTime }) => children.get(pid) === startTime
  return {
    table: own,
    signaller: signaller({ ...options, table: own, allowed: process => isOwn(process) && guard(process) }),
    async adopt(pid) {
      const found = await table.inspect(pid)
      if (!found) throw new AppError('unavailable', `process ${pid} ended as soon as it was started`)
      if (found.startTime === '') throw new AppError('unavailable', `this system does not say when process ${pid} started, so purser would never signal it`)
      children.set(pid, found.startTime)
      return { pid, startTime: found.startTime }
    },
    forget: pid => { children.delete(pid) },
  }
}
