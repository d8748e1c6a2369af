// Who says which process runs which session. Two may prove it: a hook that spoke over our private socket, and the
// agent's own live registry. A log, or a fact that came by http, only tells.
import type { ProcessIdentity, ProcessInfo, Self } from '../machine/process-table.ts'
import type { RegisteredSession } from '../sessions/agent-adapter.ts'
import type { KnownSession, SessionProof } from '../sessions/session-store.ts'
import type { Instant } from '../time.ts'

export interface Witness extends ProcessIdentity {
  readonly proof: SessionProof
  readonly agent: string
  readonly session: string
  /** Config home of the login, as the user writes it; '' unknown. */
  readonly account: string
  readonly cwd: string
  readonly kind: 'foreground' | 'background'
  readonly status: 'busy' | 'idle' | 'waiting' | 'unknown'
  /** The client's id for its own stop command; background sessions only. */
  readonly job: string
  /** Machine and pid namespace as the agent wrote it; '' unknown. */
  readonly pidDomain: string
  readonly at: Instant
}

/** The agent's registry entry. `readAt` stands in where the entry bears no time. */
export const fromRegistry = (entry: RegisteredSession, whose: { agent: string; account: string }, readAt: Instant): Witness => ({
  proof: 'registry', agent: whose.agent, account: whose.account, pid: entry.pid, startTime: entry.startTime, session: entry.session, cwd: entry.cwd,
  kind: entry.kind, status: entry.status, job: entry.job, pidDomain: entry.pidDomain, at: entry.updatedAt ?? readAt,
})

/** A session as the daemon bound it to a process; null when no process is known. */
export const fromSession = (known: KnownSession): Witness | null => known.pid === null || known.startTime === null ? null : {
  proof: known.proof, agent: known.agent, account: known.account, pid: known.pid, startTime: known.startTime, session: known.id, cwd: known.cwd,
  kind: 'foreground', status: 'unknown', job: '', pidDomain: '', at: known.seenAt,
}

export type Heard =
  | { readonly heard: true; readonly witness: Witness }
  /** `why` is '' when nobody speaks of this pid at all. */
  | { readonly heard: false; readonly why: string }

/**
 * What is known of this very process: same agent, same start time, same pid namespace, a session named. The newest word
 * says which session (after `/clear` the same process runs another one); only the registry knows kind, job and status.
 */
export function hear(process: ProcessInfo, agent: string, witnesses: readonly Witness[], self: Self): Heard {
  let newest: Witness | null = null
  let registered: Witness | null = null
  let why = ''
  for (const witness of witnesses) {
    if (witness.pid !== process.pid || witness.agent !== agent) continue
    const fault = faultOf(witness, process, self)
    if (fault !== '') {
      why = fault
      continue
    }
    if (newest === null || witness.at > newest.at) newest = witness
    if (witness.proof === 'registry' && (registered === null || witness.at > registered.at)) registered = witness
  }
  if (newest === null) return { heard: false, why }
  if (registered === null) return { heard: true, witness: newest }
  const { kind, job, status, account } = registered
  return { heard: true, witness: { ...newest, kind, job, status, account: newest.account === '' ? account : newest.account } }
}

function faultOf(witness: Witness, process: ProcessInfo, self: Self): string {
  if (witness.proof === 'log') return 'only a log or an http fact names a session for it, and those prove nothing'
  if (witness.startTime === '') return `its ${witness.proof} entry bears no start time`
  if (witness.startTime !== process.startTime) return `the ${witness.proof} entry for this pid is about an earlier process (start time ${witness.startTime}, this one ${process.startTime})`
  if (witness.pidDomain !== '' && self.namespace !== '' && !witness.pidDomain.endsWith(self.namespace)) return `the ${witness.proof} entry for this pid was written in another pid namespace`
  if (witness.session === '') return `its ${witness.proof} entry names no session`
  return ''
}
