import { describe, expect, it } from 'vitest'
import { chats } from '../../../src/agents/mux/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { jsonLines } from '../../support/agent-case.ts'
import { factsOf, onlyResponse, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const log = (...records: unknown[]): AgentLog => ({ source: chats, path: 'ws1/chat.jsonl', text: jsonLines(...records), companions: { '../config.json': '{"projects":[["/home/dev/web",{"workspaces":[{"id":"ws1"}]}]]}' } })
const usage = { inputTokens: 6_000, outputTokens: 300, cachedInputTokens: 5_000, reasoningTokens: 40 }
const message = (metadata: Record<string, unknown> = {}, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'assistant-1791300001000-abc', role: 'assistant', parts: [], metadata: { timestamp: 1_791_300_001_000, model: 'anthropic:claude-opus-4-5', usage, providerMetadata: { anthropic: { cacheCreationInputTokens: 500 } }, ...metadata }, ...over,
})

describe('a turn of Mux', () => {
  it('becomes a fact: the cache taken out of the input, reasoning inside the output', () => {
    expect(onlyResponse(log(message()))).toEqual({
      key: 'mux:assistant-1791300001000-abc', at: 1_791_300_001_000, model: 'claude-opus-4-5', tokens: { input: 500, output: 300, cacheRead: 5_000, cacheWrite5m: 500, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: '', session: 'ws1', subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
  })

  it('keeps an input that never contained the cache, and reads the newer names of it', () => {
    expect(onlyResponse(log(message({ usage: { inputTokens: 12, outputTokens: 1, cachedInputTokens: 4_000 } }))).tokens).toMatchObject({ input: 12, cacheRead: 4_000, cacheWrite5m: 500 })
    expect(onlyResponse(log(message({ usage: { inputTokens: 100, outputTokens: 1, inputTokenDetails: { cacheReadTokens: 60, cacheWriteTokens: 10 } }, providerMetadata: undefined }))).tokens).toMatchObject({ input: 30, cacheRead: 60, cacheWrite5m: 10 })
  })

  it('has the models its tools asked beside it, each once', () => {
    const tool = (over: Record<string, unknown>): Record<string, unknown> => ({ toolName: 'advisor', toolCallId: 't', model: 'openai:gpt-5', usage: { inputTokens: 5, outputTokens: 1 }, ...over })
    const turn = message({ toolModelUsages: [tool({ timestamp: 1_791_300_001_500 }), tool({}), tool({ usage: null }), 7] })
    expect(ledgerOf(factsOf(log(turn, turn))).map(({ key, model, at }) => [key.slice(31), model, at])).toEqual([['', 'claude-opus-4-5', 1_791_300_001_000], ['#tool:t:0', 'gpt-5', 1_791_300_001_500], ['#tool:t:1', 'gpt-5', 1_791_300_001_000]])
  })

  it('is a lower bound while it is partial, and a fuller copy of itself later', () => {
    const partial = message({ partial: true, usage: { inputTokens: 6_000, outputTokens: 2, cachedInputTokens: 5_000 } })
    expect(onlyResponse(log(partial)).final).toBe(false)
    expect(ledgerOf(factsOf(log(message(), partial)))).toMatchObject([{ final: true, tokens: { output: 300 } }])
  })

  it('is priced as the user said, else by its model without the provider', () => {
    expect(onlyResponse(log(message({ metadataModel: 'anthropic:claude-sonnet-4-5' }))).model).toBe('claude-sonnet-4-5')
    expect(onlyResponse(log(message({ model: 'openrouter:z-ai/glm-5' }))).model).toBe('z-ai/glm-5')
  })

  it('keeps its line when a field is unusable, and says what it took instead', () => {
    expect(onlyResponse(log(message({ timestamp: null }))).at).toBe(WRITTEN_AT)
    expect(onlyResponse(log(message({ timestamp: null }, { createdAt: '2026-10-06T10:00:00.000Z' }))).at).toBe(Date.UTC(2026, 9, 6, 10))
    expect(onlyResponse(log(message({ usage: { inputTokens: -1, outputTokens: 5 }, providerMetadata: null })))).toMatchObject({ damaged: true, tokens: { input: 0, output: 5 } })
    expect(onlyResponse(log(message({}, { id: '' }))).key).toMatch(/^mux:line:[0-9a-f]{16}$/)
  })

  it('is not taken from people or from nothing used', () => {
    expect(ledgerOf(factsOf(log(message({}, { role: 'user' }), message({ usage: null }), message({ usage: {}, providerMetadata: null }), { usage, model: 'm' })))).toEqual([])
    expect(factsOf({ ...log(), text: '{"role":"assistant","metadata":{"usage":{' })).toMatchObject([{ kind: 'malformed' }])
  })
})

it('counts what Mux asked by itself, equal calls of different sources apart', () => {
  const call = { source: 'status', timestamp: 1_791_300_000_100, model: 'anthropic:claude-haiku-4-5', usage: { inputTokens: 40, outputTokens: 4 } }
  const events = ledgerOf(factsOf(log(call, call, { ...call, source: 'memory' }, { ...call, timestamp: null })))
  expect(events.map(({ key }) => key.replace(/-[0-9a-f]{16}$/, ''))).toEqual(['mux:headless:1791300000100', 'mux:headless:1791300000100', 'mux:headless:ws1'])
})
