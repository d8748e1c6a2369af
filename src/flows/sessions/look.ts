// One look at every session of this machine: what is stored, who runs it now, what it does, in which pane it sits.
// Looks only.
import type { Evidence } from '../../core/enforcement/target.ts'
import { isAlive, type ProcessInfo, type ProcessTable } from '../../core/machine/process-table.ts'
import { isLive, stateOf, type SessionState } from '../../core/sessions/session-state.ts'
import type { KnownSession } from '../../core/sessions/session-store.ts'
import type { Stores } from '../../core/stores.ts'
import type { Instant } from '../../core/time.ts'
import type { SightPorts } from '../enforce/ports.ts'
import { survey, WitnessMemory } from '../enforce/survey.ts'

export interface LookPorts { readonly sight: SightPorts; readonly stores: Pick<Stores, 'read' | 'sessions'> }

export interface SeenSession {
  readonly agent: string
  readonly session: string
  readonly account: string
  readonly project: string
  readonly branch: string
  readonly cwd: string
  /** Root of the worktree it works in; '' outside any repository, or when the folder is gone. */
  readonly worktree: string
  readonly model: string
  readonly transcript: string
  readonly generation: number
  readonly startedAt: Instant | null
  readonly seenAt: Instant | null
  readonly state: SessionState
}

/** Sessions heard of since, and every one that runs now, the newest first; at most `most`. */
export async function lookAtSessions({ sight, stores }: LookPorts, { since, most }: { readonly since: Instant; readonly most: number }): Promise<readonly SeenSession[]> {
  const [{ agents }, recent] = await Promise.all([survey(sight, new WitnessMemory()), stores.read(() => stores.sessions.recent(since, most))])
  const running = runningBySession(agents)
  const older = [...running.keys()].filter(key => !recent.some(known => keyOf(known.agent, known.id) === key))
  const known = [...recent, ...await stores.read(function* () {
    const found: KnownSession[] = []
    for (const key of older) {
      const { agent, session } = partsOf(key)
      const one = yield* stores.sessions.get(agent, session)
      if (one !== null) found.push(one)
    }
    return found
  })]
  const stored = await Promise.all(known.map(async each => seen(sight, each, running.get(keyOf(each.agent, each.id)) ?? [], await lastOf(sight.processes, each))))
  const only = older.filter(key => !known.some(each => keyOf(each.agent, each.id) === key)).map(key => unstored(sight, key, running.get(key) ?? []))
  return [...stored, ...only].toSorted(newestFirst).slice(0, most)
}

/** Exactly these ids; nothing that only begins like them. Several when agents share an id. */
export async function findSessions(ports: LookPorts, { agent, session }: { readonly agent: string | undefined; readonly session: string }): Promise<readonly SeenSession[]> {
  const { sight, stores } = ports
  const agents = sight.agents.map(({ name }) => name).filter(name => agent === undefined || name === agent)
  const [{ agents: evidence }, known] = await Promise.all([survey(sight, new WitnessMemory()), stores.read(function* () {
    const found: KnownSession[] = []
    for (const name of agents) {
      const one = yield* stores.sessions.get(name, session)
      if (one !== null) found.push(one)
    }
    return found
  })])
  const running = runningBySession(evidence)
  const stored = await Promise.all(known.map(async each => seen(sight, each, running.get(keyOf(each.agent, each.id)) ?? [], await lastOf(sight.processes, each))))
  const only = agents.filter(name => !known.some(each => each.agent === name)).flatMap(name => {
    const own = running.get(keyOf(name, session))
    return own ? [unstored(sight, keyOf(name, session), own)] : []
  })
  return [...stored, ...only]
}

const keyOf = (agent: string, session: string): string => `${agent}/${session}`
const partsOf = (key: string): { readonly agent: string; readonly session: string } => ({ agent: key.slice(0, key.indexOf('/')), session: key.slice(key.indexOf('/') + 1) })

function runningBySession(agents: readonly Evidence[]): ReadonlyMap<string, readonly Evidence[]> {
  const found = new Map<string, Evidence[]>()
  for (const evidence of agents) {
    if (!evidence.heard.heard || (evidence.role !== 'session' && evidence.role !== 'background-session') || !isAlive(evidence.process)) continue
    const key = keyOf(evidence.agent, evidence.heard.witness.session)
    found.set(key, [...found.get(key) ?? [], evidence])
  }
  return found
}

/** undefined where processes cannot be seen: a process that is not found there proves nothing. */
async function lastOf(processes: ProcessTable, { pid, endedAt }: KnownSession): Promise<ProcessInfo | null | undefined> {
  return pid === null || endedAt !== null || processes.shortfall !== '' ? undefined : processes.inspect(pid)
}

function seen(sight: SightPorts, known: KnownSession, running: readonly Evidence[], last: ProcessInfo | null | undefined): SeenSession {
  const state = stateOf({ known, running, last })
  const place = known.cwd === '' ? null : sight.places.at(known.cwd)
  const [own] = running
  return {
    agent: known.agent, session: known.id, account: known.account || (own?.heard.heard ? own.heard.witness.account : ''), project: known.project || place?.project || '',
    branch: place?.branch || known.branch, cwd: known.cwd, worktree: place?.worktree ?? '', model: known.model, transcript: known.transcript,
    // Who runs it now and was not bound yet is a generation more than the store has seen.
    generation: Math.max(known.generation, isLive(state) ? 1 : 0), startedAt: known.startedAt, seenAt: known.seenAt, state,
  }
}

function unstored(sight: SightPorts, key: string, running: readonly Evidence[]): SeenSession {
  const { agent, session } = partsOf(key)
  const [own] = running
  const witness = own?.heard.heard ? own.heard.witness : null
  const cwd = witness?.cwd ?? ''
  const place = cwd === '' ? null : sight.places.at(cwd)
  return {
    agent, session, account: witness?.account ?? '', project: place?.project ?? cwd, branch: place?.branch ?? '', cwd, worktree: place?.worktree ?? '', model: '', transcript: '',
    generation: 1, startedAt: own ? sight.processes.startedAt(own.process) : null, seenAt: witness?.at ?? null, state: stateOf({ known: null, running, last: undefined }),
  }
}

function newestFirst(a: SeenSession, b: SeenSession): number {
  const [left, right] = [isLive(a.state) ? 1 : 0, isLive(b.state) ? 1 : 0]
  return right - left || (b.seenAt ?? 0) - (a.seenAt ?? 0) || (a.session < b.session ? -1 : 1)
}
