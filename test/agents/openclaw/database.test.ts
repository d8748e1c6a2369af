import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases, sessions } from '../../../src/agents/openclaw/adapter.ts'
import { parseRow } from '../../../src/agents/openclaw/database.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { factsOf } from '../../support/agent-logs.ts'
import { ForeignDatabase, WRITTEN_AT } from '../../support/foreign-database.ts'
import { SCHEMA } from './schema.ts'

const text = readFileSync(new URL('../../fixtures/openclaw/2026.8/session.jsonl', import.meta.url), 'utf8')
const SESSION = '5e550000-0000-4000-8000-000000000001', AT = 1_791_200_000_000

let store: ForeignDatabase
beforeEach(() => { store = new ForeignDatabase(SCHEMA) })
afterEach(() => store.close())
const put = (entries: readonly unknown[], session = SESSION): void =>
  entries.forEach((entry, seq) => store.insert('transcript_events', { session_id: session, seq, event_json: typeof entry === 'string' ? entry : JSON.stringify(entry), created_at: AT + seq }))
const answer = (message: Record<string, unknown> = {}): Record<string, unknown> => ({ type: 'message', id: '0000000a', message: { role: 'assistant', usage: { input: 5, output: 1 }, ...message } })

describe('a row of the store', () => {
  it('is the same response as the line it was', () => {
    put(text.split('\n').filter(line => line !== ''))
    expect(ledgerOf(store.facts(databases))).toEqual(ledgerOf(factsOf({ source: sessions, path: `main/sessions/${SESSION}.jsonl`, text })))
  })

  it('takes the folder from its session\'s first entry and the model from the last change before it', () => {
    put([{ type: 'session', id: 's', cwd: '/w' }, { type: 'model_change', modelId: 'gpt-5.2' }, answer({ timestamp: AT }), { type: 'custom', customType: 'model-snapshot', data: { modelId: 'gpt-5.3-codex' } },
      { type: 'custom', customType: 'other', data: { modelId: 'x' } }, answer({ timestamp: AT + 1 }), answer({ timestamp: AT + 2, model: 'own' })])
    put([answer({ timestamp: AT + 3 })], 'another')
    expect(ledgerOf(store.facts(databases)).map(({ model, origin }) => [model, origin.cwd, origin.session])).toEqual([['gpt-5.2', '/w', SESSION], ['gpt-5.3-codex', '/w', SESSION], ['own', '/w', SESSION], ['', '', 'another']])
  })

  it('takes the row\'s time where the entry has none', () => {
    put([answer()])
    expect(ledgerOf(store.facts(databases))).toMatchObject([{ at: AT, approximateTime: false }])
    expect(parseRow({ entry: JSON.stringify(['message', 'a', null, 'assistant', 'm', null, null, null, null, null, { input: 1 }]), session: 's', created: null, packed: 0 }, WRITTEN_AT)).toMatchObject({ events: [{ at: WRITTEN_AT, approximateTime: true }] })
  })

  it('is passed over where it is no JSON or no answer, and told where it is packed', () => {
    put(['{"type":"message","message":{"usage":', '7', { type: 'message', message: { role: 'user', usage: { input: 9 } } }, answer({ timestamp: AT })])
    store.insert('transcript_events', { session_id: SESSION, seq: 99, event_json: null, created_at: AT })
    expect(store.facts(databases, { limit: 100 }).map(({ kind }) => kind)).toEqual(['ignored', 'usage', 'malformed'])
    expect(parseRow({ entry: '{}', packed: 0 }, WRITTEN_AT)).toEqual({ kind: 'malformed', why: 'the entry of a row is not JSON' })
  })

  it('is read once it is there, from where reading stopped', () => {
    const marks = new Map()
    put([answer({ timestamp: AT })])
    expect(ledgerOf(store.facts(databases, { marks })).length).toBe(1)
    store.insert('transcript_events', { session_id: SESSION, seq: 5, event_json: JSON.stringify(answer({ timestamp: AT + 9 })), created_at: AT })
    expect(ledgerOf(store.facts(databases, { marks })).map(({ at }) => at)).toEqual([AT, AT + 9])
  })
})
