// Whether the owner of a reservation still lives, from the process table and from what sessions' hooks and registries
// said. Alive until proven dead: by a process that is gone, by another one at its pid, by a boot of before.
import { livenessOf, type Liveness } from '../../core/machine/liveness.ts'
import { isAlive, type ProcessTable } from '../../core/machine/process-table.ts'
import type { Owner, OwnerSight } from '../../core/reservations/owner.ts'
import type { SaidOwner } from '../../core/reservations/parse.ts'
import type { Stores } from '../../core/stores.ts'

export interface OwnersWorld { readonly stores: Stores; readonly processes: ProcessTable; readonly pidExists: (pid: number) => boolean; readonly node: string; readonly boot: string }

export function ownerSight({ stores, processes, pidExists, node, boot }: OwnersWorld): OwnerSight {
  const look = async (bootOf: string, pid: number, startTime: string): Promise<Liveness> => {
    const [found, { namespace }] = [await processes.inspect(pid), await processes.self()]
    return livenessOf({ node, boot: bootOf, namespace, pid, startTime }, { node, boot, namespace }, { process: found, pidExists: found !== null || pidExists(pid), complete: processes.shortfall === '' })
  }
  return {
    async look(owner) {
      if (owner.kind === 'none') return 'nobody'
      // What runs on another machine is not seen from here, and what is not seen is not dead.
      if (owner.node !== node) return 'unknown'
      if (owner.kind === 'process') return look(owner.boot, owner.pid, owner.startTime)
      const session = await stores.read(() => stores.sessions.get(owner.agent, owner.session))
      if (!session) return 'unknown'
      if (session.pid !== null && session.startTime !== null) return look(boot, session.pid, session.startTime)
      return session.endedAt === null ? 'unknown' : 'dead'
    },
  }
}

/** The owner that was named, when it is one: a process of ours that runs, or a session some log, hook or registry told of. */
export async function provenOwner({ stores, processes, node, boot }: OwnersWorld, { agent, session, pid }: SaidOwner): Promise<Owner | null> {
  if (pid === null) {
    const known = await stores.read(() => stores.sessions.get(agent, session))
    return known ? { kind: 'session', node, agent, session } : null
  }
  const [found, self] = [await processes.inspect(pid), await processes.self()]
  return isAlive(found) && found.uid === self.uid ? { kind: 'process', node, boot, pid, startTime: found.startTime } : null
}
