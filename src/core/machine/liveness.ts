// Whether a process that was written down still is: who holds a claim, who owns a reservation. Death is proven or it is
// not: another boot, no process with that pid, another process under it, a zombie. Everything else is life, and `unknown`
// counts as life. A proof of death never expires.
import { isAlive, type ProcessIdentity, type ProcessInfo } from './process-table.ts'

/** Where a process is: a pid means something only there. */
export interface Seat {
  readonly node: string
  /** One boot of that machine. */
  readonly boot: string
  /** Its pid namespace; '' where there is none. */
  readonly namespace: string
}

export type Liveness = 'alive' | 'dead' | 'unknown'

/** What this machine shows of a pid, looked at just now. */
export interface Look {
  /** null: the table shows no such process. */
  readonly process: ProcessInfo | null
  /** Whether the kernel knows the pid at all: a process whose folder could not be read is no proof of anything. */
  readonly pidExists: boolean
  /** The table sees every process of ours. */
  readonly complete: boolean
}

// What os/processes/boot-id makes of wall clock and uptime where the kernel has no id: it moves when the clock is set, so it
// proves nothing; there pid and start time have to.
const isBootProof = (boot: string): boolean => boot !== '' && !boot.startsWith('boot-')

export function livenessOf(holder: Seat & ProcessIdentity, here: Seat, look: Look): Liveness {
  if (holder.node !== here.node) return 'unknown'
  if (isBootProof(holder.boot) && isBootProof(here.boot) && holder.boot !== here.boot) return 'dead'
  // In another container the same number is another process.
  if (holder.namespace !== here.namespace) return 'unknown'
  if (look.process === null) return look.pidExists ? 'unknown' : 'dead'
  if (holder.startTime === '' || look.process.startTime === '') return 'unknown'
  if (look.process.startTime !== holder.startTime) return 'dead'
  if (!isAlive(look.process)) return 'dead'
  return look.complete ? 'alive' : 'unknown'
}

/** Needs no look: the boot is over. */
export const isOfAnotherBoot = (holder: Seat, here: Seat): boolean =>
  holder.node === here.node && isBootProof(holder.boot) && isBootProof(here.boot) && holder.boot !== here.boot
