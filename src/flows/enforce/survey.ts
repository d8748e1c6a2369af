// One look at the machine: every agent process with all that is known of it. Gathers evidence; the rule that judges it
// is core/enforcement/target.
import { atOrBelow } from '../../core/enforcement/lock-reach.ts'
import { isRelaunch } from '../../core/enforcement/relaunch.ts'
import type { AgentRole, Evidence } from '../../core/enforcement/target.ts'
import { hear, type Heard, type Witness } from '../../core/enforcement/witness.ts'
import { identityText, isAlive, type ProcessInfo, type Self } from '../../core/machine/process-table.ts'
import type { SightPorts } from './ports.ts'

export interface Survey {
  readonly self: Self
  /** Processes that an adapter knows: sessions, helpers, IDE hosts. */
  readonly agents: readonly Evidence[]
}

/**
 * What was once proven of a process stays true while it lives. An agent takes its registry entry away before it ends;
 * one that then hangs must not become a stranger halfway up the ladder. Forgotten as soon as the process is gone.
 */
export class WitnessMemory {
  readonly #known = new Map<string, Witness>()

  recall(process: ProcessInfo, agent: string, witnesses: readonly Witness[], self: Self): Heard {
    const key = `${agent} ${identityText(process)}`
    const heard = hear(process, agent, witnesses, self)
    if (heard.heard) {
      this.#known.set(key, heard.witness)
      return heard
    }
    const known = this.#known.get(key)
    // An entry that speaks of another process under this pid contradicts; silence does not.
    const contradicted = witnesses.some(witness => witness.proof !== 'log' && witness.agent === agent && witness.pid === process.pid)
    return known && !contradicted ? { heard: true, witness: { ...known, status: 'unknown' } } : heard
  }

  forgetAllBut(processes: readonly ProcessInfo[]): void {
    const alive = new Set(processes.map(identityText))
    for (const key of this.#known.keys()) if (!alive.has(key.slice(key.indexOf(' ') + 1))) this.#known.delete(key)
  }
}

export async function survey(ports: SightPorts, memory: WitnessMemory): Promise<Survey> {
  const [processes, self, witnesses] = await Promise.all([ports.processes.list(), ports.processes.self(), ports.witnesses()])
  const found = withoutLaunchers(ports, processes.flatMap(process => {
    const known = roleOf(ports, process)
    return known && isAlive(process) ? [{ process, ...known }] : []
  }))
  memory.forgetAllBut(processes)
  const sessions = found.filter(({ role }) => role !== 'helper' && role !== 'ide').map(({ process }) => process)
  return { self, agents: found.map(agent => evidence(ports, agent, { self, sessions, heard: memory.recall(agent.process, agent.agent, witnesses, self) })) }
}

type Found = { readonly process: ProcessInfo; readonly agent: string; readonly role: AgentRole }

/**
 * A session that started itself again and waits is its helper: it obeys no signal, and it is nobody's companion. Only of
 * agents that are known to do so: a session whose tool starts the same agent once more is not let go for that.
 */
const withoutLaunchers = (ports: Pick<SightPorts, 'agents'>, found: readonly Found[]): readonly Found[] => found.map(agent =>
  agent.role === 'session' && ports.agents.some(({ name, process }) => name === agent.agent && process.relaunches) && found.some(other => other.role === 'session' && other.agent === agent.agent && isRelaunch(other.process, agent.process)) ? { ...agent, role: 'helper' } : agent)

/** The same evidence about one process, looked at anew right before something is done to it. */
export async function evidenceNow(ports: SightPorts, memory: WitnessMemory, process: ProcessInfo, others: readonly Evidence[]): Promise<Evidence | null> {
  const known = roleOf(ports, process)
  if (!known) return null
  const [self, witnesses] = await Promise.all([ports.processes.self(), ports.witnesses()])
  const sessions = others.filter(({ role }) => role === 'session' || role === 'background-session').map(other => other.process)
  return evidence(ports, { process, ...known }, { self, sessions, heard: memory.recall(process, known.agent, witnesses, self) })
}

export function roleOf(ports: Pick<SightPorts, 'agents'>, process: ProcessInfo): { agent: string; role: AgentRole } | null {
  for (const agent of ports.agents) {
    const role = agent.process.role(process)
    if (role !== null) return { agent: agent.name, role }
  }
  return null
}

function evidence(
  ports: SightPorts, { process, agent, role }: { process: ProcessInfo; agent: string; role: AgentRole },
  { self, sessions, heard }: { self: Self; sessions: readonly ProcessInfo[]; heard: Heard },
): Evidence {
  const cwd = heard.heard && heard.witness.cwd !== '' ? heard.witness.cwd : process.cwd
  const place = cwd === '' ? null : ports.places.at(cwd)
  const inSight = (other: ProcessInfo): boolean => other.pid !== process.pid && (other.cwd === '' || (place !== null && place.worktree !== '' && atOrBelow(place.worktree, other.cwd)))
  return { process, agent, role, heard, place, companions: sessions.filter(inSight).length, self, node: ports.node, home: ports.home, exists: path => ports.places.exists(path) }
}
