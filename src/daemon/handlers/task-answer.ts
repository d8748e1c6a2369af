// Tasks and attempts as they are answered: picked field by field, and none of them is a text.
import type { AttemptAnswer, TaskAnswer } from '../../api/task-answers.ts'
import { nanoUsd, usdText } from '../../core/money.ts'
import { attemptOf, type Attempt, type Task } from '../../core/tasks/task.ts'
import { durationText, isoText, type Instant } from '../../core/time.ts'
import type { World } from '../world/world.ts'

export async function taskAnswer({ stores }: World, task: Task): Promise<TaskAnswer> {
  const { now } = task
  const { attempts, pane } = await stores.read(function* () {
    const found = yield* stores.queue.attempts(task.id)
    const under = found.find(({ id }) => id === attemptOf(task))
    const seat = under && under.endedAt === null && under.seat !== '' ? yield* stores.seats.get(under.seat) : null
    return { attempts: found, pane: seat?.name ?? null }
  })
  return {
    id: task.id, label: task.label, state: now.state, because: 'because' in now ? now.because : '',
    until: iso(now.state === 'queued' ? now.notBefore : now.state === 'parked' ? now.until : null), endedAt: iso('at' in now ? now.at : null),
    agent: task.agent, account: task.account, project: task.project, folder: task.folder, mode: task.mode, model: task.model, priority: task.priority,
    budget: usdText(task.budget), cost: usdText(nanoUsd(attempts.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n))), attempts: task.attempts, attemptsMax: task.attemptsMax,
    timeout: durationText(task.timeoutMs), claims: task.claims, verified: task.verified, keepOutput: task.keepOutput, pane, createdAt: isoText(task.createdAt),
  }
}

export const attemptAnswer = ({ id, session, account, startedAt, letGoAt, endedAt, exitCode, outcome, because, cost }: Attempt): AttemptAnswer => ({
  id, session, account, startedAt: isoText(startedAt), letGoAt: iso(letGoAt), endedAt: iso(endedAt), exitCode, outcome: outcome === 'waited' ? null : outcome, because, cost: cost === null ? null : usdText(cost),
})

const iso = (at: Instant | null): string | null => (at === null ? null : isoText(at))
