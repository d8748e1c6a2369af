import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { clineTasks, rooTasks, sessions } from '../../../src/agents/cline/adapter.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { factsOf, onlyResponse, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/cline/${name}`, import.meta.url), 'utf8')
const T = 1_790_000_000_000
const around = { '17/task_metadata.json': fixture('3.89/task_metadata.json'), '17/history_item.json': null, '../state/taskHistory.json': fixture('3.89/taskHistory.json').replace('1790000000000"', '17"') }
const task = (messages: unknown, companions: AgentLog['companions'] = around, source: AgentLog['source'] = clineTasks): AgentLog => ({ source, path: '17/ui_messages.json', text: typeof messages === 'string' ? messages : JSON.stringify(messages), companions })
const request = (info: unknown, over: Record<string, unknown> = {}): Record<string, unknown> => ({ ts: T + 1_000, type: 'say', say: 'api_req_started', text: JSON.stringify(info), ...over })
const counts = { tokensIn: 120, tokensOut: 40, cacheReads: 5_000, cacheWrites: 300 }

describe('a request of a task', () => {
  it('becomes a fact with its tokens, cost, model, time and place', () => {
    expect(onlyResponse(task([request({ ...counts, cost: 0.0123 })]))).toEqual({
      key: `cline:17/${T + 1_000}`, at: T + 1_000, model: 'claude-opus-4-5', tokens: { input: 120, output: 40, cacheRead: 5_000, cacheWrite5m: 300, cacheWrite1h: 0 }, givenCost: 12_300_000n,
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: '', session: '17', subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
  })

  it('has the model of its message, else the one used then, else the one of the task', () => {
    const model = (over: Record<string, unknown>, companions: AgentLog['companions'] = around): string => onlyResponse(task([request(counts, over)], companions)).model
    expect(model({ modelInfo: { modelId: 'own', providerId: 'x' } })).toBe('own')
    expect([model({ ts: T }), model({ ts: T + 4_000 }), model({ ts: T + 9_000 })]).toEqual(['claude-opus-4-5', 'claude-opus-4-5', 'claude-sonnet-4-5'])
    expect(model({}, { ...around, '17/task_metadata.json': null })).toBe('claude-haiku-4-5')
    expect(model({}, {})).toBe('')
  })

  it('is seen once its counts are filled in, and is a fuller copy of itself later', () => {
    expect(ledgerOf(factsOf(task([request({}), request(counts, { partial: true }), request({ request: 'x' })])))).toEqual([])
    expect(ledgerOf([...factsOf(task([request({ ...counts, tokensOut: 3, cancelReason: 'x' })])), ...factsOf(task([request(counts)]))])).toMatchObject([{ tokens: { output: 40 }, final: true }])
  })

  it('is a lower bound where it was cut off', () => {
    expect(onlyResponse(task([request({ ...counts, cancelReason: 'streaming_failed' })])).final).toBe(false)
  })

  it('is counted by its cost where there are no tokens, and keeps its place when a field is unusable', () => {
    expect(onlyResponse(task([request({ cost: 0.5 })]))).toMatchObject({ givenCost: 500_000_000n, tokens: { input: 0, output: 0 } })
    expect(onlyResponse(task([request(counts, { ts: 'x' })]))).toMatchObject({ key: 'cline:17/request-0', at: WRITTEN_AT, approximateTime: true })
    expect(onlyResponse(task([request({ ...counts, tokensIn: 0.5, cost: -1 })]))).toMatchObject({ damaged: true, tokens: { input: 0, output: 40 } })
    expect(onlyResponse(task([request({ ...counts, cost: -1 })]))).not.toHaveProperty('givenCost')
  })

  it('of Roo Code knows its folder and no model', () => {
    const roo = { ...task(fixture('3.89/roo.json'), { '17/history_item.json': fixture('3.89/history_item.json') }, rooTasks) }
    expect(ledgerOf(factsOf(roo)).map(({ model, tokens, origin, givenCost }) => [model, tokens.input, origin.cwd, givenCost])).toEqual([['', 100, '/home/dev/web', 20_000_000n], ['', 300, '/home/dev/web', undefined]])
  })

  it('is not taken from other messages, and a torn task is said to be one', () => {
    expect(factsOf(task([{ ts: 1, type: 'say', say: 'text', text: JSON.stringify(counts) }, 7, null]))).toEqual([])
    for (const text of ['[{"say":', '{}', '7']) expect(factsOf(task(text)), text).toEqual([{ kind: 'malformed', why: 'the task is cut or is not a list' }])
  })
})

describe('a call of a session', () => {
  const session = (text: string, path = 's1/s1.messages.json'): AgentLog => ({ source: sessions, path, text, companions: { 's1/s1.json': fixture('4.1/s1.json') } })

  it('becomes a fact: the cache taken out of the prompt, the cost as the router charged it', () => {
    expect(ledgerOf(factsOf(session(fixture('4.1/s1.messages.json')))).map(({ key, model, tokens, givenCost, origin }) => [key, model, tokens.input, tokens.output, givenCost, origin.cwd])).toEqual([
      ['cline:s1/main/m1', 'z-ai/glm-5', 6_937, 213, 2_108_502n, '/home/dev/web'], ['cline:s1/main/m2', 'z-ai/glm-5', 1_050, 100, 900_000n, '/home/dev/web'],
    ])
  })

  it('of a subagent belongs to its session, and takes the session\'s model where it names none', () => {
    expect(onlyResponse(session(fixture('4.1/agent.messages.json'), 's1/agent.messages.json'))).toMatchObject({ key: 'cline:s1/agent/m7', model: 'z-ai/glm-5', sidechain: true, origin: { session: 's1', subagent: 'agent' } })
  })

  it('without an id is known by its place, and a torn session is said to be one', () => {
    expect(onlyResponse(session('[{"role":"user"},{"role":"assistant","metrics":{"inputTokens":5}}]'))).toMatchObject({ key: 'cline:s1/main/message-1', at: WRITTEN_AT })
    for (const text of ['{"messages":[', '{}']) expect(factsOf(session(text)), text).toEqual([{ kind: 'malformed', why: 'the session is cut or holds no messages' }])
  })
})
