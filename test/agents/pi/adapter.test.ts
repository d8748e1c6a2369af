import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pi, sessions } from '../../../src/agents/pi/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { factsOf, readOddly, type AgentLog } from '../../support/agent-logs.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/pi/0.58/${name}`, import.meta.url), 'utf8')
const LOGS: readonly AgentLog[] = [
  { source: sessions, path: '--w--/2026-10-05T11-00-00-000Z_5e550000-0000-4000-8000-000000000001.jsonl', text: fixture('main.jsonl') },
  { source: sessions, path: '--w--/2026-10-05T12-00-00-000Z_5e550000-0000-4000-8000-000000000002.jsonl', text: fixture('fork.jsonl') },
  { source: sessions, path: '--w--/2026-10-05T11-00-00-000Z_5e550000-0000-4000-8000-000000000001/task_1.jsonl', text: fixture('subagent.jsonl') },
]
const ORDERS = { name: 'orders of reading Pi logs', quick: 300, full: 20_000 }

describe('Pi', () => {
  it('is the same ledger in any order, in any pieces, any number of times', () => {
    const whole = ledgerOf(LOGS.flatMap(log => factsOf(log)))
    const random = new Random(7)
    for (let n = rounds(ORDERS); n > 0; n--) expect(readOddly(LOGS, random)).toEqual(whole)
  }, roundsTimeoutMs(10_000, ORDERS))

  it('resumes a session by its id', () => {
    expect(pi.resume?.argv('5e55')).toEqual(['pi', '--session', '5e55'])
  })
})
