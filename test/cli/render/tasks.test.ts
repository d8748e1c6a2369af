import { describe, expect, it } from 'vitest'
import { renderTask, renderTaskLogs, renderTasks } from '../../../src/cli/render/tasks.ts'
import { displayWidth } from '../../../src/core/text/display-width.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { task, taskSamples } from '../../support/task-samples.ts'

const view = { columns: 140, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: ReturnType<typeof renderTasks>): string => lines.map(plainLine).join('\n')

describe('tasks', () => {
  it('are a table that says what each waits for', () => {
    expect(text(renderTasks(taskSamples['task.list'].tasks, view))).toMatchInlineSnapshot(`
      "STATE    TASK             LABEL             PROJECT  TRIES   COST  PANE       AGENT
      running  task-00000000a1  –                 web-app    1/3  $0.00  purser-10  claude-code
      queued   task-4f1c09a2b7  flaky login test  web-app    1/3  $0.42  –          claude-code  its client ended with exit code 1; again in 8m
      parked   task-00000000a2  parked one        web-app    1/3  $0.42  –          claude-code  the 5-hour quota of its account is used up; agai…
      dead     task-00000000a3  hopeless          web-app    3/3  $0.42  –          claude-code  its client ended with exit code 1, 2m ago
      done     task-00000000a4  docs              web-app    1/3  $0.42  –          claude-code  1h 02m ago"
    `)
  })
  it('fit a narrow screen, and lose what matters least first', () => {
    const lines = renderTasks(taskSamples['task.list'].tasks, { ...view, columns: 64 })
    for (const line of lines) expect(displayWidth(plainLine(line))).toBeLessThanOrEqual(64)
    expect(text(lines)).toContain('task-4f1c09a2b7')
  })
  it('say what to type where there are none', () => {
    expect(text(renderTasks([], view))).toBe('no tasks are queued; add one: purser task add "fix the flaky test"')
  })
})

describe('one task', () => {
  it('is told in full, with every attempt and what to type next', () => {
    expect(text(renderTask(taskSamples['task.show'], view))).toMatchInlineSnapshot(`
      "queued  flaky login test  task-4f1c09a2b7

        state     waits for its turn: its client ended with exit code 1; again in 8m
        folder    /home/ada/src/web-app/packages/ui
        project   /home/ada/src/web-app
        agent     claude-code, mode acceptEdits, sonnet, account work
        budget    $1.00 for each attempt, $0.42 spent so far
        tries     1 of 3, 1h each at most
        claims    path:/home/ada/src/web-app/packages/ui
        priority  5
        verified  by a command of yours
        added     12m ago

        ATTEMPT         OUTCOME  EXIT    TOOK   COST  SESSION
        run-4f1c09a2b7  failed      1  7m 59s  $0.42  7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001  its client ended with exit code 1
        run-4f1c09a2b8  at work     –       –      –  7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001

        give it up  purser task cancel task-4f1c09a2b7"
    `)
  })
  it('that was put aside says how it goes on', () => {
    expect(text(renderTask({ task: { ...task, state: 'dead', endedAt: task.createdAt, until: null }, attempts: [] }, view))).toContain(`try it again  purser task retry ${task.id}`)
  })
})

it('logs say where the output is, or that none was kept', () => {
  expect(text(renderTaskLogs(taskSamples['task.logs'], view))).toContain('printed 25 bytes, in /home/ada')
  expect(text(renderTaskLogs({ ...taskSamples['task.logs'], task: { ...task, keepOutput: false }, output: null }, view))).toContain('task add --keep-output keeps it')
  expect(text(renderTaskLogs({ task: { ...task, because: 'deploy is held' }, attempts: [], output: null }, view))).toBe('flaky login test was not begun yet: deploy is held')
})
