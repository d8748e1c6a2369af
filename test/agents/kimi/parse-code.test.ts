import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codeSessions } from '../../../src/agents/kimi/adapter.ts'
import { MEMORY_CHARACTERS_MAX } from '../../../src/core/sessions/log-source.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { jsonLines } from '../../support/agent-case.ts'
import { factsOf, onlyResponse, openingOf, sumOf, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/kimi/code-1/${name}`, import.meta.url), 'utf8')
const log = (text: string, { session = 'session_1', agent = 'main', state = {} }: { session?: string; agent?: string; state?: Record<string, unknown> } = {}): AgentLog => ({
  source: codeSessions, path: `wd_web_0f/${session}/agents/${agent}/wire.jsonl`, text, companions: { [`wd_web_0f/${session}/state.json`]: JSON.stringify({ workDir: '/home/dev/web', ...state }) },
})
const usage = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ type: 'usage.record', time: 1_791_100_000_900, model: 'mine', usage: { inputOther: 500, output: 50, inputCacheRead: 100, inputCacheCreation: 5 }, usageScope: 'turn', ...over })
const request = (model: string, modelAlias: string): Record<string, unknown> => ({ type: 'llm.request', time: 1, kind: 'loop', model, modelAlias })

describe('a request of Kimi Code', () => {
  it('becomes a fact with its tokens, time and place, and with the model that was asked', () => {
    expect(onlyResponse(log(jsonLines(request('kimi-k2.5', 'mine'), usage())))).toEqual({
      key: expect.stringMatching(/^kimi:1791100000900-[0-9a-f]{16}$/), at: 1_791_100_000_900, model: 'kimi-k2.5', tokens: { input: 500, output: 50, cacheRead: 100, cacheWrite5m: 5, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: '', session: 'session_1', subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
  })

  it('has the model its name stands for, else the last one asked, else the name', () => {
    const models = (...lines: unknown[]): string[] => ledgerOf(factsOf(log(jsonLines(...lines)))).map(({ model }) => model)
    expect(models(request('kimi-k2.5', 'mine'), request('gpt-5-mini', 'small'), usage())).toEqual(['kimi-k2.5'])
    expect(models(request('kimi-k2.5', ''), usage())).toEqual(['kimi-k2.5'])
    expect(models(usage())).toEqual(['mine'])
  })

  it('is the same in a fork, and belongs to the session that was forked', () => {
    const fork = log(fixture('fork.jsonl'), { session: 'session_0', state: { forkedFrom: 'session_1' } })
    const both = ledgerOf([...factsOf(fork), ...factsOf(log(fixture('main.jsonl')))])
    expect(both.map(({ origin, tokens }) => [origin.session, tokens.input])).toEqual([['session_1', 500], ['session_1', 40], ['session_1', 600], ['session_0', 7]])
    expect(ledgerOf(factsOf(fork)).map(({ origin, sidechain }) => [origin.session, sidechain])).toEqual([['session_1', true], ['session_1', true], ['session_1', true], ['session_0', false]])
  })

  it('of another agent belongs to it; without a time it is numbered, so that equal ones stay two', () => {
    const responses = ledgerOf(factsOf(log(fixture('subagent.jsonl'), { agent: 'a2' })))
    expect(sumOf(responses)).toMatchObject({ responses: 3, input: 98, output: 26 })
    for (const response of responses) expect(response).toMatchObject({ sidechain: true, origin: { session: 'session_1', subagent: 'a2' } })
    expect(responses.filter(({ approximateTime }) => approximateTime).map(({ at }) => at)).toEqual([WRITTEN_AT, WRITTEN_AT])
  })

  it('keeps its line when a counter is damaged, and says nothing where nothing was used', () => {
    expect(onlyResponse(log(jsonLines(usage({ usage: { inputOther: 0.5, output: 3 } }))))).toMatchObject({ damaged: true, tokens: { input: 0, output: 3 } })
    expect(ledgerOf(factsOf(log(jsonLines(usage({ usage: {} }), usage({ usage: null }), usage({ type: 'other' }))))).length).toBe(0)
    expect(factsOf(log('{"type":"usage.record","usage":{'))).toMatchObject([{ kind: 'malformed' }])
  })

  it('is counted exactly over a session, also when reading starts again in the middle', () => {
    const whole = factsOf(log(fixture('main.jsonl')))
    expect(sumOf(ledgerOf(whole))).toEqual({ responses: 3, input: 1_140, output: 114, cacheRead: 600, cacheWrite5m: 10, cacheWrite1h: 0 })
    expect(ledgerOf(whole).map(({ model }) => model)).toEqual(['kimi-k2.5', 'gpt-5-mini', 'kimi-k2.5'])
    for (const name of ['main.jsonl', 'subagent.jsonl']) for (let cut = 0; cut < 9; cut++) expect(factsOf(log(fixture(name)), new Set([cut]))).toEqual(factsOf(log(fixture(name))))
  })

  it('names the folder as state.json of version 2 and of version 1 does', () => {
    const cwd = (state: Record<string, unknown>): string => onlyResponse(log(jsonLines(usage()), { state })).origin.cwd
    expect([cwd({ version: 2, cwd: '/home/dev/api', workDir: undefined }), cwd({}), cwd({ cwd: 7 })]).toEqual(['/home/dev/api', '/home/dev/web', '/home/dev/web'])
  })

  it('is remembered within bounds, however many names a log invents', () => {
    const parser = codeSessions.open(openingOf(log('')))
    for (let n = 0; n < 500; n++) parser.parse(Buffer.from(JSON.stringify(request(`${'m'.repeat(9_000)}${n}`, `${n}${'a'.repeat(9_000)}`))), WRITTEN_AT)
    expect(parser.memory().length).toBeLessThan(MEMORY_CHARACTERS_MAX)
  })
})
