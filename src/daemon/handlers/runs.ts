// `run.check`, `run.begin`, `run.end`: what a supervisor asks before it starts a program, and tells when that is over.
import type { Handlers } from '../../api/control-plane.ts'
import type { RefusedAnswer } from '../../api/reserve-answers.ts'
import type { RunInput } from '../../api/run-answers.ts'
import type { Asker } from '../../core/enforcement/lock-reach.ts'
import { AppError } from '../../core/errors.ts'
import { isRunId, type Run } from '../../core/launch/run.ts'
import { isAlive, type ProcessIdentity } from '../../core/machine/process-table.ts'
import { parseUsd, usdText } from '../../core/money.ts'
import { refusal, type Refusal } from '../../core/reservations/refusal.ts'
import type { FoundLog } from '../../core/tailing/scan.ts'
import { instant, SECOND_MS, type Instant } from '../../core/time.ts'
import { beginRun, mayRun, type RunAsk, type RunWorld } from '../../flows/run.ts'
import { endRun } from '../../flows/run/end.ts'
import { bootId } from '../../os/boot-id.ts'
import { reserveWorld } from '../world/reserve.ts'
import type { World } from '../world/world.ts'
import { readLogs } from './reports.ts'

export const runWorld = (world: World): RunWorld => ({ ...reserveWorld(world), boot: bootId() })

export const runHandlers = (world: World, afterChange: () => void): Pick<Handlers, 'run.check' | 'run.begin' | 'run.end'> => ({
  'run.check': async input => {
    // Without a daemon nobody has read what was spent since: a budget can only be asked once somebody has.
    if (world.running.role === 'command' && world.budgets().length > 0) await readLogs(world)
    const answer = await mayRun(runWorld(world), askOf(world, input))
    return answer.ok ? { ok: true, limit: answer.limit === null ? null : usdText(answer.limit) } : refused(answer)
  },
  'run.begin': async input => {
    const process = await provenChild(world, input.pid)
    if ('refused' in process) return refused(process)
    if (!isRunId(input.run)) throw new AppError('invalid_input', `"${input.run}" is not the id of a run`)
    const begun = await beginRun(runWorld(world), askOf(world, input), { id: input.run, process })
    afterChange()
    return begun.ok ? { ok: true, startTime: process.startTime } : refused(begun)
  },
  'run.end': async ({ run: id, exitCode, logged = true }) => {
    const run = await world.stores.read(() => world.stores.runs.get(id))
    if (!run) throw new AppError('not_found', `there is no run ${id}`)
    const complete = run.agent === '' || await readToEnd(world, run)
    const ended = await endRun(runWorld(world), id, { exitCode, logged })
    afterChange()
    if (!ended) throw new AppError('not_found', `there is no run ${id}`)
    const { sessions, cost, atLeast, responses, because } = ended
    return { run: id, sessions, cost: usdText(cost), atLeast, responses, budget: run.budget === null ? null : usdText(run.budget), complete, because }
  },
})

const refused = ({ remaining, ...rest }: Refusal): RefusedAnswer => ({ ...rest, remaining: remaining === null ? null : usdText(remaining) })

function askOf(world: World, { agent, program, session, resumed, account, folder, budget }: RunInput): RunAsk {
  if (agent !== '' && !world.adapters.some(({ name }) => name === agent)) throw new AppError('invalid_input', `"${agent}" is no agent that purser knows`)
  return { agent, program, session, resumed, budget: budget === undefined ? null : parseUsd(budget), asker: askerFor(world, { agent, session, account, folder }) }
}

/** Where and as whom it will work, as far as that is known before it starts. */
function askerFor(world: World, { agent, session, account, folder }: Pick<RunInput, 'agent' | 'session' | 'account' | 'folder'>): Asker {
  const place = world.projects.at(folder)
  return {
    scope: { node: world.node, agent, account, project: place?.project ?? folder, branch: place?.branch ?? '', session, subagent: '' },
    cwd: folder, inRepository: (place?.worktree ?? '') !== '',
  }
}

/** A living process of this user. Over our private socket the supervisor's word says that it is its child. */
async function provenChild({ processes }: World, pid: number): Promise<ProcessIdentity | Refusal> {
  const [found, self] = [await processes.inspect(pid), await processes.self()]
  if (!isAlive(found) || found.startTime === '' || found.uid !== self.uid) return refusal('unproven', `process ${pid} is not yours, or not there${processes.shortfall === '' ? '' : `: ${processes.shortfall}`}`)
  return { pid, startTime: found.startTime }
}

// A client has written all it will when it has ended; what is left is a notification and one batch.
const READ_MS_MAX = 5 * SECOND_MS
const LOOK_MS = 50

/** Waits until every log that this agent wrote since the run began has been read as far as it goes now. */
async function readToEnd(world: World, run: Run): Promise<boolean> {
  if (world.running.role === 'command') {
    await readLogs(world)
    return true
  }
  const logs = world.finder.find().logs.filter(log => log.agent === run.agent && log.modifiedAt >= floor(run.startedAt))
  for (const until = world.clock.monotonicMs() + READ_MS_MAX; ; await world.clock.sleep(LOOK_MS)) {
    if (await allRead(world, logs)) return true
    if (world.clock.monotonicMs() >= until) return false
  }
}

// File systems keep times more coarsely than clocks tell them.
const floor = (at: Instant): Instant => instant(at - 2 * SECOND_MS)

async function allRead({ stores }: World, logs: readonly FoundLog[]): Promise<boolean> {
  return stores.read(function* () {
    for (const log of logs) {
      const cursor = yield* stores.cursors.get(log.path)
      if (!cursor || (cursor.modifiedAt < log.modifiedAt) || (cursor.modifiedAt === log.modifiedAt && cursor.size < log.size)) return false
    }
    return true
  })
}
