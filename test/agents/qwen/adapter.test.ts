import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chats, qwen } from '../../../src/agents/qwen/adapter.ts'
import type { AgentLog } from '../../support/agent-logs.ts'
import { itIsTheSameLedgerInAnyOrder } from '../../support/any-order.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/qwen/${name}`, import.meta.url), 'utf8')
const LOGS: readonly AgentLog[] = [
  { source: chats, path: '-home-dev-web/chats/24000000-0000-4000-8000-000000000002.jsonl', text: fixture('0.24.4/chat.jsonl') },
  { source: chats, path: '-home-dev-web/chats/24000000-0000-4000-8000-000000000032.jsonl', text: fixture('0.24.4/branched.jsonl') },
  { source: chats, path: '-home-dev-web/chats/archive/15000000-0000-4000-8000-000000000002.jsonl', text: fixture('0.15.10/chat.jsonl') },
]

describe('Qwen Code', () => {
  itIsTheSameLedgerInAnyOrder('Qwen Code', LOGS)

  it('resumes a session by its id', () => {
    expect(qwen.resume?.argv('5e55')).toEqual(['qwen', '--resume', '5e55'])
  })
})
