import { afterEach, describe, expect, it } from 'vitest'
import { parseRequest, parseSession, roots, sessions } from '../../../src/agents/goose/sessions.ts'
import type { Row } from '../../../src/core/sessions/log-source.ts'
import { anyValue, eventsIn, ledgerOf, readingsIn, unsound } from '../../support/adapter-facts.ts'
import { ForeignDatabase, WRITTEN_AT } from '../../support/foreign-database.ts'
import { GOOSE_LEDGER, GOOSE_SESSIONS } from '../../support/goose-schema.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const AT = Date.UTC(2026, 8, 23, 14)
let open: ForeignDatabase[] = []
function goose(schema = GOOSE_SESSIONS + GOOSE_LEDGER): ForeignDatabase {
  const made = new ForeignDatabase(schema)
  open.push(made)
  return made
}
afterEach(() => { for (const made of open) made.close(); open = [] })

const session = (made: ForeignDatabase, over: Row = {}): void => made.insert('sessions', {
  id: '20260923_1', name: 'PRIVATE name', working_dir: '/home/dev/web', created_at: '2026-09-23 14:00:00', updated_at: '2026-09-23 14:10:00', model_config_json: '{"model_name":"claude-sonnet-4-5"}',
  accumulated_input_tokens: 300, accumulated_output_tokens: 50, ...over,
})
const request = (made: ForeignDatabase, over: Row = {}): void => made.insert('usage_ledger', {
  session_id: '20260923_1', created_timestamp: AT / 1000, model: 'claude-sonnet-4-5', input_tokens: 10_000, output_tokens: 400, total_tokens: 10_400, cache_read_tokens: 8_000, cache_write_tokens: 1_500, cost: 0.05, cost_source: 'estimated', is_compaction: 0, ...over,
})

describe('the ledger of Goose', () => {
  it('has a row for each request: the prompt without what was cached', () => {
    const made = goose()
    session(made)
    request(made)
    const facts = made.facts(sessions)
    expect(eventsIn(facts)).toEqual([{
      key: expect.stringMatching(/^goose:20260923_1:1-[0-9a-f]{16}$/), at: AT, model: 'claude-sonnet-4-5', tokens: { input: 500, output: 400, cacheRead: 8_000, cacheWrite5m: 1_500, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, origin: { cwd: '/home/dev/web', branch: '', session: '20260923_1', subagent: '' }, final: true, sidechain: false, approximateTime: false, damaged: false,
    }])
    expect(readingsIn(facts), 'the session\'s counter says the same again').toEqual([])
    expect(JSON.stringify(facts)).not.toContain('PRIVATE')
  })

  it('takes the cost a provider reported, and no other', () => {
    const made = goose()
    session(made)
    request(made, { cost_source: 'provider_reported' })
    request(made, { cost_source: 'provider_reported', input_tokens: null, output_tokens: null, cache_read_tokens: null, cache_write_tokens: null })
    request(made)
    expect(eventsIn(made.facts(sessions, { limit: 9 })).map(event => event.givenCost)).toEqual([50_000_000n, 50_000_000n, undefined])
  })

  it('knows the session\'s model for a request that names none', () => {
    const made = goose()
    session(made)
    request(made, { model: null })
    expect(eventsIn(made.facts(sessions))[0]?.model).toBe('claude-sonnet-4-5')
  })

  it('tells apart the first request of two sessions of one name on two machines', () => {
    const facts = [AT, AT + 1_000].map(at => parseRequest({ mark: 1, session: '20260923_1', created: at, model: 'm', input: 5, output: 5 }, WRITTEN_AT))
    expect(ledgerOf(facts)).toHaveLength(2)
  })

  it('flags damage and leaves out rows that used nothing', () => {
    const made = goose()
    session(made)
    request(made, { input_tokens: 100 })
    request(made, { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 })
    expect(eventsIn(made.facts(sessions))).toMatchObject([{ damaged: true, tokens: { input: 0, cacheRead: 8_000 } }])
  })
})

describe('the counter of a session', () => {
  it('is read where there is no ledger, again whenever the session went on', () => {
    const made = goose(GOOSE_SESSIONS), marks = new Map()
    session(made)
    session(made, { id: '20260923_2', updated_at: '2026-09-23 14:20:00' })
    expect(readingsIn(made.facts(sessions, { marks })).map(({ key, at, tokens }) => [key.slice(0, 17), new Date(at).toISOString(), tokens.input, tokens.output])).toEqual([
      ['goose:20260923_1-', '2026-09-23T14:10:00.000Z', 300, 50], ['goose:20260923_2-', '2026-09-23T14:20:00.000Z', 300, 50],
    ])
    session(made, { updated_at: '2026-09-23 14:30:00', accumulated_input_tokens: 700 })
    expect(readingsIn(made.facts(sessions, { marks })).map(({ tokens }) => tokens.input)).toEqual([300, 700])
  })

  it('goes over into the ledger as one row, under the same key', () => {
    const early = goose(GOOSE_SESSIONS)
    session(early)
    const late = goose()
    session(late)
    request(late, { model: null, input_tokens: 300, output_tokens: 50, cache_read_tokens: 0, cache_write_tokens: 0, cost_source: 'carried_forward' })
    const [before] = readingsIn(early.facts(sessions)), [after] = readingsIn(late.facts(sessions))
    expect(after).toMatchObject({ key: before?.key, tokens: before?.tokens, model: 'claude-sonnet-4-5', cost: null })
    expect(eventsIn(late.facts(sessions))).toEqual([])
  })

  it('says nothing where it is damaged or zero', () => {
    for (const over of [{ input: -1, output: 5 }, { input: 0, output: 0 }, {}]) expect(parseSession({ mark: '2026-09-23 14:00:00', session: 's', ...over }, WRITTEN_AT)).toEqual({ kind: 'ignored' })
  })

  it('is no one else\'s of the same name', () => {
    const keys = [{ begun: 'a', cwd: '/x' }, { begun: 'b', cwd: '/x' }, { begun: 'a', cwd: '/y' }].map(over => readingsIn([parseSession({ session: '20260923_1', input: 1, output: 1, ...over }, WRITTEN_AT)])[0]?.key)
    expect(new Set(keys).size).toBe(3)
  })
})

describe('the folders of Goose', () => {
  it('are where the platform and the variables put them', () => {
    expect(roots({ home: '/home/dev', platform: 'linux', variables: { GOOSE_PATH_ROOT: '/srv/goose' } }).map(root => root.path)).toEqual(['/srv/goose/data/sessions', '/home/dev/.local/share/goose/sessions'])
    expect(roots({ home: 'C:\\Users\\dev', platform: 'win32', variables: {} }).map(root => root.path)).toContain('C:\\Users\\dev\\AppData\\Roaming\\Block\\goose\\data\\sessions')
    expect([sessions.owns('sessions.db'), sessions.owns('sessions.db-wal'), sessions.owns('20250310_1.jsonl')]).toEqual([true, false, false])
  })
})

const FUZZED = { name: 'fuzzed rows of Goose', quick: 2_000, full: 1_000_000 }
describe('whatever a row holds', () => {
  it('is answered with sound facts', () => {
    const random = new Random(4_4)
    for (let n = rounds(FUZZED); n > 0; n--) {
      const row = Object.fromEntries(['mark', 'created', 'model', 'input', 'output', 'cache_read', 'cache_write', 'cost', 'source', 'session', 'cwd', 'begun', 'configured'].map(column => [column, anyValue(random)]))
      const source = random.pick(['carried_forward', 'provider_reported', row['source'] ?? null])
      for (const fact of [parseRequest({ ...row, source }, WRITTEN_AT), parseSession(row, WRITTEN_AT)]) expect(unsound(fact)).toBe('')
    }
  }, roundsTimeoutMs(20_000, FUZZED))
})
