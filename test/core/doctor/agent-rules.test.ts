import { describe, expect, it } from 'vitest'
import type { AgentFacts } from '../../../src/core/doctor/agent-facts.ts'
import { diagnoseAgents } from '../../../src/core/doctor/agent-rules.ts'
import type { Flaw } from '../../../src/core/tailing/cursor-store.ts'

const facts = (over: Partial<AgentFacts> = {}): AgentFacts => ({
  agent: 'codex', displayName: 'Codex', estimated: '', folders: ['/home/ada/.codex/sessions'], logs: [{ source: 'rollouts', count: 3 }], unread: 0, lastWrittenAt: null, accounts: [],
  responses: 12, lastSpentAt: null, unpriced: { responses: 0, models: [] }, partial: 0, flaws: [], ...over,
})
const flaw = (over: Partial<Flaw> = {}): Flaw => ({ path: '/l/a.jsonl', kind: 'malformed', generation: 0, firstOffset: 7, occurrences: 2, bytes: 9, why: 'the line is cut or is not JSON', ...over })
const levels = (...agents: readonly AgentFacts[]): string[] => diagnoseAgents(agents, undefined).map(({ id, level }) => `${id} ${level}`)

describe('what doctor says of agents', () => {
  it('is that all is well where everything was read and priced', () => {
    expect(diagnoseAgents([facts()], undefined)).toEqual([{ id: 'agent.codex', level: 'ok', title: 'Codex: 3 logs in 1 folder, 12 responses', detail: '/home/ada/.codex/sessions', remedy: '' }])
  })

  it('is each gap by itself: unread, damaged, unpriced, estimated', () => {
    expect(levels(facts({ unread: 1, flaws: [flaw(), flaw({ kind: 'quarantined' }), flaw({ kind: 'inferred' })], unpriced: { responses: 4, models: [''] }, estimated: 'tokens are guessed' }))).toEqual([
      'agent.codex ok', 'agent.codex.unread info', 'agent.codex.malformed warn', 'agent.codex.quarantined error', 'agent.codex.inferred info', 'agent.codex.unpriced warn', 'agent.codex.estimated info',
    ])
  })

  it('names the first place of a flaw with its reason, and a missing table by name', () => {
    const [, damaged] = diagnoseAgents([facts({ flaws: [flaw({ why: 'the database has none of the tables that are known: message missing' }), flaw({ path: '/l/b.jsonl', occurrences: 1 })] })], undefined)
    expect(damaged).toMatchObject({ title: 'Codex: 3 places in 2 logs could not be understood and were skipped', remedy: 'Look at it: `ls -la /l/a.jsonl`' })
    expect(damaged?.detail).toContain('message missing')
  })

  it('always says what to type about what is not fine', () => {
    const all = diagnoseAgents([facts({ folders: [], logs: [] }), facts({ unread: 2, flaws: (['malformed', 'damaged', 'oversized', 'unreadable', 'quarantined', 'inferred'] as const).map(kind => flaw({ kind })), unpriced: { responses: 1, models: ['m'] }, estimated: 'x' })], undefined)
    expect(all.filter(({ level, remedy }) => level !== 'ok' && remedy === '')).toEqual([])
  })

  it('leaves out agents that are not here, unless one was asked for, and says when there is none', () => {
    const absent = facts({ agent: 'amp', displayName: 'Amp', folders: [], logs: [], responses: 0 })
    expect(levels(facts(), absent)).toEqual(['agent.codex ok'])
    expect(diagnoseAgents([facts(), absent], 'amp')).toMatchObject([{ id: 'agent.amp', level: 'info', title: 'Amp was not found' }])
    expect(diagnoseAgents([absent], undefined)).toMatchObject([{ id: 'agent', level: 'info', detail: 'Known are Amp; none has written a log for this user.' }])
  })
})
