import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cliSessions } from '../../../src/agents/kimi/adapter.ts'
import { md5 } from '../../../src/agents/kimi/md5.ts'
import { ledgerOf } from '../../support/adapter-facts.ts'
import { jsonLines } from '../../support/agent-case.ts'
import { factsOf, onlyResponse, sumOf, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/kimi/cli-1/${name}`, import.meta.url), 'utf8')
const PROJECT = md5('/home/dev/web')
const companions = { '../kimi.json': fixture('kimi.json'), '../config.toml': fixture('config.toml'), '../config.json': null }
const log = (text: string, below = 's1/wire.jsonl'): AgentLog => ({ source: cliSessions, path: `${PROJECT}/${below}`, text, companions })
const ID = 'chatcmpl-aaaaaaaaaaaaaaaa0001'
const update = (usage: unknown, over: Record<string, unknown> = {}, timestamp: unknown = 1_791_000_001.25): Record<string, unknown> =>
  ({ timestamp, message: { type: 'StatusUpdate', payload: { token_usage: usage, message_id: ID, ...over } } })
const usage = { input_other: 900, output: 40, input_cache_read: 100, input_cache_creation: 7 }

describe('a step of Kimi CLI', () => {
  it('becomes a fact with its tokens, time and place, and with the model of the configuration', () => {
    expect(onlyResponse(log(jsonLines(update(usage))))).toEqual({
      key: `kimi:${ID}`, at: 1_791_000_001_250, model: 'kimi-k2.5', tokens: { input: 900, output: 40, cacheRead: 100, cacheWrite5m: 7, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: '', session: 's1', subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
  })

  it('of a subagent is the same in its own log and wrapped in its parent\'s, at any depth', () => {
    const parent = factsOf(log(fixture('wire.jsonl'))), own = factsOf(log(fixture('subagent.jsonl'), 's1/subagents/a1b2c3/wire.jsonl'))
    const subagents = ledgerOf([...parent, ...own]).filter(({ sidechain }) => sidechain)
    expect(subagents.map(({ key, origin }) => [key.slice(14, 15), key.slice(-4), origin.session, origin.subagent])).toEqual([['b', '0001', 's1', 'a1b2c3'], ['b', '0002', 's1', 'a1b2c3'], ['c', '0001', 's1', 'd4']])
  })

  it('is the same in a fork, which copies lines', () => {
    const both = ledgerOf([...factsOf(log(fixture('wire.jsonl'))), ...factsOf(log(fixture('fork.jsonl'), 's2/wire.jsonl'))])
    expect(both.filter(({ origin }) => origin.session === 's2').map(({ tokens }) => tokens.input)).toEqual([1])
  })

  it('is known by a short id only within its session and beside its counts: local servers repeat them', () => {
    const keys = new Set(['s1', 's2'].flatMap(session => ledgerOf(factsOf(log(fixture('wire.jsonl'), `${session}/wire.jsonl`))).map(({ key }) => key).filter(key => key.includes('chatcmpl-421'))))
    expect(keys.size).toBe(4)
    expect(onlyResponse(log(jsonLines(update(usage, { message_id: null })))).key).toMatch(/^kimi:line:[0-9a-f]{16}$/)
  })

  it('keeps its line when a field is unusable, and says what it took instead', () => {
    expect(onlyResponse(log(jsonLines(update(usage, {}, 'now'))))).toMatchObject({ at: WRITTEN_AT, approximateTime: true })
    expect(onlyResponse(log(jsonLines(update({ ...usage, input_other: -1 }))))).toMatchObject({ damaged: true, tokens: { input: 0, output: 40 } })
  })

  it('is not taken from what tools or people said, from other updates, or from nothing used', () => {
    const others = [update(null), update({ input_other: 0, output: 0 }), { timestamp: 1, message: { type: 'ToolResult', payload: { token_usage: usage } } }, { token_usage: usage }, { message: { type: 'TurnBegin', payload: { user_input: JSON.stringify(update(usage)) } } }]
    expect(ledgerOf(factsOf(log(jsonLines(...others))))).toEqual([])
    expect(factsOf(log('{"message":{"type":"StatusUpdate","payload":{"token_usage":{"output"'))).toMatchObject([{ kind: 'malformed' }])
  })

  it('is counted exactly over a session', () => {
    expect(sumOf(ledgerOf(factsOf(log(fixture('wire.jsonl')))))).toEqual({ responses: 7, input: 1_496, output: 135, cacheRead: 1_100, cacheWrite5m: 50, cacheWrite1h: 0 })
  })
})
