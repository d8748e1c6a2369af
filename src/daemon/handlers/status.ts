// The one-screen answer: today, who runs, what holds. Read in one consistent snapshot per part; the daemon answers it in
// milliseconds because balances and indexes are kept, not computed.
import { grouped, usageCore } from '../../api/answers.ts'
import type { SessionAnswer, StatusAnswer } from '../../api/control-plane.ts'
import { windowAt } from '../../core/budgets/window.ts'
import { asBudget } from '../../core/reservations/task-budget.ts'
import type { UsageGroup } from '../../core/ledger/ledger-store.ts'
import { isAlive } from '../../core/machine/process-table.ts'
import { projectName } from '../../core/scope.ts'
import { instant, isoText, MINUTE_MS } from '../../core/time.ts'
import { ARMED_SINCE } from '../../flows/judge-balances.ts'
import { readRegistry, type RegistryEntry } from '../../os/processes/registry.ts'
import type { World } from '../world/world.ts'
import { budgetAnswers } from './budget-answer.ts'
import { claimAnswer } from './claim-answer.ts'
import { lockAnswers } from './locks.ts'
import { quotaAnswers } from './quota.ts'

// A session that wrote nothing for this long and has no live process is not what people mean by active.
const ACTIVE_MS = 10 * MINUTE_MS
const SESSIONS_MAX = 200

export async function status(world: World): Promise<StatusAnswer> {
  const now = world.clock.now()
  const { settings, version: configVersion, problem } = world.config.current()
  const today = windowAt('day', settings.zone, now)
  const read = await world.stores.read(function* () {
    const groups = yield* world.stores.ledger.sum({ since: today.start, until: today.end, by: ['project', 'branch', 'agent', 'session'], slotMs: 0 })
    const recent = yield* world.stores.sessions.recent(instant(now - ACTIVE_MS), SESSIONS_MAX)
    const armed = (yield* world.stores.meta.get(ARMED_SINCE)) !== null
    const locks = yield* world.stores.breaches.activeLocks(now)
    return { groups, recent, armed, locks, claims: yield* world.stores.claims.held(), tasks: yield* world.stores.tasks.open() }
  })
  const { pid } = await world.processes.self()
  const live = await liveSessions(world)
  return {
    version: world.version, asOf: isoText(now), zone: settings.zone,
    config: { file: world.places.configFile, version: configVersion, problem },
    daemon: {
      running: world.running.role === 'daemon', pid: world.running.role === 'daemon' ? pid : null, socket: world.places.socket, armed: read.armed,
      version: world.running.role === 'daemon' ? world.version : null, catchingUp: world.running.catchingUp, observe: world.running.observe,
    },
    today: usageCore(read.groups),
    projects: projectRows(read.groups),
    sessions: sessionRows(world, read.groups, read.recent, live),
    budgets: await budgetAnswers(world, [...settings.budgets, ...read.tasks.map(asBudget)]),
    locks: await lockAnswers(world, read.locks),
    claims: read.claims.map(claim => claimAnswer(claim)), quota: await quotaAnswers(world),
  }
}

function projectRows(groups: readonly UsageGroup[]): StatusAnswer['projects'] {
  return [...grouped(groups, ({ by }) => `${by.project}\u001f${by.branch}`).values()].map(members => {
    const { project = '', branch = '' } = members[0]?.by ?? {}
    return { cost: members.reduce((sum, { sum: each }) => sum + each.cost, 0n), row: { project, name: projectName(project), branch, ...usageCore(members) } }
  }).sort((a, b) => (a.cost > b.cost ? -1 : a.cost < b.cost ? 1 : 0)).map(({ row }) => row)
}

type Recent = Awaited<ReturnType<World['stores']['sessions']['recent']>> extends Iterator<unknown, infer R> ? R : never

/**
 * Registered sessions whose process lives. A client that was killed leaves its entry behind, and its pid may be
 * anybody's by now; where processes cannot be seen the entry's word is all there is.
 */
async function liveSessions({ adapters, environment, processes }: World): Promise<readonly RegistryEntry[]> {
  const entries = readRegistry(adapters, environment)
  if (processes.shortfall !== '') return entries
  const lives = await Promise.all(entries.map(async ({ session }) => {
    const process = await processes.inspect(session.pid)
    // Only Linux clients write the start time in the unit of the process table.
    return isAlive(process) && (environment.platform !== 'linux' || session.startTime === '' || session.startTime === process.startTime)
  }))
  return entries.filter((_, index) => lives[index])
}

function sessionRows(world: World, groups: readonly UsageGroup[], recent: Recent, registered: readonly RegistryEntry[]): SessionAnswer[] {
  const spent = grouped(groups, ({ by }) => `${by.agent}/${by.session}`)
  const live = new Map(registered.map(({ agent, account, session }) => [`${agent}/${session.session}`, { account, session }]))
  const rows = recent.map((known): SessionAnswer => {
    const own = live.get(`${known.agent}/${known.id}`)
    live.delete(`${known.agent}/${known.id}`)
    const state = own ? (own.session.status === 'unknown' ? 'active' : own.session.status) : known.endedAt !== null ? 'ended' : 'active'
    return {
      session: known.id, agent: known.agent, pid: own?.session.pid ?? known.pid, state, project: known.project, branch: known.branch,
      account: known.account, seenAt: isoText(known.seenAt), ...usageCore(spent.get(`${known.agent}/${known.id}`) ?? []),
    }
  })
  for (const [key, { account, session }] of live) {
    const [agent = ''] = key.split('/')
    rows.push({
      session: session.session, agent, pid: session.pid, state: session.status === 'unknown' ? 'active' : session.status,
      project: world.projects.rootOf(session.cwd), branch: world.projects.at(session.cwd)?.branch ?? '', account,
      seenAt: isoText(session.updatedAt ?? world.clock.now()), ...usageCore(spent.get(key) ?? []),
    })
  }
  return rows
}
