import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { amp, threads } from '../../../src/agents/amp/adapter.ts'
import type { AgentLog } from '../../support/agent-logs.ts'
import { itIsTheSameLedgerInAnyOrder } from '../../support/any-order.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/amp/2026-01/${name}`, import.meta.url), 'utf8')
const LOGS: readonly AgentLog[] = [
  { source: threads, path: 'T-a0000000-0000-4000-8000-000000000001.json', text: fixture('messages.json') },
  { source: threads, path: 'T-a0000000-0000-4000-8000-000000000002.json', text: fixture('ledger.json') },
]

describe('Amp', () => {
  itIsTheSameLedgerInAnyOrder('Amp', LOGS)

  it('continues a thread by its id', () => {
    expect(amp.resume?.argv('T-1')).toEqual(['amp', 'threads', 'continue', 'T-1'])
  })
})
