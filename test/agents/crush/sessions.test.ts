import { afterEach, describe, expect, it } from 'vitest'
import { parseSession, sessions } from '../../../src/agents/crush/sessions.ts'
import type { Row } from '../../../src/core/sessions/log-source.ts'
import { anyValue, readingsIn, unsound } from '../../support/adapter-facts.ts'
import { CRUSH } from '../../support/crush-schema.ts'
import { ForeignDatabase, WRITTEN_AT } from '../../support/foreign-database.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const T = Date.UTC(2026, 7, 21, 10) / 1000
let open: ForeignDatabase[] = []
function crush(): ForeignDatabase {
  const made = new ForeignDatabase(CRUSH)
  open.push(made)
  return made
}
afterEach(() => { for (const made of open) made.close(); open = [] })
const session = (made: ForeignDatabase, id: string, over: Row = {}): void => made.insert('sessions', { id, title: 'PRIVATE title', prompt_tokens: 9_000, completion_tokens: 70, cost: 0.125, created_at: T, updated_at: T + 60, ...over })
const where = { root: '/home/dev/web/.crush' }

describe('the sessions of Crush', () => {
  it('tell what they cost, and no tokens, since the counts are the last request\'s', () => {
    const made = crush()
    session(made, 's1')
    made.insert('messages', { id: 'm1', session_id: 's1', role: 'assistant', parts: 'PRIVATE', model: 'gpt-5', created_at: T, updated_at: T })
    made.insert('messages', { id: 'm2', session_id: 's1', role: 'assistant', model: 'claude-sonnet-4-5', created_at: T + 9, updated_at: T })
    const facts = made.facts(sessions, where)
    expect(readingsIn(facts)).toEqual([{
      key: 'crush:s1', at: (T + 60) * 1000, model: 'claude-sonnet-4-5', cost: 125_000_000n, tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
      origin: { cwd: '/home/dev/web', branch: '', session: 's1', subagent: '' },
    }])
    expect(JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('PRIVATE')
  })

  it('contain what their subagents cost', () => {
    const made = crush()
    session(made, 's1', { cost: 0.3 })
    session(made, 's1$$tool', { parent_session_id: 's1', cost: 0.2 })
    expect(readingsIn(made.facts(sessions)).map(({ key, cost }) => [key, cost])).toEqual([['crush:s1', 300_000_000n]])
  })

  it('are read again when they went on', () => {
    const made = crush(), marks = new Map()
    session(made, 's1')
    session(made, 's2', { updated_at: T + 90 })
    made.facts(sessions, { marks })
    session(made, 's1', { updated_at: T + 120, cost: 0.5 })
    expect(readingsIn(made.facts(sessions, { marks })).map(({ key, cost }) => [key, cost])).toEqual([['crush:s2', 125_000_000n], ['crush:s1', 500_000_000n]])
  })

  it('that cost nothing, or something impossible, say nothing', () => {
    for (const cost of [0, null, -1, Number.NaN, 1e300, 'free']) expect(parseSession({ session: 's', cost }, '/w/.crush', WRITTEN_AT)).toEqual({ kind: 'ignored' })
  })

  const FUZZED = { name: 'fuzzed sessions of Crush', quick: 2_000, full: 1_000_000 }
  it('are answered with sound facts whatever a row holds', () => {
    const random = new Random(1_1)
    for (let n = rounds(FUZZED); n > 0; n--) expect(unsound(parseSession({ mark: anyValue(random), session: anyValue(random), cost: anyValue(random), model: anyValue(random) }, String(anyValue(random)), WRITTEN_AT))).toBe('')
  }, roundsTimeoutMs(20_000, FUZZED))
})
