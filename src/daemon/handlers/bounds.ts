// Gathers what a bound rests on: who is running, with which models, whether hooks were heard, what was burnt lately.
import type { BudgetAnswer } from '../../api/control-plane.ts'
import { bound, type ActiveSession, type HooksSeen } from '../../core/budgets/bound.ts'
import type { Budget } from '../../core/budgets/budget.ts'
import { matches, perValue } from '../../core/budgets/selector.ts'
import { RUNG_WAIT_MS } from '../../core/enforcement/ladder.ts'
import { SAVE_WORK_REQUESTS_MAX } from '../../core/enforcement/save-work.ts'
import type { UsageGroup } from '../../core/ledger/ledger-store.ts'
import { isAlive } from '../../core/machine/process-table.ts'
import { nanoUsd, usdText, type NanoUsd } from '../../core/money.ts'
import type { Scope } from '../../core/scope.ts'
import type { KnownSession } from '../../core/sessions/session-store.ts'
import { instant, MINUTE_MS, type Instant } from '../../core/time.ts'
import { ARMED_SINCE } from '../../flows/judge-balances.ts'
import { reserving } from '../../flows/reserve/call.ts'
import { boundCard } from '../world/calls.ts'
import { hooksInstalled, isHeard } from '../world/hook-presence.ts'
import type { World } from '../world/world.ts'

export interface BoundAnswer { readonly class: BudgetAnswer['class']; readonly bound: BudgetAnswer['bound'] }
/** `over`: what is spent and held beyond the limit. */
export type BoundOf = (budget: Budget, perValueOf: string, over: NanoUsd) => BoundAnswer

// What a session did within this time is what it can be expected to go on doing.
const LATELY_MS = 10 * MINUTE_MS
// More are not started within ten minutes by hand; each costs one look at a process.
const STARTED_MAX = 64
const LADDER_MS = RUNG_WAIT_MS.interrupt + RUNG_WAIT_MS.terminate

/** Reads the present once; the result answers for every budget. */
export async function boundsFor(world: World, now: Instant): Promise<BoundOf> {
  const since = instant(now - LATELY_MS)
  const { lately, armed, callers, recent } = await world.stores.read(function* () {
    const groups = yield* world.stores.ledger.sum({ since, until: null, by: ['node', 'agent', 'account', 'project', 'branch', 'session', 'subagent', 'model', 'billing'], slotMs: 0 })
    const asked = new Map<string, ReadonlySet<string>>()
    for (const { id } of reserving(world.budgets())) asked.set(id, new Set((yield* world.stores.reservations.callers(id)).map(({ agent, session }) => `${agent}/${session}`)))
    return { lately: groups, callers: asked, armed: (yield* world.stores.meta.get(ARMED_SINCE)) !== null, recent: yield* world.stores.sessions.recent(since, STARTED_MAX) }
  })
  const started = await startedSessions(world, recent, lately)
  const present = await heardSessions(world, new Set([...lately.map(keyOf), ...started.map(startedKey)]))
  const card = boundCard(world)
  return (budget, value, over) => {
    const asked = callers.get(budget.id) ?? new Set()
    const reaches = (scope: Scope): boolean => matches(budget.selector, scope) && perValue(budget, scope) === value
    const own = lately.filter(group => reaches(scopeOf(group))), quiet = started.filter(session => reaches(startedScope(world, session)))
    const spent = own.reduce((sum, group) => sum + group.sum.cost, 0n)
    const keys = [...own.map(keyOf), ...quiet.map(startedKey)]
    const hooks = keys.length > 0 && keys.every(key => present.has(key)) ? 'heard' : hooksSeen(world, since)
    const found = bound({
      budget, over, sessions: [...sessionsOf(own, asked), ...quiet.map(session => unspent(session, asked))], hooks, signals: { armed: armed && world.environment.platform === 'linux', ladderMs: LADDER_MS },
      saveWorkRequests: world.config.current().settings.enforcement.saveWork.includes('none') ? 0 : SAVE_WORK_REQUESTS_MAX,
      burnPerMinute: nanoUsd(spent * BigInt(MINUTE_MS) / BigInt(LATELY_MS)), now,
    }, card)
    return found.kind === 'none'
      ? { class: found.class, bound: { cost: null, because: found.because, estimate: false, unseen: null } }
      : { class: found.class, bound: { cost: usdText(found.cost), because: found.because, estimate: found.kind === 'estimate', unseen: usdText(found.unseen) } }
  }
}

const keyOf = ({ by }: UsageGroup): string => `${by.agent}/${by.session}`
const startedKey = ({ agent, id }: KnownSession): string => `${agent}/${id}`

/** Sessions that have hooks, as those of a process that once spoke through one. */
async function heardSessions(world: World, keys: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const heard = new Set<string>()
  if (world.running.role !== 'daemon' || !hooksInstalled(world)) return heard
  for (const key of keys) {
    const cut = key.indexOf('/')
    if (await isHeard(world, key.slice(0, cut), key.slice(cut + 1))) heard.add(key)
  }
  return heard
}

/** Sessions that were proven to run lately and have not answered since: each may have its first request under way. */
async function startedSessions(world: World, recent: readonly KnownSession[], lately: readonly UsageGroup[]): Promise<readonly KnownSession[]> {
  const spending = new Set(lately.map(keyOf))
  const found: KnownSession[] = []
  for (const session of recent) {
    if (session.pid === null || session.endedAt !== null || spending.has(startedKey(session))) continue
    const process = await world.processes.inspect(session.pid)
    if (isAlive(process) && process.startTime === session.startTime) found.push(session)
  }
  return found
}

const unspent = (session: KnownSession, callers: ReadonlySet<string>): ActiveSession =>
  ({ models: session.model === '' ? [] : [session.model], speed: 'standard', subagents: 0, asks: callers.has(startedKey(session)) })

/** Until it has answered, its branch is what its folder is on. */
function startedScope({ node, projects }: World, { agent, account, project, branch, cwd, id }: KnownSession): Scope {
  const place = project !== '' && branch !== '' ? null : projects.at(cwd)
  return { node, agent, account, project: project || place?.project || cwd, branch: branch || place?.branch || '', session: id, subagent: '' }
}

function hooksSeen(world: World, since: Instant): HooksSeen {
  const { running } = world
  if (running.hookHeardAt !== null && running.hookHeardAt >= since) return 'heard'
  if (running.role !== 'daemon') return 'unanswered'
  return hooksInstalled(world) ? 'silent' : 'absent'
}

const scopeOf = ({ by }: UsageGroup): Scope => ({
  node: by.node ?? '', agent: by.agent ?? '', account: by.account ?? '', project: by.project ?? '', branch: by.branch ?? '', session: by.session ?? '', subagent: by.subagent ?? '',
})

function sessionsOf(groups: readonly UsageGroup[], callers: ReadonlySet<string>): ActiveSession[] {
  const sessions = new Map<string, { models: Set<string>; subagents: Set<string>; fast: boolean; asks: boolean }>()
  for (const group of groups) {
    const { by } = group
    const key = keyOf(group)
    const session = sessions.get(key) ?? { models: new Set<string>(), subagents: new Set<string>(), fast: false, asks: callers.has(key) }
    sessions.set(key, session)
    if (by.model) session.models.add(by.model)
    if (by.subagent) session.subagents.add(by.subagent)
    session.fast ||= (by.billing ?? '').split(',').includes('fast')
  }
  return [...sessions.values()].map(({ models, subagents, fast, asks }) => ({ models: [...models], speed: fast ? 'fast' : 'standard', subagents: subagents.size, asks }))
}
