import { afterEach, describe, expect, it } from 'vitest'
import { parseSpan, traceDatabase } from '../../../src/agents/vscode-copilot/traces.ts'
import type { Row } from '../../../src/core/sessions/log-source.ts'
import { anyValue, eventsIn, ledgerOf, unsound } from '../../support/adapter-facts.ts'
import { CHAT_TRACES } from '../../support/copilot-schema.ts'
import { ForeignDatabase, WRITTEN_AT } from '../../support/foreign-database.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const AT = Date.UTC(2026, 2, 28, 12)

let open: ForeignDatabase[] = []
function traces(): ForeignDatabase {
  const made = new ForeignDatabase(CHAT_TRACES)
  open.push(made)
  return made
}
afterEach(() => { for (const made of open) made.close(); open = [] })

function span(made: ForeignDatabase, id: string, over: Row = {}, attributes: Record<string, string> = {}): void {
  made.insert('spans', { span_id: id, trace_id: 't1', name: 'chat gpt-5', start_time_ms: AT, end_time_ms: AT + 900, operation_name: 'chat', request_model: 'gpt-5', response_model: 'gpt-5-2025-08-07', conversation_id: 'c1', chat_session_id: 's1', input_tokens: 1_000, output_tokens: 50, cached_tokens: 700, reasoning_tokens: 20, ...over })
  for (const [key, value] of Object.entries(attributes)) made.insert('span_attributes', { span_id: id, key, value })
}

describe('the trace database', () => {
  it('tells each request: the prompt without what was cached, reasoning inside the answer', () => {
    const made = traces()
    span(made, 'p1', {}, { 'gen_ai.usage.cache_creation.input_tokens': '100', 'gen_ai.input.messages': 'PRIVATE', 'github.copilot.git.branch': 'main' })
    const facts = made.facts(traceDatabase)
    expect(eventsIn(facts)).toEqual([{
      key: 'vscode-copilot:t1:p1', at: AT + 900, model: 'gpt-5-2025-08-07', tokens: { input: 200, output: 50, cacheRead: 700, cacheWrite5m: 100, cacheWrite1h: 0 }, billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 },
      origin: { cwd: '', branch: 'main', session: 's1', subagent: '' }, final: true, sidechain: false, approximateTime: false, damaged: false,
    }])
    expect(JSON.stringify(facts)).not.toContain('PRIVATE')
  })

  it('counts no sum over requests, no tool, and no span of the command line', () => {
    const made = traces()
    span(made, 'p0', { operation_name: 'invoke_agent', input_tokens: 9_999 })
    span(made, 'p1', { operation_name: 'execute_tool' })
    span(made, 'p2', { trace_id: 't2', operation_name: 'invoke_agent', agent_name: 'copilotcli' })
    span(made, 'p3', { trace_id: 't2' })
    span(made, 'p4', { input_tokens: null, output_tokens: null, cached_tokens: null })
    expect(eventsIn(made.facts(traceDatabase))).toEqual([])
  })

  it('books a subagent\'s requests to the chat that started it', () => {
    const made = traces()
    span(made, 'p1', { chat_session_id: 's2' }, { 'copilot_chat.parent_chat_session_id': 's1' })
    expect(eventsIn(made.facts(traceDatabase))[0]?.origin).toMatchObject({ session: 's1', subagent: 's2' })
  })

  it('is read on from its last row, and anew when its rows were numbered anew', () => {
    const made = traces(), marks = new Map()
    for (let n = 0; n < 10; n++) span(made, `p${n}`)
    expect(ledgerOf(made.facts(traceDatabase, { marks }))).toHaveLength(10)
    expect(made.facts(traceDatabase, { marks })).toHaveLength(1)
    made.exec('delete from spans')
    span(made, 'q1')
    expect(eventsIn(made.facts(traceDatabase, { marks })).map(event => event.key)).toEqual(['vscode-copilot:t1:q1'])
  })

  it('flags damaged counts', () => {
    const made = traces()
    span(made, 'p1', { output_tokens: -1 }, { 'gen_ai.usage.cache_creation.input_tokens': 'many' })
    expect(eventsIn(made.facts(traceDatabase))).toMatchObject([{ damaged: true, tokens: { input: 300, output: 0, cacheWrite5m: 0 } }])
  })

  const FUZZED = { name: 'fuzzed spans of VS Code', quick: 2_000, full: 1_000_000 }
  it('is answered with sound facts whatever a row holds', () => {
    const random = new Random(5_5)
    for (let n = rounds(FUZZED); n > 0; n--) {
      const row = Object.fromEntries(['mark', 'trace', 'span', 'ended', 'model', 'input', 'output', 'cached', 'written', 'session', 'parent', 'branch'].map(column => [column, anyValue(random)]))
      expect(unsound(parseSpan(row, WRITTEN_AT))).toBe('')
    }
  }, roundsTimeoutMs(20_000, FUZZED))
})
