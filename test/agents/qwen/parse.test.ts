import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chats } from '../../../src/agents/qwen/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { jsonLines } from '../../support/agent-case.ts'
import { factsOf, onlyResponse, sumOf, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/qwen/0.25/${name}`, import.meta.url), 'utf8')
const log = (text: string, path = '-home-dev-web/chats/9e551000-0000-4000-8000-000000000001.jsonl'): AgentLog => ({ source: chats, path, text })

const usage = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100, cachedContentTokenCount: 600, thoughtsTokenCount: 40, ...over })
const record = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  uuid: 'c0000000-0000-4000-8000-000000000001', parentUuid: null, sessionId: '9e55', timestamp: '2026-10-03T09:01:00.000Z', type: 'assistant', cwd: '/home/dev/web',
  gitBranch: 'main', model: 'qwen3-coder-plus', message: { role: 'model', parts: [{ text: 'done' }] }, usageMetadata: usage(), ...over,
})
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
    const responses = ledgerOf([...factsOf(log(fixture('branched.jsonl'), '-home-dev-web/chats/9e551000-0000-4000-8000-000000000002.jsonl')), ...factsOf(log(fixture('main.jsonl')))])
    expect(responses.map(({ key, origin }) => [key.slice(-2), origin.session.slice(-1)])).toEqual([['01', '1'], ['02', '1'], ['03', '1'], ['30', '2']])
    expect(onlyResponse(log(jsonLines(record({ sessionId: 'copy', forkedFrom: { sessionId: 'first', messageUuid: 'x' } }))))).toMatchObject({ sidechain: true, origin: { session: 'first' } })
  })

  it('belongs to its subagent', () => {
    const responses = ledgerOf(factsOf(log(fixture('subagent.jsonl'), '-home-dev-web/subagents/9e551000-0000-4000-8000-000000000001/agent-explore-7f3c.jsonl')))
    expect(sumOf(responses)).toMatchObject({ responses: 2, input: 600, output: 100, cacheRead: 400 })
    for (const response of responses) expect(response).toMatchObject({ sidechain: true, origin: { session: '9e551000-0000-4000-8000-000000000001', subagent: 'explore-7f3c' } })
    expect(onlyResponse(log(jsonLines(record({ sessionId: undefined })), '-w/subagents/s1/agent-a2.jsonl'))).toMatchObject({ sidechain: true, origin: { session: 's1', subagent: 'a2' } })
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

  it('is not taken from telemetry, tool results, quotes or records without usage', () => {
    const others = [record({ type: 'user' }), record({ type: 'tool_result' }), record({ usageMetadata: null }), record({ usageMetadata: usage({ promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0, cachedContentTokenCount: 0, thoughtsTokenCount: 0 }) }),
      record({ usageMetadata: undefined, message: { role: 'model', parts: [{ text: JSON.stringify(record()) }], usageMetadata: usage() } })]
    expect(ledgerOf(factsOf(log(jsonLines(...others))))).toEqual([])
  })

  it('is counted exactly over a session', () => {
    expect(sumOf(ledgerOf(factsOf(log(fixture('main.jsonl')))))).toEqual({ responses: 3, input: 400 + 2000 + 500, output: 100 + 80 + 20, cacheRead: 600 + 2500, cacheWrite5m: 0, cacheWrite1h: 0 })
  })

  it('says of a cut line that it is cut', () => {
    expect(factsOf(log(JSON.stringify(record()).slice(0, -4)))).toEqual([{ kind: 'malformed', why: 'the line is cut or is not JSON' }])
  })
})
