import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chats } from '../../../src/agents/qwen/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { jsonLines } from '../../support/agent-case.ts'
import { factsOf, onlyResponse, sumOf, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/qwen/${name}`, import.meta.url), 'utf8')
const log = (text: string, path = '-home-dev-web/chats/9e551000-0000-4000-8000-000000000001.jsonl'): AgentLog => ({ source: chats, path, text })

const usage = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100, cachedContentTokenCount: 600, thoughtsTokenCount: 40, ...over })
const record = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  uuid: 'c0000000-0000-4000-8000-000000000001', parentUuid: null, sessionId: '9e55', timestamp: '2026-10-03T09:01:00.000Z', type: 'assistant', cwd: '/home/dev/web',
  gitBranch: 'main', model: 'qwen3-coder-plus', message: { role: 'model', parts: [{ text: 'done' }] }, usageMetadata: usage(), ...over,
})
const telemetry = (over: Record<string, unknown> = {}, id = 't1'): Record<string, unknown> => ({
  ...record({ uuid: id, type: 'system', usageMetadata: undefined, message: undefined, model: undefined }), subtype: 'ui_telemetry',
  systemPayload: { uiEvent: { 'event.name': 'qwen-code.api_response', model: 'qwen3-coder-plus', input_token_count: 1000, output_token_count: 100, cached_content_token_count: 600, thoughts_token_count: 40, total_token_count: 1100, prompt_id: '9e55########0', ...over } },
})
const keysOf = (...records: readonly unknown[]): readonly string[] => ledgerOf(factsOf(log(jsonLines(...records)))).map(({ key }) => key.slice(-2))
const one = (over: Record<string, unknown> = {}): ReturnType<typeof onlyResponse> => onlyResponse(log(jsonLines(record(over))))

describe('an answer of Qwen Code', () => {
  it('becomes a fact, with the cache taken out of the prompt and thoughts counted once', () => {
    expect(one()).toEqual({
      key: 'qwen:c0000000-0000-4000-8000-000000000001', at: Date.UTC(2026, 9, 3, 9, 1), model: 'qwen3-coder-plus', tokens: { input: 400, output: 100, cacheRead: 600, cacheWrite5m: 0, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: 'main', session: '9e55', subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
    expect(one({ usageMetadata: usage({ totalTokenCount: 1140 }) }).tokens.output).toBe(140)
    expect(one({ usageMetadata: usage({ totalTokenCount: undefined }) }).tokens.output).toBe(100)
  })

  it('is the same response in a chat that was branched off, and belongs to the chat it was made in', () => {
    expect(onlyResponse(log(jsonLines(record({ sessionId: 'copy', forkedFrom: { sessionId: 'first', messageUuid: 'x' } }))))).toMatchObject({ key: one().key, sidechain: true, origin: { session: 'first' } })
    const parent = factsOf(log(fixture('0.24.4/chat.jsonl'), '-w/chats/24000000-0000-4000-8000-000000000002.jsonl')), copy = factsOf(log(fixture('0.24.4/branched.jsonl'), '-w/chats/24000000-0000-4000-8000-000000000032.jsonl'))
    const sessions = (facts: typeof parent): readonly string[] => ledgerOf(facts).map(({ origin }) => origin.session.slice(-2))
    expect(sessions(parent)).toEqual(Array(11).fill('02'))
    expect(sessions([...copy, ...parent])).toEqual([...Array<string>(11).fill('02'), '32', '32'])
  })

  it('names the bare model and no branch where none is checked out', () => {
    expect(one({ model: '$runtime|openai|$runtime|openai|qwen3-max', gitBranch: 'HEAD' })).toMatchObject({ model: 'qwen3-max', origin: { branch: '' } })
    expect(one({ model: '$runtime|x' }).model).toBe('$runtime|x')
  })

  it('keeps its line when a field is unusable, and says what it took instead', () => {
    expect(one({ timestamp: 7 })).toMatchObject({ at: WRITTEN_AT, approximateTime: true })
    expect(one({ usageMetadata: usage({ promptTokenCount: -3, cachedContentTokenCount: null }) })).toMatchObject({ tokens: { input: 0, output: 100, cacheRead: 0 }, damaged: true })
    expect(one({ uuid: null }).key).toMatch(/^qwen:line:[0-9a-f]{16}$/)
  })

  it('is not taken from tool results, quotes or records without usage', () => {
    const others = [record({ type: 'user' }), record({ type: 'tool_result' }), record({ usageMetadata: null }), record({ usageMetadata: usage({ promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0, cachedContentTokenCount: 0, thoughtsTokenCount: 0 }) }),
      record({ usageMetadata: undefined, message: { role: 'model', parts: [{ text: JSON.stringify(record()) }], usageMetadata: usage() } }), telemetry({ 'event.name': 'qwen-code.tool_call' }), { ...telemetry(), subtype: 'note' }]
    expect(ledgerOf(factsOf(log(jsonLines(...others))))).toEqual([])
  })

  it('says of a cut line that it is cut', () => {
    expect(factsOf(log(JSON.stringify(record()).slice(0, -4)))).toEqual([{ kind: 'malformed', why: 'the line is cut or is not JSON' }])
  })
})

describe('a request of Qwen Code that its telemetry tells', () => {
  it('is the response, and the answer that follows says it again', () => {
    expect(onlyResponse(log(jsonLines(telemetry(), record({ parentUuid: 't1' }))))).toMatchObject({ key: 'qwen:t1', model: 'qwen3-coder-plus', tokens: { input: 400, output: 100, cacheRead: 600 }, sidechain: false, origin: { session: '9e55', subagent: '' } })
    // Another record may have come between them.
    expect(keysOf(telemetry(), telemetry({ output_token_count: 7, total_token_count: 1007, subagent_name: 'explore' }, 't2'), record({ parentUuid: 't2' }))).toEqual(['t1', 't2'])
    expect(keysOf(telemetry(), record({ parentUuid: 't1', usageMetadata: usage({ candidatesTokenCount: 101, totalTokenCount: 1101 }) }))).toEqual(['t1'])
  })

  it('stands for one answer only', () => {
    expect(keysOf(telemetry(), record({ parentUuid: 't1' }), record({ uuid: 'c3', parentUuid: 'c2' }))).toEqual(['c3', 't1'])
    expect(keysOf(telemetry({ subagent_name: 'explore' }), record({ uuid: 'c4', parentUuid: 'c2' }))).toEqual(['c4', 't1'])
  })

  it('belongs to the agent that asked', () => {
    const subagent = (over: Record<string, unknown>): unknown => onlyResponse(log(jsonLines(telemetry(over))))
    expect(subagent({ prompt_id: '9e55#explore-b49r46#3', subagent_name: 'explore' })).toMatchObject({ sidechain: true, origin: { subagent: 'explore-b49r46' } })
    expect(subagent({ prompt_id: '9e55#explore-b49r46#3', subagent_id: 'explore-call_1', subagent_name: 'explore' })).toMatchObject({ origin: { subagent: 'explore-call_1' } })
    expect(subagent({ prompt_id: undefined, subagent_name: 'explore' })).toMatchObject({ sidechain: true, origin: { subagent: 'explore' } })
    for (const id of ['9e55########0', '9e55########0/automatic/5', '6d6e2d28ee26']) expect(subagent({ prompt_id: id }), id).toMatchObject({ sidechain: false, origin: { subagent: '' } })
  })

  it.each(['0.15.10', '0.24.4'])('is every request that version %s sent: its own, two subagents\' and the one that keeps its memory', version => {
    const responses = ledgerOf(factsOf(log(fixture(`${version}/chat.jsonl`))))
    expect(sumOf(responses)).toEqual({
      responses: 11, input: 1100 + 1200 + 1300 + 1400 + 1200 + 600 + 3001 + 3101 + 3002 + 3102 + 1200, output: 41 + 42 + 43 + 44 + 40 + 22 + 51 + 52 + 51 + 52 + 40,
      cacheRead: 900 + 910 + 920 + 920 + 900 + 110 + 300 + 310 + 300 + 310 + 900, cacheWrite5m: 0, cacheWrite1h: 0,
    })
    expect(responses.filter(({ origin }) => origin.subagent.startsWith('general-purpose-'))).toHaveLength(4)
    expect(responses.filter(({ origin }) => origin.subagent.startsWith('managed-auto-memory-extractor-'))).toHaveLength(1)
  })
})
