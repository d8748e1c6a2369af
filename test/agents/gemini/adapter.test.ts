import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chats, documents, gemini } from '../../../src/agents/gemini/adapter.ts'
import type { AgentLog } from '../../support/agent-logs.ts'
import { itIsTheSameLedgerInAnyOrder } from '../../support/any-order.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/gemini/${name}`, import.meta.url), 'utf8')
const companions = { 'web/.project_root': '/home/dev/web' }
const LOGS: readonly AgentLog[] = [
  { source: chats, path: 'web/chats/session-2026-11-21T03-18-ce415371.jsonl', text: fixture('0.61/basic.jsonl'), companions },
  { source: chats, path: 'web/chats/session-2026-11-21T08-00-5e551000.jsonl', text: fixture('0.61/rewritten.jsonl'), companions },
  { source: chats, path: 'web/chats/5e551000-0000-4000-8000-000000000001/5e551000-0000-4000-8000-00000000000b.jsonl', text: fixture('0.61/subagent.jsonl'), companions },
  { source: documents, path: 'web/chats/session-2025-11-02T10-00-5e551000.json', text: fixture('0.2/document.json'), companions },
]

describe('Gemini CLI', () => {
  itIsTheSameLedgerInAnyOrder('Gemini CLI', LOGS)

  it('resumes a session by its id', () => {
    expect(gemini.resume?.argv('5e55')).toEqual(['gemini', '--resume', '5e55'])
  })
})
