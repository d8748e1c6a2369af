import { expect, it } from 'vitest'
import { cline, clineTasks, kiloTasks, rooTasks, sessions } from '../../../src/agents/cline/adapter.ts'

it('reads tasks of three extensions and sessions, each with what lies beside it', () => {
  expect(cline.sources.map(({ name }) => name)).toEqual(['tasks', 'roo', 'kilo', 'sessions'])
  for (const source of [clineTasks, rooTasks, kiloTasks]) expect(source.companions('17/ui_messages.json')).toEqual(['17/history_item.json', '17/task_metadata.json', '../state/taskHistory.json'])
  expect(sessions.companions('s1/s1.messages.json')).toEqual(['s1/s1.json'])
})
