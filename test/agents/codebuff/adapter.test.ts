import { expect, it } from 'vitest'
import { chats, codebuff } from '../../../src/agents/codebuff/adapter.ts'

it('says that its spend is an estimate and why, and continues a chat by its id', () => {
  expect(codebuff.estimated).toContain('credits')
  expect(codebuff.resume?.argv('c1')).toEqual(['codebuff', '--continue', 'c1'])
  expect(chats.heads('web/chats/c1/chat-messages.json')).toEqual(['web/chats/c1/run-state.json'])
})
