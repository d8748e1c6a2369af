import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseUpdate, surroundingsOf, updates } from '../../../src/agents/grok/updates.ts'
import type { ParsedLine } from '../../../src/core/usage/usage-event.ts'
import { damagedText, readingsIn, unsound } from '../../support/adapter-facts.ts'
import { bytesOf } from '../../support/claude-lines.ts'
import { WRITTEN_AT } from '../../support/foreign-database.ts'
import { Random } from '../../support/random.ts'

const LINES = readFileSync(new URL('../../fixtures/grok/0.1/updates.jsonl', import.meta.url), 'utf8').trimEnd().split('\n')
const PATH = '%2Fhome%2Fdev%2Fweb/019edf9c-0000-7000-8000-000000000001/updates.jsonl'
const SUMMARY = PATH.replace('updates.jsonl', 'summary.json')
const around = (summary: string | null = '{"info":{"id":"019edf9c-0000-7000-8000-000000000001","cwd":"/home/dev/api"},"current_model_id":"grok-build"}') => surroundingsOf({ path: PATH, place: updates.place(PATH), companions: { [SUMMARY]: summary } })
const parsed = (line: string): ParsedLine => parseUpdate(bytesOf(line), around(), WRITTEN_AT)
const turn = (usage: unknown, over: Record<string, unknown> = {}): ParsedLine => parsed(JSON.stringify({ timestamp: 1_786_724_700, params: { update: { sessionUpdate: 'turn_completed', prompt_id: 'p', usage, ...over } } }))

describe('turns of Grok', () => {
  it('say what they used, by model, however often they end', () => {
    expect(readingsIn(LINES.map(parsed)).map(({ key, model, tokens }) => [key.split(':').at(-1), model, tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite5m])).toEqual([
      ['p1#grok-4.6-build', 'grok-4.6-build', 600, 60, 400, 0], ['p1#grok-4.6-build', 'grok-4.6-build', 1_000, 150, 2_400, 100], ['p1#grok-mini', 'grok-mini', 500, 50, 0, 0], ['p2#grok-build', 'grok-build', 700, 30, 0, 0],
    ])
  })

  it('are the first model\'s where the shares do not add up', () => {
    expect(readingsIn([turn({ inputTokens: 10, outputTokens: 5, modelUsage: { a: { inputTokens: 1 }, b: { inputTokens: 2 } } })]).map(({ model, tokens }) => [model, tokens.input])).toEqual([['a', 10]])
  })

  it('are dated by the agent, else by the line, else by the file', () => {
    expect(readingsIn([parsed(LINES[1] ?? '')])[0]?.at).toBe(1_786_724_740_100)
    expect(readingsIn([turn({ inputTokens: 1 })])[0]).toMatchObject({ at: 1_786_724_700_000 })
    expect(readingsIn([parsed('{"params":{"update":{"sessionUpdate":"turn_completed","usage":{"inputTokens":1}}}}')])[0]).toMatchObject({ at: WRITTEN_AT, key: expect.stringMatching(/:@[0-9a-f]{16}#grok-build$/) })
  })

  it('that used nothing, and everything else a journal says, are nothing', () => {
    for (const line of [LINES[0] ?? '', '{"params":{"update":{"sessionUpdate":"turn_completed"}}}', '', ' ']) expect(parsed(line).kind).toBe('ignored')
    expect(turn({ inputTokens: 0 }).kind).toBe('ignored')
    for (const torn of ['{"params":{', '[]', 'x']) expect(parsed(torn).kind).toBe('malformed')
  })

  it('with damaged counts say nothing', () => {
    expect(turn({ inputTokens: -1, outputTokens: 5 }).kind).toBe('ignored')
    expect(turn({ inputTokens: 5, cachedReadTokens: 9 }).kind).toBe('ignored')
  })

  it('happened where the summary says, else where the folder does', () => {
    expect([around().origin.cwd, around(null).origin.cwd, around('{').origin.cwd]).toEqual(['/home/dev/api', '/home/dev/web', '/home/dev/web'])
    expect(surroundingsOf({ path: '%E0%A4%A/s/updates.jsonl', place: { session: 's', subagent: '' }, companions: {} }).origin).toMatchObject({ cwd: '', session: 's' })
    expect(surroundingsOf({ path: 'somewhere/s/updates.jsonl', place: { session: 's', subagent: '' }, companions: {} }).origin.cwd).toBe('')
  })

  it('are found by their marker, in journals at their place', () => {
    expect(LINES.filter(line => updates.markers.some(marker => line.includes(marker)))).toHaveLength(3)
    expect([updates.owns(PATH), updates.owns('a/b/c/updates.jsonl'), updates.owns('a/b/signals.json'), updates.enters?.('a/b'), updates.enters?.('a/b/c')]).toEqual([true, false, false, true, false])
    expect(updates.roots({ home: '/home/dev', platform: 'linux', variables: { GROK_HOME: '/srv/g' } }).map(root => `${root.account} ${root.path}`)).toEqual(['/srv/g /srv/g/sessions', '~/.grok /home/dev/.grok/sessions'])
  })

  it('are sound whatever a line holds', () => {
    const random = new Random(12_1)
    for (let n = 0; n < 2_000; n++) expect(unsound(parsed(damagedText(random.pick(LINES), random)))).toBe('')
  })
})
