import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chats, documents } from '../../../src/agents/gemini/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { jsonLines } from '../../support/agent-case.ts'
import { factsOf, onlyResponse, sumOf, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/gemini/${name}`, import.meta.url), 'utf8')
const chat = (text: string, path = 'web/chats/session-2026-11-21T08-00-5e551000.jsonl'): AgentLog => ({ source: chats, path, text, companions: { 'web/.project_root': '/home/dev/web' } })
const document = (text: string): AgentLog => ({ source: documents, path: 'web/chats/session-2025-11-02T10-00-5e551000.json', text, companions: { 'web/.project_root': '/home/dev/web' } })

const SESSION = '5e551000-0000-4000-8000-000000000001', ANSWER = 'aaaaaaaa-0000-4000-8000-000000000001'
const header = { sessionId: SESSION, projectHash: 'f'.repeat(64), startTime: '2026-11-21T08:00:00.000Z', kind: 'main' }
const answer = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ id: ANSWER, timestamp: '2026-11-21T08:00:02.000Z', type: 'gemini', content: 'done', tokens: { input: 1000, output: 50, cached: 400, thoughts: 10, tool: 0, total: 1060 }, model: 'gemini-3.8-flash', ...over })
const one = (over: Record<string, unknown>): ReturnType<typeof onlyResponse> => onlyResponse(chat(jsonLines(header, answer(over))))

describe('an answer in a chat', () => {
  it('becomes a fact with its tokens, model, time and place', () => {
    expect(onlyResponse(chat(jsonLines(header, answer())))).toEqual({
      key: `gemini:${ANSWER}`, at: Date.UTC(2026, 10, 21, 8, 0, 2), model: 'gemini-3.8-flash', tokens: { input: 600, output: 60, cacheRead: 400, cacheWrite5m: 0, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: '', session: SESSION, subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
  })

  it('counts once however often the client writes it: without tokens, with them, with tool calls, in a patch of the history', () => {
    const responses = ledgerOf(factsOf(chat(fixture('0.61/rewritten.jsonl'))))
    expect(responses.map(({ key, model, tokens: { input, output, cacheRead } }) => [key.slice(-1), model, input, output, cacheRead])).toEqual([
      ['1', 'gemini-3.8-flash', 600, 60, 400], ['2', 'gemini-3.8-pro', 2300, 60, 0], ['3', 'gemini-3.8-flash', 0, 75, 1500],
    ])
  })

  it('stays counted after a rewind: it was billed', () => {
    expect(ledgerOf(factsOf(chat(jsonLines(header, answer(), { $rewindTo: ANSWER })))).length).toBe(1)
  })

  it('is not taken from a tool\'s input or output that looks like one, nor from what the user typed', () => {
    expect(ledgerOf(factsOf(chat(jsonLines(header, answer({ type: 'user' }), answer({ tokens: null }), { id: 'u', type: 'user', content: [{ text: JSON.stringify(answer()) }] }))))).toEqual([])
  })

  it('keeps its line when its time, model or a counter is unusable, and says what it took instead', () => {
    expect(one({ timestamp: 'yesterday' })).toMatchObject({ at: WRITTEN_AT, approximateTime: true })
    expect(one({ model: null })).toMatchObject({ model: '', tokens: { input: 600 } })
    expect(one({ tokens: { input: -1, output: 1.5, cached: {}, thoughts: null, total: 1e300 } })).toMatchObject({ tokens: { input: 0, output: 0, cacheRead: 0 }, damaged: true })
  })

  it('is known by its uuid everywhere, and by any other id only within its chat', () => {
    expect(one({ id: ANSWER.toUpperCase() }).key).toBe(`gemini:${ANSWER}`)
    expect(one({ id: 'd04923d38bb0f6017037e74183378ef4' }).key).toBe(`gemini:${SESSION}/d04923d38bb0f6017037e74183378ef4`)
    expect(one({ id: undefined }).key).toMatch(new RegExp(`^gemini:${SESSION}/[0-9a-f]{16}$`))
    expect(one({ id: undefined }).key).not.toBe(one({ id: undefined, timestamp: '2026-11-21T08:00:03.000Z' }).key)
  })

  it('has the same key in the document of an older version and in the lines it was carried over to', () => {
    const carried = jsonLines(header, answer({ id: 'no-uuid' }), answer({ id: undefined }))
    const before = JSON.stringify({ ...header, messages: [answer({ id: 'no-uuid' }), answer({ id: undefined })] }, null, 2)
    expect(ledgerOf(factsOf(document(before)))).toEqual(ledgerOf(factsOf(chat(carried))))
  })
})

describe('a subagent\'s chat', () => {
  const text = fixture('0.61/subagent.jsonl')

  it('belongs to the session whose folder it lies in', () => {
    const responses = ledgerOf(factsOf(chat(text, `web/chats/${SESSION}/5e551000-0000-4000-8000-00000000000b.jsonl`)))
    expect(sumOf(responses)).toMatchObject({ responses: 2, input: 700, output: 50, cacheRead: 500 })
    for (const response of responses) expect(response).toMatchObject({ sidechain: true, origin: { session: SESSION, subagent: '5e551000-0000-4000-8000-00000000000b' } })
  })

  it('is known as one by its header where it lies beside its parent', () => {
    expect(ledgerOf(factsOf(chat(text)))[0]).toMatchObject({ sidechain: true, origin: { session: '5e551000-0000-4000-8000-00000000000b', subagent: '5e551000-0000-4000-8000-00000000000b' } })
  })
})

describe('a log of Gemini CLI', () => {
  it('gives the totals of a genuine session, and of a document of an older version', () => {
    expect(sumOf(ledgerOf(factsOf(chat(fixture('0.61/basic.jsonl')))))).toEqual({ responses: 2, input: 2400, output: 96, cacheRead: 1800, cacheWrite5m: 0, cacheWrite1h: 0 })
    expect(sumOf(ledgerOf(factsOf(document(fixture('0.2/document.json')))))).toEqual({ responses: 2, input: 3200, output: 220, cacheRead: 5000, cacheWrite5m: 0, cacheWrite1h: 0 })
  })

  it('names its session after a restart in the middle, from what was remembered', () => {
    const whole = factsOf(chat(fixture('0.61/rewritten.jsonl')))
    expect(factsOf(chat(fixture('0.61/rewritten.jsonl')), new Set([1, 3, 5, 7]))).toEqual(whole)
  })

  it('says of a cut line or document that it is cut, and goes on with the next line', () => {
    const cut = JSON.stringify(answer()).slice(0, -9)
    expect(factsOf(chat(`${jsonLines(header)}${cut}\n${jsonLines(answer())}`)).map(fact => fact.kind)).toEqual(['ignored', 'malformed', 'usage'])
    expect(factsOf(document('{"messages":['))).toEqual([{ kind: 'malformed', why: 'the document is cut or is not JSON' }])
    expect(factsOf(document('[]'))).toMatchObject([{ kind: 'malformed' }])
    expect(factsOf(document('{}'))).toEqual([{ kind: 'ignored' }])
  })
})
