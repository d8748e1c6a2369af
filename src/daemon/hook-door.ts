// Answers hooks over the socket: binds what flows/answer-hook asks to stores, files and processes, and takes note of
// which process runs which session. Over our private socket, a hook's word about itself is proof.
import { accountOfTranscript } from '../agents/claude-code/hooks.ts'
import type { HookAnswer, HookRequest } from '../api/server.ts'
import { matches, perValue } from '../core/budgets/selector.ts'
import type { HookCall } from '../core/enforcement/hook-verdict.ts'
import type { Asker } from '../core/enforcement/lock-reach.ts'
import type { Standing } from '../core/enforcement/lock-text.ts'
import { saveWorkFrom } from '../core/enforcement/save-work.ts'
import { AppError } from '../core/errors.ts'
import type { RunSession } from '../core/launch/run.ts'
import type { ProcessInfo } from '../core/machine/process-table.ts'
import { ZERO_USD } from '../core/money.ts'
import type { Scope } from '../core/scope.ts'
import { answerHook, type HookAdapter, type HookSighting, type HookState } from '../flows/answer-hook.ts'
import { knowSession } from '../flows/run.ts'
import { slotTaker } from '../os/files/save-slots.ts'
import { callDoor } from './call-door.ts'
import { claimDoor, type ClaimDoor } from './world/claim-door.ts'
import { currentStandings } from './world/standings.ts'
import type { World } from './world/world.ts'

// Sightings wait in memory for the store; past this many the oldest facts are worth less than the memory.
const QUEUED_MAX = 1_000

export interface HookDoor {
  answer(request: HookRequest): Promise<HookAnswer | null>
  /** Resolves when every sighting so far is stored. */
  idle(): Promise<void>
}

export function hookDoor(world: World, onError: (what: string, error: unknown) => void): HookDoor {
  const adapters = new Map<string, HookAdapter>()
  for (const { name, hooks } of world.adapters) if (hooks) adapters.set(name, { name, hooks })
  const take = slotTaker(world.places.locks)
  const claims = claimDoor(world)
  const calls = callDoor(world)
  let queue = Promise.resolve()
  let queued = 0

  const seen = (sighting: HookSighting): void => {
    world.running.hookHeardAt = sighting.at
    if (queued >= QUEUED_MAX) return
    queued++
    queue = queue.then(() => noteSighting(world, sighting, claims)).catch((error: unknown) => onError('hook.sighting', error)).finally(() => { queued-- })
  }

  const state = (agent: string): HookState => ({
    askerOf: call => askerOf(world, agent, call),
    activeLocks: now => world.stores.read(() => world.stores.breaches.activeLocks(now)),
    standings: scope => standings(world, scope),
    saveWork: () => saveWorkFrom(world.config.current().settings.enforcement.saveWork),
    take: async slot => take(slot),
    claimed: call => claims.deniedTo(agent, call),
    reserve: (call, asker) => calls.ask(agent, call, asker),
    seen,
    now: () => world.clock.now(),
  })

  return {
    async answer(request) {
      const adapter = adapters.get(request.agent)
      if (!adapter) throw new AppError('not_found', `no hooks are known for an agent called "${request.agent}"`)
      return answerHook(adapter, { event: request.event, pid: request.pid, body: request.body }, state(request.agent))
    },
    idle: () => queue,
  }
}

/** The caller as far as it can be known; '' per unknown dimension. */
export async function askerOf(world: World, agent: string, call: Pick<HookCall, 'session' | 'cwd' | 'transcript' | 'subagent'>): Promise<Asker> {
  const known = await world.stores.read(() => world.stores.sessions.get(agent, call.session))
  const place = world.projects.at(call.cwd)
  const scope: Scope = {
    node: world.node, agent, account: known?.account || accountOfTranscript(call.transcript, world.environment.home), project: place?.project ?? call.cwd,
    branch: place?.branch ?? known?.branch ?? '', session: call.session, subagent: call.subagent,
  }
  return { scope, cwd: call.cwd, inRepository: (place?.worktree ?? '') !== '' }
}

/** The budgets that count this scope, with what their current balance holds. */
async function standings(world: World, scope: Scope): Promise<readonly Standing[]> {
  const budgets = world.budgets().filter(budget => matches(budget.selector, scope))
  if (budgets.length === 0) return []
  const current = await world.stores.read(() => currentStandings(world, budgets, world.clock.now()))
  return budgets.map(budget => {
    const value = perValue(budget, scope)
    const own = current.find(each => each.budget === budget && each.perValue === value)
    return { budget: budget.id, per: budget.per, perValue: value, window: budget.window, spent: own?.spent ?? ZERO_USD, limit: own?.limit ?? budget.limit }
  })
}

async function noteSighting(world: World, sighting: HookSighting, claims: ClaimDoor): Promise<void> {
  const { agent, session, pid, cwd, transcript, at, event } = sighting
  if (session === '') return
  if (event === 'session-end') {
    await claims.ended(sighting)
    await world.stores.transaction(() => world.stores.sessions.end(agent, session, at))
    return
  }
  const process = pid > 1 ? await world.processes.inspect(pid) : null
  const self = await world.processes.self()
  // A pid that is not this user's agent process is no proof of anything: the environment variable may be inherited.
  const role = process && process.uid === self.uid ? world.adapters.find(adapter => adapter.name === agent)?.process.role(process) : null
  if (!process || (role !== 'session' && role !== 'background-session')) return
  await world.stores.transaction(() => world.stores.sessions.bind({
    agent, id: session, cwd, project: world.projects.rootOf(cwd), transcript, pid, startTime: process.startTime, proof: 'hook',
  }, at))
  await noteRun(world, process, { agent, session })
}

/** Is it one that `purser run` started, or the child of such a launcher? After `/clear` the same process runs another session. */
async function noteRun(world: World, process: ProcessInfo, session: RunSession): Promise<void> {
  const parent = await world.processes.inspect(process.parent)
  await world.stores.transaction(function* () {
    const run = (yield* world.stores.runs.ofProcess(process)) ?? (parent && (yield* world.stores.runs.ofProcess(parent)))
    if (run && run.agent === session.agent) yield* knowSession(world, run, session, world.clock.now())
  })
}
