// May this session be taken up, and how? Answers what to start, and lets one caller do it: of two who ask at once the other
// one is refused, so that one conversation never runs twice. Starts nothing itself.
import { reaches } from '../../core/enforcement/lock-reach.ts'
import type { Lock } from '../../core/enforcement/lock.ts'
import { AppError } from '../../core/errors.ts'
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { planResume, type ResumePlan } from '../../core/sessions/resume.ts'
import type { Stores } from '../../core/stores.ts'
import type { Instant } from '../../core/time.ts'
import type { LookPorts, SeenSession } from './look.ts'

export interface ResumePorts extends LookPorts {
  readonly stores: Pick<Stores, 'read' | 'transaction' | 'sessions' | 'breaches' | 'events'>
  readonly adapters: readonly AgentAdapter[]
  /** The permission mode its log told last; '' when nothing tells. */
  readonly modeOf: (session: Pick<SeenSession, 'agent' | 'transcript'>) => string
}

// A client is up, and known, within seconds; until then nobody else may start the same conversation.
export const RESUMING_MS = 30_000

export function planFor(ports: Pick<ResumePorts, 'sight' | 'adapters' | 'modeOf'>, session: SeenSession): ResumePlan {
  const adapter = ports.adapters.find(({ name }) => name === session.agent)
  if (!adapter) return { ok: false, because: `purser does not know how ${session.agent} is started`, instead: 'start it by hand' }
  return planResume({ ...session, mode: ports.modeOf(session) }, session.state, adapter, path => ports.sight.places.exists(path))
}

/** Throws `refused` with what to do instead. Granted once in `RESUMING_MS`. */
export async function takeUpSession(ports: ResumePorts, session: SeenSession, now: Instant): Promise<Extract<ResumePlan, { readonly ok: true }>> {
  const plan = planFor(ports, session)
  if (!plan.ok) throw new AppError('refused', `session ${session.session} cannot be taken up: ${plan.because}; ${plan.instead}`)
  const { stores } = ports
  await stores.transaction(function* () {
    const lock = (yield* stores.breaches.activeLocks(now)).find(each => each.onBreach !== 'warn' && holds(each, session, ports.sight.node))
    if (lock) throw new AppError('refused', `session ${session.session} is locked: ${lock.reason}; see it: purser lock show ${lock.id}`)
    if (!(yield* stores.sessions.takeUp(session.agent, session.session, now, RESUMING_MS))) throw new AppError('refused', `session ${session.session} is being taken up at this moment by another command; look at it: purser session show ${session.session}`)
    yield* stores.events.add({ code: 'session.resume', level: 'info', fields: { agent: session.agent, session: session.session, generation: session.generation } }, now)
  })
  return plan
}

function holds(lock: Lock, { agent, session, account, project, branch, cwd, worktree }: SeenSession, node: string): boolean {
  return reaches(lock, { scope: { node, agent, account, project, branch, session, subagent: '' }, cwd, inRepository: worktree !== '' })
}
