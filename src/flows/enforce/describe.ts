// Every agent process found, and why it would or would not be a target: the answer of `purser ps`. Looks only.
import type { Lock } from '../../core/enforcement/lock.ts'
import { provable, proveTarget, type AgentRole, type Evidence } from '../../core/enforcement/target.ts'
import type { Instant } from '../../core/time.ts'
import type { SightPorts } from './ports.ts'
import { survey, WitnessMemory } from './survey.ts'

export interface DescribedProcess {
  readonly pid: number
  readonly startedAt: Instant | null
  readonly agent: string
  readonly role: AgentRole | null
  /** '' when nobody names it. */
  readonly session: string
  readonly cwd: string
  readonly project: string
  readonly branch: string
  readonly account: string
  /** Could a lock on its scope stop it? */
  readonly target: boolean
  readonly because: string
  /** Ids of the locks that hold it now. */
  readonly locks: readonly string[]
}

/** `locks` are those in force; those that only deny are no reason for a signal and are not named. */
export async function describeProcesses(ports: SightPorts, locks: readonly Lock[]): Promise<readonly DescribedProcess[]> {
  const { agents } = await survey(ports, new WitnessMemory())
  const acting = locks.filter(lock => lock.onBreach === 'terminate')
  return agents.map(evidence => described(ports, evidence, acting)).toSorted((a, b) => a.pid - b.pid)
}

function described(ports: SightPorts, evidence: Evidence, locks: readonly Lock[]): DescribedProcess {
  const { process, agent, role, heard, place } = evidence
  const holding = locks.flatMap(lock => {
    const proof = proveTarget(lock, evidence)
    return proof.target ? [{ lock, because: lock.needsConfirmation ? `${proof.because}; signals wait for: purser arm --confirm ${lock.rule}` : proof.because }] : []
  })
  const judged = holding[0] ? { target: true, because: holding[0].because } : provable(evidence)
  return {
    pid: process.pid, startedAt: ports.processes.startedAt(process), agent, role, session: heard.heard ? heard.witness.session : '', cwd: process.cwd,
    project: place?.project ?? '', branch: place?.branch ?? '', account: heard.heard ? heard.witness.account : '',
    target: judged.target, because: judged.because, locks: holding.map(({ lock }) => lock.id),
  }
}
