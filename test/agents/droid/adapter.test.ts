import { expect, it } from 'vitest'
import { droid, sessions } from '../../../src/agents/droid/adapter.ts'

it('resumes a session by its id, and looks at the conversation beside its settings', () => {
  expect(droid.resume?.argv('d0')).toEqual(['droid', '--resume', 'd0'])
  expect(sessions.heads('-w/d0.settings.json')).toEqual(['-w/d0.jsonl'])
})
