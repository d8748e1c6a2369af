import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chats, qwen } from '../../../src/agents/qwen/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { factsOf, readOddly, type AgentLog } from '../../support/agent-logs.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/qwen/${name}`, import.meta.url), 'utf8')
const LOGS: readonly AgentLog[] = [
  { source: chats, path: '-home-dev-web/chats/24000000-0000-4000-8000-000000000002.jsonl', text: fixture('0.24.4/chat.jsonl') },
  { source: chats, path: '-home-dev-web/chats/24000000-0000-4000-8000-000000000032.jsonl', text: fixture('0.24.4/branched.jsonl') },
  { source: chats, path: '-home-dev-web/chats/archive/15000000-0000-4000-8000-000000000002.jsonl', text: fixture('0.15.10/chat.jsonl') },
]
const ORDERS = { name: 'orders of reading Qwen Code logs', quick: 300, full: 20_000 }

describe('Qwen Code', () => {
  it('is the same ledger in any order, in any pieces, any number of times', () => {
    const whole = ledgerOf(LOGS.flatMap(log => factsOf(log)))
    const random = new Random(7)
    for (let n = rounds(ORDERS); n > 0; n--) expect(readOddly(LOGS, random)).toEqual(whole)
  }, roundsTimeoutMs(10_000, ORDERS))

  it('resumes a session by its id', () => {
    expect(qwen.resume?.argv('5e55')).toEqual(['qwen', '--resume', '5e55'])
  })
})
