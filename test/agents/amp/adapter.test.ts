import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { amp, threads } from '../../../src/agents/amp/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { factsOf, readOddly, type AgentLog } from '../../support/agent-logs.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/amp/2026-01/${name}`, import.meta.url), 'utf8')
const LOGS: readonly AgentLog[] = [
  { source: threads, path: 'T-a0000000-0000-4000-8000-000000000001.json', text: fixture('messages.json') },
  { source: threads, path: 'T-a0000000-0000-4000-8000-000000000002.json', text: fixture('ledger.json') },
]
const ORDERS = { name: 'orders of reading Amp logs', quick: 300, full: 20_000 }

describe('Amp', () => {
  it('is the same ledger in any order, in any pieces, any number of times', () => {
    const whole = ledgerOf(LOGS.flatMap(log => factsOf(log)))
    const random = new Random(7)
    for (let n = rounds(ORDERS); n > 0; n--) expect(readOddly(LOGS, random)).toEqual(whole)
  }, roundsTimeoutMs(10_000, ORDERS))

  it('continues a thread by its id', () => {
    expect(amp.resume?.argv('T-1')).toEqual(['amp', 'threads', 'continue', 'T-1'])
  })
})
