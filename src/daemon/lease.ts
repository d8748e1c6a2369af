// Being alone: a daemon for as long as it lives, a command for as long as it replaces what daemons rely on.
import { isAlive, type ProcessTable } from '../core/machine/process-table.ts'
import type { Stores } from '../core/stores.ts'
import { releaseLease, takeLease, type LeaseHolder } from '../flows/lease.ts'
import { bootId } from '../os/processes/boot-id.ts'
import type { Scope } from './scope.ts'

export interface LeaseWorld {
  readonly stores: Stores
  readonly processes: ProcessTable
  readonly version: string
  readonly pidExists: (pid: number) => boolean
}

/** Takes the lease for this process until the scope closes; throws `already_running` while another holds it. */
export async function holdLease(world: LeaseWorld, scope: Scope): Promise<void> {
  const self = await world.processes.self()
  const mine: LeaseHolder = { pid: self.pid, startTime: (await world.processes.inspect(self.pid))?.startTime ?? '', boot: bootId(), version: world.version }
  await takeLease(world.stores, mine, holder => holderAlive(world, holder))
  scope.own('lease', mine, held => releaseLease(world.stores, held))
}

/** Alive unless proven otherwise: another boot, no process with that pid, or one that started at another time. */
async function holderAlive({ processes, pidExists }: LeaseWorld, holder: LeaseHolder): Promise<boolean> {
  if (holder.boot !== bootId()) return false
  if (processes.shortfall !== '') return pidExists(holder.pid)
  const found = await processes.inspect(holder.pid)
  return isAlive(found) && (holder.startTime === '' || found.startTime === holder.startTime)
}
