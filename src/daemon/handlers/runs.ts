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
import { beginRun, mayRun, type RunAsk } from '../../flows/run.ts'
import { endDeadRuns, endRun } from '../../flows/run/end.ts'
import { readToEnd, runWorld } from '../world/runs.ts'
import type { World } from '../world/world.ts'
import { readLogs } from './reports.ts'

export const runHandlers = (world: World, afterChange: () => void): Pick<Handlers, 'run.check' | 'run.begin' | 'run.end'> => ({
  'run.check': async input => {
    // Without a daemon nobody has read what was spent since: a budget can only be asked once somebody has.
    if (world.running.role === 'command') {
      if (world.budgets().length > 0) await readLogs(world)
      await endDeadRuns(runWorld(world), async () => undefined)
    }
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
    const complete = run.agent === '' || await caughtUp(world, run)
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

async function caughtUp(world: World, run: Run): Promise<boolean> {
  if (world.running.role === 'daemon') return readToEnd(world, run)
  await readLogs(world)
  return true
}
