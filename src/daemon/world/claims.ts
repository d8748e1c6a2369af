// What claims see the world with: processes, who runs in them, this machine's seat, and a bell for whoever waits here.
import { fromRegistry, type Witness } from '../../core/enforcement/witness.ts'
import type { ClaimPorts } from '../../flows/arbitrate/ports.ts'
import { bootId } from '../../os/processes/boot-id.ts'
import { registeredAt } from '../../os/processes/registry.ts'
import { terminalLeader } from '../../os/processes/terminal-leader.ts'
import type { World } from './world.ts'

/** Rung whenever a claim is given back here, so that nobody waits for the next look. */
export interface Bell { ring(): void; readonly changed: (ms: number) => Promise<void> }

export function bell({ clock }: Pick<World, 'clock'>): Bell {
  // Made when somebody waits: most claims change hands with nobody in line.
  let rung: AbortController | null = null
  return {
    ring: () => {
      rung?.abort()
      rung = null
    },
    changed: ms => clock.sleep(ms, (rung ??= new AbortController()).signal),
  }
}

export function claimPorts(world: World, { changed }: Pick<Bell, 'changed'>): ClaimPorts {
  // None of it changes while this process lives.
  let self: ReturnType<ClaimPorts['self']> | undefined
  const ourselves = (): ReturnType<ClaimPorts['self']> => (self ??= world.processes.self())
  return {
    stores: world.stores, clock: world.clock, processes: world.processes, pidExists: world.pidExists, agents: world.adapters, changed,
    witnessesOf: pid => witnessesOf(world, pid),
    runOf: process => world.stores.read(() => world.stores.runs.ofProcess(process)),
    terminalLeader: pid => terminalLeader(pid, world.environment.platform),
    self: ourselves, seat: async () => ({ node: world.node, boot: bootId(), namespace: (await ourselves()).namespace }),
  }
}

async function witnessesOf(world: World, pid: number): Promise<readonly Witness[]> {
  const now = world.clock.now()
  const bound = await world.stores.read(() => world.stores.claims.boundTo(pid))
  const registered = registeredAt(world.adapters, world.environment, pid).map(({ agent, account, session }) => fromRegistry(session, { agent, account }, now))
  return [...bound.map(({ agent, id, account, cwd, startTime, proof, seenAt }): Witness => (
    { proof, agent, account, pid, startTime: startTime ?? '', session: id, cwd, kind: 'foreground', status: 'unknown', job: '', pidDomain: '', at: seenAt })), ...registered]
}
