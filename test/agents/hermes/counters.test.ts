import { afterEach, describe, expect, it } from 'vitest'
import { parseCounter, roots, state } from '../../../src/agents/hermes/counters.ts'
import type { Row } from '../../../src/core/sessions/log-source.ts'
import { anyValue, readingsIn, unsound } from '../../support/adapter-facts.ts'
import { ForeignDatabase, WRITTEN_AT } from '../../support/foreign-database.ts'
import { HERMES_MODELS, HERMES_STATE } from '../../support/hermes-schema.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const T = Date.UTC(2026, 8, 1, 10) / 1000
let open: ForeignDatabase[] = []
function hermes(schema = HERMES_STATE + HERMES_MODELS): ForeignDatabase {
  const made = new ForeignDatabase(schema)
  open.push(made)
  return made
}
afterEach(() => { for (const made of open) made.close(); open = [] })

const COUNTS = { input_tokens: 100, output_tokens: 20, cache_read_tokens: 300, cache_write_tokens: 40, reasoning_tokens: 5 }
const session = (made: ForeignDatabase, id: string, over: Row = {}): void => made.insert('sessions', { id, model: 'claude-sonnet-4-5', cwd: '/home/dev/web', title: 'PRIVATE title', started_at: T, ...COUNTS, ...over })
const model = (made: ForeignDatabase, id: string, over: Row = {}): void => made.insert('session_model_usage', { session_id: id, model: 'claude-sonnet-4-5', billing_provider: 'anthropic', last_seen: T + 60.25, ...COUNTS, ...over })
const keys = (made: ForeignDatabase, marks = new Map()): string[] => readingsIn(made.facts(state, { marks })).map(({ key }) => key)

describe('counters of Hermes', () => {
  it('by model tell what a session used, at the time it last spoke', () => {
    const made = hermes()
    session(made, 's1')
    model(made, 's1')
    const facts = made.facts(state)
    expect(readingsIn(facts)).toEqual([{
      key: expect.stringMatching(/^hermes:s1-[0-9a-f]{16}$/), at: (T + 60) * 1000 + 250, model: 'claude-sonnet-4-5', tokens: { input: 100, output: 20, cacheRead: 300, cacheWrite5m: 40, cacheWrite1h: 0 }, cost: null,
      origin: { cwd: '/home/dev/web', branch: '', session: 's1', subagent: '' },
    }])
    expect(JSON.stringify(facts)).not.toContain('PRIVATE')
  })

  it('are apart for each model, provider and task of a session', () => {
    const made = hermes()
    session(made, 's1')
    for (const over of [{}, { model: 'gpt-5' }, { billing_provider: 'openrouter' }, { task: 'title_generation' }]) model(made, 's1', over)
    expect(new Set(keys(made)).size).toBe(4)
  })

  it('by session tell only what no model\'s counter tells', () => {
    const made = hermes()
    session(made, 'both')
    model(made, 'both')
    session(made, 'gateway')
    model(made, 'gateway', { task: 'vision', model: 'gemini-3-flash' })
    expect(keys(made).toSorted()).toEqual([expect.stringMatching(/^hermes:both-/), 'hermes:gateway', expect.stringMatching(/^hermes:gateway-/)])
  })

  it('by session are all there is in older versions', () => {
    const made = hermes(HERMES_STATE)
    session(made, 's1')
    made.insert('messages', { session_id: 's1', role: 'user', content: 'PRIVATE', timestamp: T + 30 })
    expect(readingsIn(made.facts(state))).toMatchObject([{ key: 'hermes:s1', at: (T + 30) * 1000, tokens: { input: 100 } }])
  })

  it('that grew are read again, also when they were written behind a newer one', () => {
    const made = hermes(), marks = new Map()
    session(made, 's1')
    session(made, 's2')
    model(made, 's1')
    model(made, 's2', { last_seen: T + 120 })
    expect(keys(made, marks)).toHaveLength(2)
    model(made, 's1', { last_seen: T + 90, input_tokens: 500 })
    expect(readingsIn(made.facts(state, { marks })).map(({ tokens }) => tokens.input).toSorted((a, b) => a - b)).toEqual([100, 500])
  })

  it('are all read when many spoke in one instant', () => {
    const made = hermes()
    for (let n = 0; n < 40; n++) { session(made, `s${n}`); model(made, `s${n}`, { last_seen: T + n / 100 }) }
    expect(new Set(readingsIn(made.facts(state, { limit: 50 })).map(({ key }) => key)).size).toBe(40)
  })

  it('cost what a provider billed, and no estimate', () => {
    expect(readingsIn([parseCounter({ session: 's', ...COUNTS, actual_cost_usd: 0.25 }, WRITTEN_AT)])[0]?.cost).toBe(250_000_000n)
    for (const actual of [0, null, -1]) expect(readingsIn([parseCounter({ session: 's', ...COUNTS, actual_cost_usd: actual, estimated_cost_usd: 1 }, WRITTEN_AT)])[0]?.cost).toBeNull()
  })

  it('say nothing where they are damaged or zero', () => {
    for (const over of [{ ...COUNTS, input_tokens: -1 }, {}]) expect(parseCounter({ session: 's', ...over }, WRITTEN_AT)).toEqual({ kind: 'ignored' })
  })
})

describe('the homes of Hermes', () => {
  it('hold one state for each profile', () => {
    expect(roots({ home: '/home/dev', platform: 'linux', variables: { HERMES_HOME: '/srv/h' } }).map(root => root.account)).toEqual(['/srv/h', '~/.hermes'])
    expect(['state.db', 'profiles/coder/state.db', 'state.db-wal', 'profiles/state.db', 'sessions/state.db'].map(path => state.owns(path))).toEqual([true, true, false, false, false])
    expect(['profiles', 'profiles/coder', 'profiles/coder/logs', 'logs'].map(folder => state.enters?.(folder))).toEqual([true, true, false, false])
  })
})

const FUZZED = { name: 'fuzzed counters of Hermes', quick: 2_000, full: 1_000_000 }
describe('whatever a row holds', () => {
  it('is answered with sound facts', () => {
    const random = new Random(2_2)
    for (let n = rounds(FUZZED); n > 0; n--) {
      const row = Object.fromEntries(['mark', 'session', 'model', 'cwd', 'route', 'actual_cost_usd', ...Object.keys(COUNTS)].map(column => [column, anyValue(random)]))
      expect(unsound(parseCounter(row, WRITTEN_AT))).toBe('')
    }
  }, roundsTimeoutMs(20_000, FUZZED))
})
