import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRollout } from '../../../src/agents/codex/rollout.ts'
import { CONFIG } from '../../../src/agents/codex/tier.ts'
import { MEMORY_CHARACTERS_MAX, type Opening } from '../../../src/core/sessions/log-source.ts'
import { instant } from '../../../src/core/time.ts'
import type { ParsedLine, UsageEvent } from '../../../src/core/usage/usage-event.ts'
import { eventsIn, ledgerOf } from '../../support/adapter-facts.ts'
import { CANARY } from '../../support/agent-case.ts'
import { compacted, count, countsFor, header, line, ownRecord, said, T0, threadId, totalOf, turn, type Used } from '../../support/codex-lines.ts'

const WRITTEN_AT = instant(Date.UTC(2026, 10, 21))
const opening = (over: Partial<Opening> = {}): Opening => ({ place: { session: threadId(1), subagent: '' }, path: 'x.jsonl', root: '/logs', memory: null, companions: {}, ...over })

/** What these lines come to; with `cuts`, by parsers that hand their memory on at each. */
function parsed(lines: readonly unknown[], over: Partial<Opening> = {}, cuts: ReadonlySet<number> = new Set()): ParsedLine[] {
  let parser = openRollout(opening(over))
  return lines.map((each, index) => {
    if (cuts.has(index)) parser = openRollout(opening({ ...over, memory: parser.memory() }))
    return parser.parse(Buffer.from(typeof each === 'string' ? each : JSON.stringify(each)), WRITTEN_AT)
  })
}
const events = (...lines: readonly unknown[]): UsageEvent[] => eventsIn(parsed(lines))
const ONE: Used = [2_000, 800, 50, 20], TWO: Used = [3_000, 2_500, 60]

describe('a response with a record of its own', () => {
  it('becomes a fact by the vendor\'s id, with the model and folder of its turn', () => {
    expect(events(header(threadId(1)), turn('gpt-5.5', { cwd: '/home/dev/api' }), ownRecord('resp_a', ONE))).toEqual([{
      key: 'codex:resp_a', at: T0, approximateTime: false, model: 'gpt-5.5', tokens: { input: 1_200, output: 50, cacheRead: 800, cacheWrite5m: 0, cacheWrite1h: 0 },
      billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, final: true, sidechain: false, damaged: false,
      origin: { cwd: '/home/dev/api', branch: 'main', session: threadId(1), subagent: '' },
    }])
  })

  it('is all there is: counters behind it tell nothing new, even when they leave a request out or hand totals on', () => {
    expect(events(header(threadId(1)), turn(), ownRecord('resp_a', ONE), count({ total: [99_000, 0, 9], last: TWO }), ownRecord('resp_b', TWO), count({ total: [999_000, 0, 9], last: TWO })).map(({ key }) => key)).toEqual(['codex:resp_a', 'codex:resp_b'])
  })

  it('goes on from counters where a newer version took a thread up', () => {
    expect(events(header(threadId(1)), turn(), ...countsFor([ONE]), ownRecord('resp_b', TWO), count({ total: totalOf([ONE, TWO]), last: TWO })).map(({ tokens }) => tokens.output)).toEqual([50, 60])
  })

  it('stays its parent\'s when a fork repeats it, and has a key without an id', () => {
    const [copy] = events(header(threadId(2), { forked_from_id: threadId(1) }), turn(), ownRecord('resp_a', ONE))
    expect(copy?.origin).toMatchObject({ session: threadId(1), subagent: '' })
    expect(events(header(threadId(1)), ownRecord('', ONE))[0]?.key).toBe(`codex:${threadId(1)}/t/2000.800.0.50.20`)
  })

  it('without usage is named as damaged', () => {
    expect(parsed([line('token_usage_record', { response_id: 'resp_a', usage: null })])[0]?.kind).toBe('malformed')
  })
})

describe('the thread', () => {
  it('that another spawned counts for its session, as a subagent', () => {
    const spawned = header(threadId(2), { session_id: threadId(1), source: { subagent: { thread_spawn: { parent_thread_id: threadId(9) } } } })
    expect(events(spawned, turn(), ownRecord('resp_a', ONE, { thread_id: threadId(2) }))[0]).toMatchObject({ sidechain: true, origin: { session: threadId(1), subagent: threadId(2) } })
    expect(events(header(threadId(2), { parent_thread_id: threadId(9) }), turn(), ownRecord('resp_a', ONE, { thread_id: threadId(2) }))[0]?.origin).toMatchObject({ session: threadId(9), subagent: threadId(2) })
  })

  it('keeps its own folder and branch when a repeated header names others', () => {
    expect(events(header(threadId(1), { cwd: '/home/dev/own' }), header(threadId(2), { cwd: '/x', git: { branch: 'other' } }), ownRecord('resp_a', ONE))[0]?.origin).toMatchObject({ cwd: '/home/dev/own', branch: 'main', session: threadId(1) })
  })

  it('is named by its file when its header is lost, and its model is never guessed', () => {
    expect(events(...countsFor([ONE]))[0]).toMatchObject({ key: `codex:${threadId(1)}/0/2000.800.0.50.20`, model: '', origin: { session: threadId(1) } })
  })

  it('changes its model with each turn; a count that names one is believed', () => {
    expect(events(header(threadId(1)), turn('gpt-5'), count({ total: ONE }), turn('gpt-5.5'), count({ total: totalOf([ONE, TWO]) }), count({ total: totalOf([ONE, TWO, TWO]), info: { model: 'gpt-5.2' } })).map(({ model }) => model)).toEqual(['gpt-5', 'gpt-5.5', 'gpt-5.2'])
  })
})

describe('the cumulative counter', () => {
  it('counts what the last usage says, else what the total gained', () => {
    expect(events(header(threadId(1)), count({ total: ONE, last: [100, 0, 1] }), count({ total: totalOf([ONE, TWO]) })).map(({ tokens }) => tokens.output)).toEqual([1, 60])
  })

  it('takes damaged counters as zero and says so, and a damaged total as no progress', () => {
    const damaged = events(header(threadId(1)), count({ total: ONE, last: [-5, 0, 7] }), count({ total: [-1, 0, 0], last: [9, 0, 3] }), count({ total: totalOf([ONE, TWO]), last: TWO }))
    expect(damaged.map(event => [event.tokens.output, event.damaged])).toEqual([[7, true], [3, true], [60, false]])
  })

  it('says nothing where it is null, zero or no object', () => {
    expect(events(header(threadId(1)), count({ total: ONE, info: null }), count({ total: [0, 0, 0] }), line('event_msg', { type: 'token_count', info: 5 }), line('event_msg', { type: 'token_count' }))).toEqual([])
  })

  it('takes the file\'s time where its own is unreadable', () => {
    expect(events(header(threadId(1)), { ...count({ total: ONE }), timestamp: 'yesterday' })[0]).toMatchObject({ at: WRITTEN_AT, approximateTime: true })
  })
})

describe('what else a rollout says', () => {
  it('is the account\'s windows, once while they stay the same, also beside usage', () => {
    const limits = { primary: { used_percent: 5, window_minutes: 300, resets_at: 1_795_233_185 } }
    const facts = parsed([header(threadId(1)), count({ total: ONE, limits }), count({ total: ONE, limits }), count({ total: ONE, limits: { primary: { ...limits.primary, used_percent: 6 } } })])
    expect(facts.map(fact => [fact.kind, fact.kind === 'usage' ? fact.quotas?.length : fact.kind === 'quota' ? fact.signals[0]?.usedPercent : 0])).toEqual([['ignored', 0], ['usage', 1], ['ignored', 0], ['quota', 6]])
  })

  it('is that the account has nothing left', () => {
    expect(parsed([line('event_msg', { type: 'task_complete', error: { message: CANARY, codex_error_info: 'usage_limit_exceeded' } })])[0]).toMatchObject({ kind: 'quota', signals: [{ window: '', exhausted: true }] })
    expect(parsed([line('event_msg', { type: 'task_complete', error: { codex_error_info: 'other' } })])[0]?.kind).toBe('ignored')
  })

  it('is the price list, from the turn or from the config since it was written', () => {
    const tier = (config: string, time: number, over: Record<string, unknown> = {}): string | undefined =>
      eventsIn(parsed([header(threadId(1)), turn('gpt-5.5', over), ownRecord('resp_a', ONE)], { companions: { [CONFIG]: config }, companionTimes: { [CONFIG]: instant(time) } }))[0]?.billing.tier
    expect(tier('service_tier = "fast"', T0)).toBe('priority')
    expect(tier('service_tier = "fast"', T0 + 1)).toBe('standard')
    expect(tier('', T0, { service_tier: 'priority' })).toBe('priority')
  })

  it('is nothing when it quotes a log, compacts one or says anything else', () => {
    expect(parsed([said(), compacted(), line('world_state', { info: { total_token_usage: { input_tokens: 5 } } }), '', '[]', '{"type":"event_msg"', line('event_msg', null)]).map(({ kind }) => kind))
      .toEqual(['ignored', 'ignored', 'ignored', 'ignored', 'malformed', 'malformed', 'ignored'])
  })

  it('is read in whatever order its fields come', () => {
    const { payload, type, timestamp } = count({ total: ONE }) as { payload: unknown; type: string; timestamp: string }
    expect(events(header(threadId(1)), { payload, timestamp, extra: 1, more: 2, type })).toHaveLength(1)
  })
})

describe('a rollout that is read in pieces', () => {
  const used = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 5_000 })).map(([input, cached, output]): Used => [input + cached, cached, output])

  it('comes to the same whatever is told again and wherever it is cut', () => {
    fc.assert(fc.property(fc.array(used, { maxLength: 20 }), fc.array(fc.nat(40)), fc.array(fc.nat(40)), (uses, again, cuts) => {
      const lines = [header(threadId(1)), turn(), ...countsFor(uses)]
      const repeated = lines.flatMap((each, index) => (index > 1 && again.includes(index) ? [each, each] : [each]))
      const whole = ledgerOf(parsed(lines))
      expect(ledgerOf(parsed(repeated, {}, new Set(cuts)))).toEqual(whole)
      expect(whole.reduce((sum, { tokens }) => sum + tokens.output, 0)).toBe(uses.reduce((sum, each) => sum + each[2], 0))
    }), { numRuns: 200 })
  })

  it('remembers little, and takes a damaged memory as none', () => {
    const parser = openRollout(opening())
    for (const each of [header(threadId(1), { cwd: 'x'.repeat(9_000), git: { branch: 'y'.repeat(9_000) } }), turn('z'.repeat(9_000))]) parser.parse(Buffer.from(JSON.stringify(each)), WRITTEN_AT)
    expect(parser.memory().length).toBeLessThan(MEMORY_CHARACTERS_MAX)
    expect(eventsIn(parsed(countsFor([ONE]), { memory: '{"phase":7,"base":[1,2],"epoch":-1,"thread":"t1"' }))).toHaveLength(1)
    expect(eventsIn(parsed(countsFor([ONE]), { memory: JSON.stringify({ phase: 'lost', base: [1, 2, 'x'], epoch: 1.5, thread: 't1', tier: 'gold' }) }))[0]?.key).toBe('codex:t1/0/2000.800.0.50.20')
  })
})
