import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pi, sessions } from '../../../src/agents/pi/adapter.ts'
import type { AgentLog } from '../../support/agent-logs.ts'
import { itIsTheSameLedgerInAnyOrder } from '../../support/any-order.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/pi/0.58/${name}`, import.meta.url), 'utf8')
const LOGS: readonly AgentLog[] = [
  { source: sessions, path: '--w--/2026-10-05T11-00-00-000Z_5e550000-0000-4000-8000-000000000001.jsonl', text: fixture('main.jsonl') },
  { source: sessions, path: '--w--/2026-10-05T12-00-00-000Z_5e550000-0000-4000-8000-000000000002.jsonl', text: fixture('fork.jsonl') },
  { source: sessions, path: '--w--/2026-10-05T11-00-00-000Z_5e550000-0000-4000-8000-000000000001/task_1.jsonl', text: fixture('subagent.jsonl') },
]

describe('Pi', () => {
  itIsTheSameLedgerInAnyOrder('Pi', LOGS)

  it('resumes a session by its id', () => {
    expect(pi.resume?.argv('5e55')).toEqual(['pi', '--session', '5e55'])
  })
})
