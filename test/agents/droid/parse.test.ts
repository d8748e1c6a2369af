import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sessions } from '../../../src/agents/droid/adapter.ts'
import type { CounterReading } from '../../../src/core/usage/usage-event.ts'
import { readingsIn } from '../../support/adapter-facts.ts'
import { factsOf, openingOf, WRITTEN_AT, type AgentLog } from '../../support/agent-logs.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/droid/0.174/${name}`, import.meta.url), 'utf8')
const PATH = '-home-dev-web/d0000000-0000-4000-8000-000000000001.settings.json', BESIDE = PATH.replace('.settings.json', '.jsonl')
const log = (text: string, head: string | null = null): AgentLog => ({ source: sessions, path: PATH, text, companions: { [BESIDE]: head } })
const settings = (tokenUsage: unknown, model: unknown = 'gpt-5'): string => JSON.stringify({ model, tokenUsage })
const only = (text: string): CounterReading => readingsIn(factsOf(log(text)))[0] as CounterReading

/** What each writing of the document says, one after the other. */
function followed(...texts: string[]): CounterReading[] {
  let memory: string | null = null
  return texts.flatMap(text => {
    const read = sessions.parse(text, openingOf(log(text), memory), WRITTEN_AT)
    memory = read?.memory ?? null
    return readingsIn([...(read?.facts ?? [])])
  })
}

describe('the settings of a session', () => {
  it('are one counter of all it used, at the time they were written', () => {
    expect(readingsIn(factsOf(log(fixture('first.settings.json'), fixture('first.jsonl'))))).toEqual([{
      key: 'droid:d0000000-0000-4000-8000-000000000001', at: WRITTEN_AT, model: 'claude-opus-4-5-20251101',
      tokens: { input: 73_400, output: 4_748, cacheRead: 351_884, cacheWrite5m: 12_000, cacheWrite1h: 0 }, cost: null,
      origin: { cwd: '/home/dev/web', branch: '', session: 'd0000000-0000-4000-8000-000000000001', subagent: '' },
    }])
    expect(only(fixture('second.settings.json')).tokens).toEqual({ input: 500, output: 100, cacheRead: 2_000, cacheWrite5m: 0, cacheWrite1h: 0 })
  })

  it('begin another counter where theirs fell, and stay with it', () => {
    const keys = followed(settings({ inputTokens: 100, outputTokens: 9 }), settings({ inputTokens: 150, outputTokens: 9 }), settings({ inputTokens: 30, outputTokens: 9 }), settings({ inputTokens: 40, outputTokens: 9 })).map(({ key }) => key.slice(42))
    expect(keys).toEqual(['', '', '#2', '#2'])
  })

  it('say nothing while they are empty, and are waited for while a counter of theirs is damaged', () => {
    for (const text of ['{}', settings({}), settings(null), settings({ inputTokens: 0 })]) expect(factsOf(log(text)), text).toEqual([{ kind: 'ignored' }])
    for (const usage of [{ inputTokens: -1 }, { inputTokens: 10, outputTokens: 'x' }, { cacheReadTokens: 1e300 }]) expect(factsOf(log(settings(usage)))).toEqual([{ kind: 'malformed', why: 'tokenUsage holds a number that is no count' }])
    expect(factsOf(log('{"tokenUsage":'))).toEqual([{ kind: 'malformed', why: 'the settings are cut or are not JSON' }])
  })

  it('name the model without its provider, and the user\'s own models as they are', () => {
    expect(only(settings({ inputTokens: 1 }, 'Claude-Sonnet-4-[Anthropic]')).model).toBe('Claude-Sonnet-4')
    expect(only(settings({ inputTokens: 1 }, 'custom:GLM-5.1-[Proxy]-0')).model).toBe('custom:GLM-5.1-[Proxy]-0')
    expect(only(settings({ inputTokens: 1 }, null)).model).toBe('')
  })
})

describe('the folder of a session', () => {
  const cwd = (head: string | null): string => readingsIn(factsOf(log(settings({ inputTokens: 1 }), head)))[0]?.origin.cwd ?? ''

  it('is what the conversation beside it begins with, else unknown', () => {
    expect(cwd('{"type":"session_start","cwd":"/w"}')).toBe('/w')
    expect(cwd('{"type":"session_start","cwd":"/w"}\n{"type":"mess')).toBe('/w')
    for (const head of [null, '', '{"type":"session_start","cwd":"/w', '{"type":"message","cwd":"/w"}\n']) expect(cwd(head), String(head)).toBe('')
  })

  it('is remembered when the conversation is gone', () => {
    const first = sessions.parse(settings({ inputTokens: 1 }), openingOf(log('', fixture('first.jsonl'))), WRITTEN_AT)
    const later = sessions.parse(settings({ inputTokens: 2 }), openingOf(log('', null), first?.memory ?? null), WRITTEN_AT)
    expect(readingsIn([...(later?.facts ?? [])])[0]?.origin.cwd).toBe('/home/dev/web')
  })
})
