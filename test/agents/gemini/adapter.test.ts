import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chats, documents, gemini } from '../../../src/agents/gemini/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { factsOf, readOddly, type AgentLog } from '../../support/agent-logs.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/gemini/${name}`, import.meta.url), 'utf8')
const companions = { 'web/.project_root': '/home/dev/web' }
const LOGS: readonly AgentLog[] = [
  { source: chats, path: 'web/chats/session-2026-11-21T03-18-ce415371.jsonl', text: fixture('0.61/basic.jsonl'), companions },
  { source: chats, path: 'web/chats/session-2026-11-21T08-00-5e551000.jsonl', text: fixture('0.61/rewritten.jsonl'), companions },
  { source: chats, path: 'web/chats/5e551000-0000-4000-8000-000000000001/5e551000-0000-4000-8000-00000000000b.jsonl', text: fixture('0.61/subagent.jsonl'), companions },
  { source: documents, path: 'web/chats/session-2025-11-02T10-00-5e551000.json', text: fixture('0.2/document.json'), companions },
]
const ORDERS = { name: 'orders of reading Gemini CLI logs', quick: 300, full: 20_000 }

describe('Gemini CLI', () => {
  it('is the same ledger in any order, in any pieces, any number of times', () => {
    const whole = ledgerOf(LOGS.flatMap(log => factsOf(log)))
    const random = new Random(7)
    for (let n = rounds(ORDERS); n > 0; n--) expect(readOddly(LOGS, random)).toEqual(whole)
  }, roundsTimeoutMs(10_000, ORDERS))

  it('resumes a session by its id', () => {
    expect(gemini.resume?.argv('5e55')).toEqual(['gemini', '--resume', '5e55'])
  })
})
