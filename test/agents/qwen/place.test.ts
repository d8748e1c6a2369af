import { expect, it } from 'vitest'
import { entersFolder, ownsChat, placeOf } from '../../../src/agents/qwen/place.ts'

it('tells chats by where they lie, also those put away, and enters no other folder', () => {
  expect(placeOf('-home-dev-web/chats/9e55.jsonl')).toEqual({ session: '9e55', subagent: '' })
  expect(placeOf('-home-dev-web/chats/archive/9e55.jsonl')).toEqual({ session: '9e55', subagent: '' })
  for (const path of ['-w/chats/a.jsonl', '-w/chats/archive/a.jsonl']) expect(ownsChat(path), path).toBe(true)
  // What subagents asked stands in the chat: their own transcripts say it again, or say no usage at all.
  for (const path of ['-w/chats/a.json', '-w/memory/a.jsonl', 'a.jsonl', '-w/subagents/s/agent-a.jsonl', '-w/chats/x/a.jsonl']) expect(ownsChat(path), path).toBe(false)
  for (const folder of ['-w', '-w/chats', '-w/chats/archive']) expect(entersFolder(folder), folder).toBe(true)
  for (const folder of ['-w/file-history', '-w/chats/x', '-w/subagents']) expect(entersFolder(folder), folder).toBe(false)
})
