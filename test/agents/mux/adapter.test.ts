import { expect, it } from 'vitest'
import { chats, mux } from '../../../src/agents/mux/adapter.ts'

it('reads chats beside the configuration, and has no command that resumes one', () => {
  expect(chats.companions()).toEqual(['../config.json'])
  expect(mux.resume).toBeUndefined()
})
