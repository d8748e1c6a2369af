// `session.list`, `show` and `resume`: who runs which conversation, and how it is taken up again.
import type { Handlers } from '../../api/control-plane.ts'
import type { SessionRecordAnswer, WhichSession } from '../../api/session-answers.ts'
import { bindingOf } from '../../core/accounts/account.ts'
import { AppError, codeOf } from '../../core/errors.ts'
import { identityText } from '../../core/machine/process-table.ts'
import { isLive } from '../../core/sessions/session-state.ts'
import { DAY_MS, instant, isoText } from '../../core/time.ts'
import { findSessions, lookAtSessions, type SeenSession } from '../../flows/sessions/look.ts'
import { planFor, takeUpSession, type ResumePorts } from '../../flows/sessions/resume.ts'
import { resumePorts } from '../world/resume.ts'
import { seatsOf } from '../world/seats.ts'
import type { World } from '../world/world.ts'

// What people still think of as now, and what one answer holds at most.
const LATELY_MS = DAY_MS
const LISTED_MAX = 200
const ALL_MAX = 2_000

export const sessionRecordHandlers = (world: World): Pick<Handlers, 'session.list' | 'session.show' | 'session.resume'> => ({
  'session.list': async ({ all = false }) => {
    const ports = resumePorts(world)
    const found = await lookAtSessions(ports, all ? { since: instant(0), most: ALL_MAX } : { since: instant(world.clock.now() - LATELY_MS), most: LISTED_MAX })
    const panes = await panesOf(world)
    return { sessions: found.map(each => recordAnswer(world, ports, each, panes)) }
  },
  'session.show': async which => {
    const ports = resumePorts(world)
    return { session: recordAnswer(world, ports, await theSession(ports, which), await panesOf(world)) }
  },
  'session.resume': async which => {
    const ports = resumePorts(world)
    const session = await theSession(ports, which)
    const { words, cwd, differs } = await takeUpSession(ports, session, world.clock.now())
    return { agent: session.agent, session: session.session, argv: words, cwd, variables: variablesOf(world, session), differs }
  },
})

/** Exactly the one that was named. Throws `not_found`, naming what begins like it, and `invalid_input` where it could be two. */
export async function theSession(ports: ResumePorts, { session, agent }: WhichSession): Promise<SeenSession> {
  const known = ports.adapters.map(({ name }) => name)
  if (agent !== undefined && !known.includes(agent)) throw new AppError('not_found', `there is no agent called "${agent}"; see: purser agent list`)
  const [found, another] = await findSessions(ports, { agent, session })
  if (found && another) throw new AppError('invalid_input', `${found.agent} and ${another.agent} both have a session ${session}; say which: --agent ${found.agent}`)
  if (found && session !== '') return found
  const near = session === '' ? [] : (await lookAtSessions(ports, { since: instant(0), most: ALL_MAX })).filter(each => each.session.startsWith(session))
  const hint = near.length === 0 ? 'see those that are known: purser session list' : `did you mean ${near.slice(0, 3).map(each => each.session).join(' or ')}`
  throw new AppError('not_found', `there is no session "${session}"; ${hint}`)
}

/** Names of our terminals by the very process in them. A server that cannot be asked takes nothing from the answer but these. */
async function panesOf(world: World): Promise<ReadonlyMap<string, string>> {
  try {
    return new Map((await seatsOf(world).list()).flatMap(({ name, process, now }) => (process !== null && now.state === 'lives' ? [[identityText(process), name] as const] : [])))
  } catch (error) {
    if (codeOf(error) === 'unavailable') return new Map()
    throw error
  }
}

function recordAnswer(world: World, ports: ResumePorts, seen: SeenSession, panes: ReadonlyMap<string, string>): SessionRecordAnswer {
  const { state } = seen
  const plan = planFor(ports, seen)
  const process = isLive(state) || state.state === 'lost' ? state.process : null
  return {
    agent: seen.agent, session: seen.session, state: state.state,
    process: process && { pid: process.pid, startTime: process.startTime, startedAt: iso(isLive(state) ? world.processes.startedAt(process) : null) },
    copies: isLive(state) ? state.copies.map(({ pid }) => pid) : [],
    generation: seen.generation, account: seen.account, project: seen.project, branch: seen.branch, cwd: seen.cwd, worktree: seen.worktree, model: seen.model,
    pane: isLive(state) ? panes.get(identityText(state.process)) ?? null : null, startedAt: iso(seen.startedAt), seenAt: iso(seen.seenAt),
    resume: plan.ok ? { argv: plan.words, cwd: plan.cwd, differs: plan.differs } : null,
    because: plan.ok ? '' : plan.because,
  }
}

const iso = (at: Parameters<typeof isoText>[0] | null): string | null => (at === null ? null : isoText(at))

/** Bound to the login it had, where its agent keeps logins apart and it is known. */
export function variablesOf({ adapters, environment }: World, { agent, account }: Pick<SeenSession, 'agent' | 'account'>): Readonly<Record<string, string | null>> {
  const kept = adapters.find(({ name }) => name === agent)?.accounts
  if (!kept || account === '') return {}
  const home = account.startsWith('~') ? environment.home + account.slice(1) : account
  return bindingOf({ home }, kept, environment)
}
