import { expect, it } from 'vitest'
import { entersFolder, ownsChat, placeOf } from '../../../src/agents/qwen/place.ts'

it('tells sessions and subagents by where they lie, and enters no other folder', () => {
  expect(placeOf('-home-dev-web/chats/9e55.jsonl')).toEqual({ session: '9e55', subagent: '' })
  expect(placeOf('-home-dev-web/subagents/9e55/agent-explore-7f3c.jsonl')).toEqual({ session: '9e55', subagent: 'explore-7f3c' })
  for (const path of ['-w/chats/a.jsonl', '-w/subagents/s/a.jsonl']) expect(ownsChat(path), path).toBe(true)
  for (const path of ['-w/chats/a.json', '-w/memory/a.jsonl', 'a.jsonl', '-w/subagents/a.jsonl', '-w/chats/x/a.jsonl']) expect(ownsChat(path), path).toBe(false)
  for (const folder of ['-w', '-w/chats', '-w/subagents', '-w/subagents/s']) expect(entersFolder(folder), folder).toBe(true)
  for (const folder of ['-w/file-history', '-w/chats/x', '-w/subagents/s/t']) expect(entersFolder(folder), folder).toBe(false)
})
