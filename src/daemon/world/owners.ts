// Whether the owner of a reservation still lives, from the process table and from what sessions' hooks and registries
// said. Alive until proven dead: by a process that is gone, by another one at its pid, by a boot of before.
import { isAlive, type ProcessTable } from '../../core/machine/process-table.ts'
import type { Liveness, Owner, OwnerSight } from '../../core/reservations/owner.ts'
import type { SaidOwner } from '../../core/reservations/parse.ts'
import type { Stores } from '../../core/stores.ts'

export interface OwnersWorld { readonly stores: Stores; readonly processes: ProcessTable; readonly node: string; readonly boot: string }

export function ownerSight({ stores, processes, node, boot }: OwnersWorld): OwnerSight {
  const process = async (pid: number, startTime: string): Promise<Liveness> => {
    const found = await processes.inspect(pid)
    return isAlive(found) && found.startTime === startTime ? 'alive' : 'dead'
  }
  return {
    async look(owner) {
      if (owner.kind === 'none') return 'nobody'
      // What runs on another machine is not seen from here, and what is not seen is not dead.
      if (owner.node !== node) return 'unknown'
      if (owner.kind === 'process') return owner.boot === boot ? process(owner.pid, owner.startTime) : 'dead'
      const session = await stores.read(() => stores.sessions.get(owner.agent, owner.session))
      if (!session) return 'unknown'
      if (session.pid !== null && session.startTime !== null) return process(session.pid, session.startTime)
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
