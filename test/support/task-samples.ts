// Answers about queued tasks as a daemon would give them: one of everything a renderer or a document has to know.
import type { Operations } from '../../src/api/control-plane.ts'
import type { AttemptAnswer, TaskAnswer, TaskOperations } from '../../src/api/task-answers.ts'

/** Types of samples demand one of everything in each list. */
export const task = {
  id: 'task-4f1c09a2b7', label: 'flaky login test', state: 'queued', because: 'its client ended with exit code 1', until: '2026-11-21T15:20:00.000Z', endedAt: null, agent: 'claude-code', account: 'work',
  project: '/home/ada/src/web-app', folder: '/home/ada/src/web-app/packages/ui', mode: 'acceptEdits', model: 'sonnet', priority: 5, budget: '1.00', cost: '0.42', attempts: 1, attemptsMax: 3, timeout: '1h',
  claims: ['path:/home/ada/src/web-app/packages/ui'], verified: true, keepOutput: true, pane: null, createdAt: '2026-11-21T15:00:00.000Z',
} as const satisfies TaskAnswer
export const attempt = {
  id: 'run-4f1c09a2b7', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001', account: '~/.claude-work', startedAt: '2026-11-21T15:01:00.000Z', letGoAt: '2026-11-21T15:01:01.000Z', endedAt: '2026-11-21T15:09:00.000Z',
  exitCode: 1, outcome: 'failed', because: 'its client ended with exit code 1', cost: '0.42',
} as const satisfies AttemptAnswer
const running = { ...task, id: 'task-00000000a1', label: '', state: 'running', because: '', until: null, pane: 'purser-10', priority: 0, verified: false, attempts: 1, cost: '0.00', mode: '', model: '', account: '' } as const

export const taskSamples = {
  'task.add': { task, warning: 'purser is not running, so nothing begins; start it with: purser up --detach' },
  'task.list': {
    tasks: [
      running, task, { ...task, id: 'task-00000000a2', label: 'parked one', state: 'parked', because: 'the 5-hour quota of its account is used up', until: '2026-11-21T17:02:00.000Z' },
      { ...task, id: 'task-00000000a3', label: 'hopeless', state: 'dead', until: null, endedAt: '2026-11-21T15:10:00.000Z', attempts: 3 }, { ...task, id: 'task-00000000a4', label: 'docs', state: 'done', because: '', until: null, endedAt: '2026-11-21T14:10:00.000Z' },
    ],
  },
  'task.show': { task, attempts: [attempt, { ...attempt, id: 'run-4f1c09a2b8', letGoAt: null, endedAt: null, exitCode: null, outcome: null, because: '', cost: null }] },
  'task.cancel': { task: { ...task, state: 'cancelled', because: 'cancelled by ada', until: null, endedAt: '2026-11-21T15:11:00.000Z' } },
  'task.retry': { task: { ...task, because: '', until: null } },
  'task.logs': { task, attempts: [attempt], output: { attempt: attempt.id, path: '/home/ada/.local/state/purser/tasks/task-4f1c09a2b7/run-4f1c09a2b7.out', bytes: 25, text: 'I fixed it.\nTests passed.\n' } },
} as const satisfies { readonly [N in keyof TaskOperations]: Operations[N]['out'] }
