import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chats } from '../../../src/agents/codebuff/adapter.ts'
import { eventsIn, ledgerOf } from '../../support/adapter-facts.ts'
import { factsOf, onlyResponse, openingOf, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/codebuff/2026/${name}`, import.meta.url), 'utf8')
const CHAT = '2026-09-27T10-20-00.000Z', PATH = `web/chats/${CHAT}/chat-messages.json`, STATE = `web/chats/${CHAT}/run-state.json`
const log = (messages: unknown, head: string | null = fixture('run-state.json'), path = PATH): AgentLog =>
  ({ source: chats, path, text: typeof messages === 'string' ? messages : JSON.stringify(messages), companions: { [path.replace('chat-messages', 'run-state')]: head } })
const answer = (over: Record<string, unknown> = {}): Record<string, unknown> => ({ id: 'ai-1790500001000-b1', variant: 'ai', timestamp: '10:21 AM', credits: 12, ...over })

describe('an answer of Codebuff', () => {
  it('becomes a fact with the price of its credits, at the time in its id', () => {
    expect(onlyResponse(log([answer()]))).toEqual({
      key: `codebuff:${CHAT}/ai-1790500001000-b1`, at: 1_790_500_001_000, model: '', tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, givenCost: 120_000_000n,
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: '', session: CHAT, subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
  })

  it('has the tokens it names, in every spelling', () => {
    const tokens = (usage: unknown): unknown => onlyResponse(log([answer({ metadata: { usage } })])).tokens
    const expected = { input: 600, output: 50, cacheRead: 400, cacheWrite5m: 0, cacheWrite1h: 0 }
    expect(tokens({ prompt_tokens: 1_000, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 400 } })).toEqual(expected)
    expect(tokens({ promptTokens: 1_000, completionTokens: 50, promptTokensDetails: { cachedTokens: 400 } })).toEqual(expected)
    expect(tokens({ inputTokens: 600, outputTokens: 50, cacheReadInputTokens: 400, cacheCreationInputTokens: 7 })).toEqual({ ...expected, cacheWrite5m: 7 })
    expect(tokens({ input_tokens: 600, output_tokens: 50, cache_read_input_tokens: 400 })).toEqual(expected)
  })

  it('grows with its credits, and is the same message', () => {
    expect(ledgerOf([...factsOf(log([answer({ credits: 12 })])), ...factsOf(log([answer({ credits: 3 })]))])).toMatchObject([{ givenCost: 120_000_000n }])
  })

  it('begins with its chat where it has no time of its own, and is known by its place where it has no id', () => {
    expect(onlyResponse(log([answer({ id: 'x' })]))).toMatchObject({ at: Date.UTC(2026, 8, 27, 10, 20), approximateTime: true })
    expect(onlyResponse(log([answer({ id: null })], null, 'web/chats/c1/chat-messages.json'))).toMatchObject({ key: 'codebuff:c1/message-0', at: WRITTEN_AT, approximateTime: true, origin: { cwd: '' } })
  })

  it('is nothing without credits and tokens, from people, or where credits are no number', () => {
    for (const message of [answer({ credits: 0 }), answer({ credits: undefined }), answer({ credits: -3 }), answer({ credits: '12' }), answer({ variant: 'user' }), answer({ variant: 'error' }), 7]) expect(factsOf(log([message]))).toEqual([])
    expect(factsOf(log('[{"id":'))).toEqual([{ kind: 'malformed', why: 'the chat is cut or is not a list' }])
  })

  it('is counted exactly over a chat', () => {
    expect(ledgerOf(factsOf(log(fixture('chat-messages.json')))).map(({ tokens, givenCost, model }) => [tokens.input, givenCost, model])).toEqual([[0, 120_000_000n, ''], [600, 5_000_000n, 'claude-opus-4-5']])
  })
})

it('remembers the folder when the state beside the chat is gone', () => {
  const first = chats.parse(JSON.stringify([answer()]), openingOf(log([])), WRITTEN_AT)
  const later = chats.parse(JSON.stringify([answer()]), { ...openingOf(log([], null)), companions: { [STATE]: null }, memory: first?.memory ?? null }, WRITTEN_AT)
  expect(eventsIn(later?.facts ?? [])[0]?.origin.cwd).toBe('/home/dev/web')
})
