import { describe, expect, it } from 'vitest'
import { parseTrace, traceFiles } from '../../../src/agents/copilot/traces.ts'
import type { ParsedLine } from '../../../src/core/usage/usage-event.ts'
import { damagedText, eventsIn, ledgerOf, unsound } from '../../support/adapter-facts.ts'
import { bytesOf } from '../../support/claude-lines.ts'
import { WRITTEN_AT } from '../../support/foreign-database.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const USAGE = { 'gen_ai.usage.input_tokens': 1_000, 'gen_ai.usage.output_tokens': 50, 'gen_ai.usage.cache_read.input_tokens': 700, 'gen_ai.usage.cache_creation.input_tokens': 100, 'gen_ai.usage.reasoning_tokens': 20 }
const SPAN = {
  type: 'span', name: 'chat gpt-5', traceId: 't1', spanId: 'p1', kind: 2, startTime: [1_790_000_000, 0], endTime: [1_790_000_001, 500_000_000],
  attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-5', 'gen_ai.response.model': 'gpt-5-2025-08-07', 'gen_ai.response.id': 'resp_1', 'gen_ai.conversation.id': 's1', ...USAGE },
}
const LOG = { hrTime: [1_790_000_001, 500_000_000], body: 'GenAI inference: gpt-5', attributes: { ...SPAN.attributes, 'event.name': 'gen_ai.client.inference.operation.details', 'gen_ai.operation.name': undefined, 'gen_ai.usage.cache_creation.input_tokens': undefined } }
const SUM = { ...SPAN, name: 'invoke_agent copilot', spanId: 'p0', attributes: { ...SPAN.attributes, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 9_999 } }
const TURN = { body: 'copilot_chat.agent.turn', attributes: { 'event.name': 'copilot_chat.agent.turn', ...USAGE } }

const parsed = (record: unknown): ParsedLine => parseTrace(bytesOf(typeof record === 'string' ? record : JSON.stringify(record)), WRITTEN_AT)

describe('exported traces', () => {
  it('tell each request once, by its response\'s id, whichever records of it there are', () => {
    const [event] = ledgerOf([parsed(LOG), parsed(SUM), parsed(SPAN), parsed(TURN), parsed(LOG)])
    expect(event).toMatchObject({ key: 'copilot:resp_1', at: 1_790_000_001_500, model: 'gpt-5-2025-08-07', tokens: { input: 200, output: 50, cacheRead: 700, cacheWrite5m: 100 }, origin: { session: 's1' } })
    expect(ledgerOf([LOG, SUM, SPAN, TURN].map(parsed))).toHaveLength(1)
  })

  it('tell requests without such an id by their span, else by what they say', () => {
    const anonymous = { ...SPAN, attributes: { ...SPAN.attributes, 'gen_ai.response.id': undefined } }
    expect(eventsIn([parsed(anonymous)])[0]?.key).toBe('copilot:t1:p1')
    expect(eventsIn([parsed({ ...anonymous, spanId: undefined, traceId: undefined, spanContext: { traceId: 't2', spanId: 'p2' } })])[0]?.key).toBe('copilot:t2:p2')
    expect(eventsIn([parsed({ ...anonymous, spanId: undefined })])[0]?.key).toMatch(/^copilot:[0-9a-f]{16}$/)
  })

  it('leave out what sums over requests, and what used nothing', () => {
    for (const record of [SUM, TURN, { ...SPAN, attributes: { 'gen_ai.operation.name': 'chat' } }, { name: 'execute_tool x', attributes: USAGE }, '']) expect(parsed(record).kind).toBe('ignored')
    for (const torn of ['{"attributes":', 'null', '[]']) expect(parsed(torn).kind).toBe('malformed')
  })

  it('are dated by the end of the request, else by the file', () => {
    expect(eventsIn([parsed({ ...SPAN, endTime: 'x', startTime: '2026-06-01T12:00:00Z' })])[0]?.at).toBe(Date.UTC(2026, 5, 1, 12))
    expect(eventsIn([parsed({ ...SPAN, endTime: null, startTime: [1, 2] })])[0]).toMatchObject({ at: WRITTEN_AT, approximateTime: true })
  })

  it('are found by their marker', () => {
    for (const record of [SPAN, LOG]) expect(traceFiles.markers.some(marker => JSON.stringify(record).includes(marker))).toBe(true)
  })

  const FUZZED = { name: 'fuzzed traces of Copilot', quick: 2_000, full: 1_000_000 }
  it('are answered with sound facts whatever they hold', () => {
    const random = new Random(3_14)
    const texts = [SPAN, LOG, SUM].map(record => JSON.stringify(record))
    for (let n = rounds(FUZZED); n > 0; n--) expect(unsound(parsed(damagedText(random.pick(texts), random)))).toBe('')
  }, roundsTimeoutMs(20_000, FUZZED))
})
