import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { threads } from '../../../src/agents/amp/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { factsOf, onlyResponse, sumOf, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(`../../fixtures/amp/2026-01/${name}`, import.meta.url), 'utf8')) as Record<string, unknown>
const log = (document: unknown): AgentLog => ({ source: threads, path: 'T-file.json', text: typeof document === 'string' ? document : JSON.stringify(document) })
const usage = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ model: 'claude-opus-4-5', inputTokens: 10, outputTokens: 178, cacheCreationInputTokens: 986, cacheReadInputTokens: 11_372, timestamp: '2026-01-19T11:42:10.652Z', ...over })
const thread = (over: Record<string, unknown> = {}, message: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ id: 'T-1', messages: [{ role: 'assistant', messageId: 3, usage: usage(over), ...message }] })
const event = (over: Record<string, unknown> = {}): Record<string, unknown> => ({ id: 'e-1', timestamp: '2025-11-01T00:00:00.000Z', model: 'gpt-5', tokens: { input: 100, output: 20 }, toMessageId: 3, ...over })

describe('an answer in a thread', () => {
  it('becomes a fact with its tokens, model, time and place', () => {
    const env = fixture('messages.json')['env']
    expect(onlyResponse(log({ ...thread(), env }))).toEqual({
      key: 'amp:T-1/3', at: Date.UTC(2026, 0, 19, 11, 42, 10, 652), model: 'claude-opus-4-5', tokens: { input: 10, output: 178, cacheRead: 11_372, cacheWrite5m: 986, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: 'main', session: 'T-1', subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
  })

  it('is a lower bound while it runs and after it was cancelled, and a fuller copy of itself later', () => {
    const running = log(thread({ outputTokens: 3 }, { state: { type: 'running' } })), done = log(thread({}, { state: { type: 'complete' } }))
    expect(onlyResponse(running)).toMatchObject({ final: false, tokens: { output: 3 } })
    expect(ledgerOf([...factsOf(done), ...factsOf(running)])).toMatchObject([{ final: true, tokens: { output: 178 } }])
  })

  it('is named by its place in the file where the thread does not name itself or the message', () => {
    expect(onlyResponse(log({ ...thread({}, { messageId: undefined }), id: null })).key).toBe('amp:T-file/index-0')
  })

  it('keeps its place when a field is unusable, and says what it took instead', () => {
    expect(onlyResponse(log(thread({ timestamp: 'soon', model: null })))).toMatchObject({ at: WRITTEN_AT, approximateTime: true, model: '' })
    expect(onlyResponse(log(thread({ inputTokens: -1, outputTokens: 0.5 })))).toMatchObject({ damaged: true, tokens: { input: 0, output: 0, cacheRead: 11_372 } })
  })

  it('counts a total without parts as input, and says that it inferred it', () => {
    const [fact] = factsOf(log({ id: 'T-1', messages: [{ role: 'assistant', messageId: 1, usage: { model: 'm', totalTokens: 345 } }] }))
    expect(fact).toMatchObject({ kind: 'usage', doubt: 'only a total was recorded; it is counted as input', events: [{ tokens: { input: 345, output: 0 } }] })
  })
})

describe('the ledger of an older thread', () => {
  it('is the bill of the messages it names, with their cache; later messages are their own', () => {
    const responses = ledgerOf(factsOf(log(fixture('ledger.json'))))
    expect(responses.map(({ key, tokens: { input, output, cacheRead, cacheWrite5m } }) => [key.slice(43), input, output, cacheRead, cacheWrite5m])).toEqual([
      ['1', 100, 20, 2000, 500], ['3', 50, 10, 2500, 0], ['3#2', 30, 5, 0, 0], ['5', 40, 8, 2600, 0], ['e0000000-0000-4000-8000-000000000004', 15, 2, 0, 0],
    ])
  })

  it('is the bill even where the message itself says more', () => {
    expect(onlyResponse(log({ ...thread({ outputTokens: 999 }), usageLedger: { events: [event()] } })).tokens).toEqual({ input: 100, output: 20, cacheRead: 11_372, cacheWrite5m: 986, cacheWrite1h: 0 })
  })

  it('changes no key when the thread loses it', () => {
    const withLedger = { ...thread(), usageLedger: { events: [event()] } }
    expect(ledgerOf([...factsOf(log(withLedger)), ...factsOf(log(thread()))]).map(({ key }) => key)).toEqual(['amp:T-1/3'])
  })

  it('names an event by its id, and one without any by what it says', () => {
    const keys = (...events: unknown[]): string[] => ledgerOf(factsOf(log({ id: 'T-1', usageLedger: { events } }))).map(({ key }) => key)
    expect(keys(event({ toMessageId: undefined }))).toEqual(['amp:T-1/e-1'])
    expect(keys(event({ toMessageId: undefined, id: undefined }))[0]).toMatch(/^amp:T-1\/[0-9a-f]{16}$/)
  })
})

describe('a thread', () => {
  it('gives exact totals', () => {
    expect(sumOf(ledgerOf(factsOf(log(fixture('messages.json')))))).toEqual({ responses: 3, input: 22, output: 223, cacheRead: 23_372, cacheWrite5m: 986, cacheWrite1h: 0 })
    expect(sumOf(ledgerOf(factsOf(log(fixture('ledger.json')))))).toEqual({ responses: 5, input: 235, output: 45, cacheRead: 7_100, cacheWrite5m: 500, cacheWrite1h: 0 })
  })

  it('that is torn is said to be, and one without any answer says nothing', () => {
    expect(factsOf(log('{"id":"T-1","messages":[{'))).toEqual([{ kind: 'malformed', why: 'the thread is cut or is not JSON' }])
    expect(factsOf(log({ id: 'T-1', messages: [{ role: 'user', usage: usage() }, 7, null], usageLedger: { events: [event({ tokens: {} }), 5] } }))).toEqual([])
  })
})
