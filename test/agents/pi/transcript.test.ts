import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sessions } from '../../../src/agents/pi/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { jsonLines } from '../../support/agent-case.ts'
import { factsOf, onlyResponse, sumOf, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/pi/0.58/${name}`, import.meta.url), 'utf8')
const log = (text: string, path = '--w--/2026-10-05T11-00-00-000Z_5e550000-0000-4000-8000-000000000001.jsonl'): AgentLog => ({ source: sessions, path, text })
const header = { type: 'session', version: 3, id: 's1', timestamp: '2026-10-05T11:00:00.000Z', cwd: '/home/dev/web' }
const message = (over: Record<string, unknown> = {}, entry: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'message', id: '0000000a', timestamp: '2026-10-05T11:00:05.000Z', ...entry,
  message: { role: 'assistant', provider: 'anthropic', model: 'claude-opus-4-5', usage: { input: 100, output: 20, cacheRead: 5_000, cacheWrite: 300 }, stopReason: 'stop', timestamp: 1_791_200_001_000, responseId: 'msg_01AbCdEfGhIjKlMn', ...over },
})
const one = (over: Record<string, unknown> = {}, entry: Record<string, unknown> = {}): ReturnType<typeof onlyResponse> => onlyResponse(log(jsonLines(header, message(over, entry))))

describe('an answer of Pi', () => {
  it('becomes a fact with its tokens, model, time and place', () => {
    expect(one()).toEqual({
      key: 'pi:msg_01AbCdEfGhIjKlMn', at: 1_791_200_001_000, model: 'claude-opus-4-5', tokens: { input: 100, output: 20, cacheRead: 5_000, cacheWrite5m: 300, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: '', session: 's1', subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
  })

  it('is the same in a fork, with and without a response id and whatever its entry is called', () => {
    const both = ledgerOf([...factsOf(log(fixture('fork.jsonl'), '--w--/t_x.jsonl')), ...factsOf(log(fixture('main.jsonl')))])
    expect(both.map(({ tokens, origin }) => [tokens.input, origin.session.slice(-1)]).sort()).toEqual([[100, '1'], [30, '1'], [31, '1'], [50, '1'], [7, '1'], [9, '2']])
  })

  it('is known by its time and counts where its id is short or missing, and by its entry where it has no time', () => {
    expect(one({ responseId: undefined }).key).toMatch(/^pi:1791200001000-[0-9a-f]{16}$/)
    expect(one({ responseId: undefined }, { id: 'other' }).key).toBe(one({ responseId: 'chatcmpl-421' }).key)
    expect(one({ responseId: undefined }).key).not.toBe(one({ responseId: undefined, timestamp: 1_791_200_001_001 }).key)
    expect(one({ responseId: undefined, timestamp: null }).key).toMatch(/^pi:s1\/0000000a-[0-9a-f]{16}$/)
  })

  it('takes the model that was last chosen where it names none', () => {
    const chosen = (entry: unknown): string => onlyResponse(log(jsonLines(header, entry, message({ model: undefined })))).model
    expect(chosen({ type: 'model_change', provider: 'openai', modelId: 'gpt-5.2' })).toBe('gpt-5.2')
    expect(chosen({ type: 'custom', customType: 'model-snapshot', data: { provider: 'openai', modelId: 'gpt-5.2' } })).toBe('gpt-5.2')
    expect(chosen({ type: 'custom', customType: 'other', data: { modelId: 'gpt-5.2' } })).toBe('')
  })

  it('is a lower bound where it was interrupted', () => {
    expect([one({ stopReason: 'aborted' }).final, one({ stopReason: 'error' }).final, one({ stopReason: 'length' }).final]).toEqual([false, false, true])
  })

  it('keeps its line when a field is unusable, and says what it took instead', () => {
    expect(one({ timestamp: 'x' }).at).toBe(Date.UTC(2026, 9, 5, 11, 0, 5))
    expect(one({ timestamp: null }, { timestamp: 'x' })).toMatchObject({ at: WRITTEN_AT, approximateTime: true })
    expect(one({ usage: { input: -1, output: null, cacheRead: '5' } })).toMatchObject({ damaged: true, tokens: { input: 0, output: 0, cacheRead: 0 } })
    expect(factsOf(log(jsonLines(message({ usage: { totalTokens: 77 } }))))).toMatchObject([{ doubt: expect.stringContaining('total'), events: [{ tokens: { input: 77 } }] }])
  })

  it('is not taken from people, tools or what they quote, nor from nothing used', () => {
    const others = [message({ role: 'user' }), message({ role: 'toolResult' }), message({}, { type: 'custom_message' }), message({ usage: { input: 0 } }), message({ usage: null }), { type: 'compaction', usage: { input: 5 } }]
    expect(ledgerOf(factsOf(log(jsonLines(header, ...others))))).toEqual([])
    expect(factsOf(log('{"type":"message","message":{"usage":{"input'))).toMatchObject([{ kind: 'malformed' }])
  })

  it('belongs to its subagent where its file lies in a session\'s folder', () => {
    const responses = ledgerOf(factsOf(log(fixture('subagent.jsonl'), '--w--/2026-10-05T11-00-00-000Z_5e55/task_1.jsonl')))
    expect(sumOf(responses)).toMatchObject({ responses: 2, input: 23 })
    for (const response of responses) expect(response).toMatchObject({ sidechain: true, origin: { session: '5e55', subagent: 'task_1', cwd: '/home/dev/web' } })
  })

  it('is counted exactly over a session, also when reading starts again in the middle', () => {
    const whole = factsOf(log(fixture('main.jsonl')))
    expect(sumOf(ledgerOf(whole))).toEqual({ responses: 5, input: 218, output: 42, cacheRead: 10_300, cacheWrite5m: 300, cacheWrite1h: 0 })
    for (let cut = 0; cut < 9; cut++) expect(factsOf(log(fixture('main.jsonl')), new Set([cut]))).toEqual(whole)
  })
})
