import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { parseRequest, sessionStore } from '../../../src/agents/copilot/store.ts'
import type { Row } from '../../../src/core/sessions/log-source.ts'
import type { ParsedLine } from '../../../src/core/usage/usage-event.ts'
import { anyValue, eventsIn, ledgerOf, unsound } from '../../support/adapter-facts.ts'
import { COPILOT_STORE } from '../../support/copilot-schema.ts'
import { ForeignDatabase, WRITTEN_AT } from '../../support/foreign-database.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

let open: ForeignDatabase[] = []
function store(schema = COPILOT_STORE): ForeignDatabase {
  const made = new ForeignDatabase(schema)
  open.push(made)
  made.insert('sessions', { id: 's1', cwd: '/home/dev/web', repository: 'dev/web', branch: 'main', summary: 'PRIVATE summary' })
  return made
}
afterEach(() => { for (const made of open) made.close(); open = [] })

const REQUEST = { session_id: 's1', model: 'claude-sonnet-4.5', input_tokens: 71_282, output_tokens: 345, cache_read_tokens: 35_495, cache_write_tokens: 35_783, reasoning_tokens: 31, created_at: '2026-07-01T10:00:00.000Z' } satisfies Row
const parsed = (over: Row = {}): ParsedLine => parseRequest({ mark: 1, ...REQUEST, cwd: '/w', branch: 'main', ...over }, WRITTEN_AT)

describe('the rows of the session store', () => {
  it('are responses: the prompt without what was cached, reasoning inside the answer', () => {
    const made = store()
    made.insert('assistant_usage_events', REQUEST)
    expect(eventsIn(made.facts(sessionStore))).toEqual([{
      key: expect.stringMatching(new RegExp(`^copilot:${Date.UTC(2026, 6, 1, 10)}-[0-9a-f]{16}$`)), at: Date.UTC(2026, 6, 1, 10), model: 'claude-sonnet-4.5', tokens: { input: 4, output: 345, cacheRead: 35_495, cacheWrite5m: 35_783, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: 'main', session: 's1', subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    }])
  })

  it('are read on from the last one, and the last one again', () => {
    const made = store(), marks = new Map()
    for (let n = 0; n < 20; n++) made.insert('assistant_usage_events', { ...REQUEST, output_tokens: n + 1 })
    const first = made.facts(sessionStore, { marks })
    expect(ledgerOf(first)).toHaveLength(20)
    made.insert('assistant_usage_events', { ...REQUEST, output_tokens: 99 })
    const more = made.facts(sessionStore, { marks })
    expect(more).toHaveLength(2)
    expect(ledgerOf([...first, ...more])).toHaveLength(21)
  })

  it('of a store without the columns of subagents are read as well', () => {
    const made = store(COPILOT_STORE.replace('agent_id text, parent_tool_call_id text,', '').replace('initiator text,', ''))
    made.insert('assistant_usage_events', REQUEST)
    expect(eventsIn(made.facts(sessionStore))).toMatchObject([{ origin: { session: 's1', subagent: '' } }])
  })

  it('of versions without them are missed aloud', () => {
    expect(store('create table sessions (id text primary key, cwd text, repository text, branch text, summary text)').able(sessionStore)).toEqual([])
  })

  it('that a subagent asked for are its own', () => {
    expect(eventsIn([parsed({ agent_id: 'a1', parent_tool_call_id: 'call_1' }), parsed({ agent_id: 'main' })]).map(event => event.origin.subagent)).toEqual(['a1', ''])
  })

  it('of two times, models or counts are apart, and a copy of a row is the row', () => {
    expect(ledgerOf([parsed(), parsed({ created_at: '2026-08-01 10:00:00' }), parsed({ mark: 9 }), parsed({ output_tokens: 346 }), parsed({ model: 'gpt-5' })])).toHaveLength(4)
    expect(ledgerOf([parsed({ created_at: null }), parsed({ created_at: null, session_id: 's2' })]), 'without a time the session stands in').toHaveLength(2)
  })

  it('that used nothing are nothing; damaged counts are zero and flagged', () => {
    expect(parsed({ input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 })).toEqual({ kind: 'ignored' })
    expect(eventsIn([parsed({ output_tokens: -5 })])).toMatchObject([{ damaged: true, tokens: { input: 4, output: 0 } }])
    expect(eventsIn([parsed({ input_tokens: 10 })]), 'a part larger than its whole').toMatchObject([{ damaged: true, tokens: { input: 0, cacheRead: 35_495 } }])
  })

  it('take SQLite\'s own time as UTC, and the file\'s where there is none', () => {
    expect(eventsIn([parsed({ created_at: '2026-07-01 10:00:00' })])).toMatchObject([{ at: Date.UTC(2026, 6, 1, 10), approximateTime: false }])
    const [untimed] = eventsIn([parsed({ created_at: null })])
    expect(untimed).toMatchObject({ at: WRITTEN_AT, approximateTime: true })
  })

  it('name no branch for a detached head and tell nothing of the session\'s text', () => {
    expect(eventsIn([parsed({ branch: 'HEAD' })])[0]?.origin.branch).toBe('')
    const made = store()
    made.insert('assistant_usage_events', { ...REQUEST, token_details_json: 'PRIVATE' })
    expect(JSON.stringify(made.facts(sessionStore))).not.toContain('PRIVATE')
  })

  it('come to the same ledger in any order and repetition', () => {
    const facts = Array.from({ length: 6 }, (_, n) => parsed({ session_id: `s${n % 2}`, output_tokens: 1 + n % 3 }))
    fc.assert(fc.property(fc.array(fc.nat(5), { maxLength: 20 }), order => { expect(ledgerOf([...order.map(at => facts[at] as ParsedLine), ...facts])).toEqual(ledgerOf(facts)) }))
  })

  const FUZZED = { name: 'fuzzed rows of Copilot', quick: 2_000, full: 1_000_000 }
  it('are answered with sound facts whatever they hold', () => {
    const random = new Random(7_11)
    for (let n = rounds(FUZZED); n > 0; n--) {
      const row = Object.fromEntries([...Object.keys(REQUEST), 'mark', 'cwd', 'branch', 'agent_id', 'parent_tool_call_id'].map(column => [column, anyValue(random)]))
      expect(unsound(parseRequest(row, WRITTEN_AT))).toBe('')
    }
  }, roundsTimeoutMs(20_000, FUZZED))
})
