import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bound, type ActiveSession, type Bound, type BoundFacts } from '../../../src/core/budgets/bound.ts'
import { defineBudget, type BudgetFields } from '../../../src/core/budgets/define.ts'
import { claudeModelLimits } from '../../../src/core/budgets/model-limits.ts'
import type { BoundCard } from '../../../src/core/budgets/request-cost.ts'
import { parseUsd, usdText, ZERO_USD } from '../../../src/core/money.ts'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { price } from '../../../src/core/pricing/price.ts'
import { resolveModel } from '../../../src/core/pricing/resolve-model.ts'
import { instant } from '../../../src/core/time.ts'

const NOW = instant(Date.parse('2026-11-21T12:00:00Z'))
const CARD: BoundCard = { limits: claudeModelLimits(model => resolveModel(bundledRateCard(), model)?.id ?? null), price: response => price(bundledRateCard(), response) }
const session = (over: Partial<ActiveSession> = {}): ActiveSession => ({ models: ['claude-opus-5-5'], speed: 'standard', subagents: 0, ...over })
const budget = (rule: Partial<BudgetFields>) => defineBudget({ id: 'web', limit: parseUsd('20'), onBreach: 'deny', ...rule }, 'UTC')

function facts({ rule = {}, ...over }: Partial<Omit<BoundFacts, 'budget'>> & { readonly rule?: Partial<BudgetFields> } = {}): BoundFacts {
  return { sessions: [session()], hooks: 'heard', signals: { armed: false, ladderMs: 10_000 }, saveWorkRequests: 0, burnPerMinute: ZERO_USD, over: ZERO_USD, now: NOW, ...over, budget: budget(rule) }
}
const costOf = (found: Bound): bigint => (found.kind === 'none' ? -1n : found.cost)

// 1,000,000 tokens written to the 1-hour cache at $8 and 128,000 out at $20 a million.
const OPUS = parseUsd('10.56')

describe('class H', () => {
  it('counts two of the dearest requests a session can make', () => {
    const found = bound(facts(), CARD)
    expect(found).toMatchObject({ kind: 'bound', class: 'H', cost: OPUS * 2n, unseen: OPUS * 3n })
    expect(found.because).toBe('1 session; a request of claude-opus-5-5 costs at most $10.56; 2 requests each before a hook sees the lock')
  })

  it('counts every conversation of a session, and what saving work may cost once per session', () => {
    const found = bound(facts({ sessions: [session({ subagents: 2 }), session()], saveWorkRequests: 4 }), CARD)
    expect(costOf(found)).toBe(OPUS * (2n * 3n + 4n + 2n + 4n))
    expect(found.because).toContain('2 sessions with 2 subagents')
    expect(found.because).toContain('and 4 to save work')
  })

  it('takes the dearest model of each session, in the mode it runs in', () => {
    expect(costOf(bound(facts({ sessions: [session({ models: ['claude-haiku-4-5', 'claude-opus-5-5'] })] }), CARD))).toBe(OPUS * 2n)
    expect(costOf(bound(facts({ sessions: [session({ speed: 'fast' })] }), CARD))).toBe(OPUS * 4n)
    // Haiku has no fast mode, so being in it costs nothing more: 200,000 at $2 and 64,000 at $5 a million.
    expect(costOf(bound(facts({ sessions: [session({ models: ['claude-haiku-4-5'], speed: 'fast' })] }), CARD))).toBe(parseUsd('0.72') * 2n)
  })

  it('prices a full context at the long-context tier', () => {
    // Haiku 5.5 above 100,000 tokens: $1 for 1-hour writes, $2.50 out.
    expect(costOf(bound(facts({ sessions: [session({ models: ['claude-haiku-5-5'] })] }), CARD))).toBe(parseUsd('1.32') * 2n)
  })

  it('needs no signals, and does not look at the burn rate', () => {
    expect(bound(facts({ rule: { onBreach: 'terminate' }, burnPerMinute: parseUsd('5') }), CARD)).toEqual(bound(facts({ signals: { armed: true, ladderMs: 0 } }), CARD))
  })
})

describe('class R', () => {
  const r = { rule: { reserve: 'hooks' } } as const
  const asks = (over: Partial<ActiveSession> = {}): ActiveSession => session({ asks: true, ...over })

  it('is nothing over while every session asks, and names what no hook sees beside it', () => {
    const found = bound(facts({ ...r, sessions: [asks(), asks({ subagents: 2 })], saveWorkRequests: 4 }), CARD)
    expect(found).toMatchObject({ kind: 'bound', class: 'R', cost: ZERO_USD, unseen: OPUS * (3n + 3n + 2n) })
    expect(found.because).toBe('2 sessions with 2 subagents; before each request its hook holds the most it may cost, and what does not fit is not sent; a request of claude-opus-5-5 costs at most $10.56; unseen are compaction, titles and what follows a subagent\'s report: 3 requests each, one more for each subagent')
  })

  it('is what is held beyond the limit, and two requests of each that has not asked yet', () => {
    const found = bound(facts({ ...r, over: parseUsd('1.25'), sessions: [asks(), session({ subagents: 1 })] }), CARD)
    expect(costOf(found)).toBe(parseUsd('1.25') + OPUS * 4n)
    expect(found.because).toContain('1 of 2 has not asked yet: 2 requests each; $1.25 is spent and held beyond the limit')
  })

  it('is an estimate where what is usual is held: each conversation may have one request that costs the most', () => {
    const found = bound(facts({ rule: { reserve: 'hooks', estimate: 'p95' }, sessions: [asks({ subagents: 1 })] }), CARD)
    expect(found).toMatchObject({ kind: 'estimate', class: 'R', cost: OPUS * 2n })
    expect(found.because).toContain('what 95 of 100 of the session cost')
  })

  it('refuses whatever a breach would do, so that a rule that only warns has a bound too', () => {
    expect(bound(facts({ rule: { reserve: 'hooks', onBreach: 'warn' }, sessions: [asks()] }), CARD)).toMatchObject({ kind: 'bound', class: 'R' })
  })

  it('is not had without hooks that answer, nor by a rule that refuses nothing', () => {
    for (const hooks of ['silent', 'absent', 'unanswered'] as const) expect(bound(facts({ ...r, hooks, sessions: [asks()] }), CARD)).toMatchObject({ class: 'O' })
    expect(bound(facts({ rule: { reserve: 'hooks', hard: false }, sessions: [asks()] }), CARD)).toMatchObject({ class: 'H' })
  })

  it('is an estimate while no session runs, since nobody knows what comes', () => {
    expect(bound(facts({ ...r, sessions: [] }), CARD)).toMatchObject({ kind: 'estimate', class: 'R', cost: ZERO_USD })
  })
})

describe('class O', () => {
  const o = { hooks: 'silent', rule: { onBreach: 'terminate', graceMs: 30_000 }, signals: { armed: true, ladderMs: 29_750 }, burnPerMinute: parseUsd('0.60') } as const

  it('is one request per conversation and what is burnt until the process is gone, and says it is an estimate', () => {
    const found = bound(facts(o), CARD)
    expect(found).toMatchObject({ kind: 'estimate', class: 'O', cost: OPUS + parseUsd('0.60') })
    expect(found.because).toBe('1 session; a request of claude-opus-5-5 costs at most $10.56; about 60 s to stop at $0.60 a minute')
  })
})

describe('where nothing stops the spending', () => {
  it.each<[string, Parameters<typeof facts>[0], string]>([
    ['a rule that only warns', { rule: { onBreach: 'warn' } }, 'on_breach is warn'],
    ['a soft limit', { rule: { hard: false } }, 'hard is false'],
    ['deny without a hook', { hooks: 'absent' }, 'no hooks are installed, and only hooks can deny; type: purser hooks install'],
    ['deny with hooks that are not heard', { hooks: 'silent' }, 'hooks are installed but none was heard in the last ten minutes, and only hooks can deny; sessions older than the hooks go without them'],
    ['terminate without a hook while disarmed', { hooks: 'absent', rule: { onBreach: 'terminate' } }, 'no hooks are installed, and signals are in dry-run; type: purser hooks install; or type: purser arm'],
    ['anything while no daemon runs', { hooks: 'unanswered', signals: { armed: true, ladderMs: 1 }, rule: { onBreach: 'terminate' } }, 'no daemon is running, so no breach is noticed; type: purser up --detach'],
  ])('%s has no bound, and says why', (_, over, because) => {
    const found = bound(facts(over), CARD)
    expect(found.kind).toBe('none')
    expect(found.because).toContain(because)
    expect(found).not.toHaveProperty('cost')
  })

  it('no known price at all gives no number either', () => {
    expect(bound(facts(), { ...CARD, price: () => ({ price: 'unknown', why: 'unknown_model' }) }).kind).toBe('none')
  })
})

describe('what is not known', () => {
  const dearest = CARD.limits.models.map(model => costOf(bound(facts({ sessions: [session({ models: [model] })] }), CARD))).reduce((a, b) => (b > a ? b : a))

  it('a model without limits or price is computed as the dearest known, as an estimate that names it', () => {
    const found = bound(facts({ sessions: [session({ models: ['claude-unknown-9'] })] }), CARD)
    expect(found).toMatchObject({ kind: 'estimate', cost: dearest })
    expect(found.because).toContain('the limits or price of claude-unknown-9 are not known')
  })

  it('so is a session that has not answered yet, and a budget without a session', () => {
    expect(bound(facts({ sessions: [session({ models: [] })] }), CARD)).toMatchObject({ kind: 'estimate', cost: dearest })
    const idle = bound(facts({ sessions: [] }), CARD)
    expect(idle).toMatchObject({ kind: 'estimate', cost: dearest })
    expect(idle.because).toMatch(/^0 sessions; .*no session is running/)
  })

  it('is finite whatever the facts', () => {
    const anySession = fc.record({ models: fc.subarray(['claude-opus-5-5', 'claude-haiku-4-5', 'gpt-9', '__proto__', '']), speed: fc.constantFrom<ActiveSession['speed']>('standard', 'fast'), subagents: fc.integer({ min: -1, max: 50 }) })
    fc.assert(fc.property(fc.array(anySession, { maxLength: 20 }), fc.constantFrom('heard', 'silent', 'absent', 'unanswered'), fc.boolean(), fc.constantFrom('warn', 'deny', 'terminate'), (sessions, hooks, armed, onBreach) => {
      const found = bound(facts({ sessions, hooks, signals: { armed, ladderMs: 5_000 }, rule: { onBreach }, burnPerMinute: parseUsd('3') }), CARD)
      expect(found.because).not.toBe('')
      if (found.kind !== 'none') expect(/^\d+\.\d+$/.test(usdText(found.cost)) && found.cost > 0n && found.unseen > 0n).toBe(true)
    }), { numRuns: 100 })
  })
})

// ── The number, held against a simulation of clients that spend as fast as they can ──────────────────────────────────

interface World { readonly sessions: readonly ActiveSession[]; readonly saveWork: number; readonly limit: bigint; readonly most: bigint }

/**
 * Runs conversations until hooks have stopped them all, and returns what was spent over the limit. A response takes
 * longer than its log line takes to become a lock, a tool may take no time at all. Times in ticks.
 */
function overspend({ sessions, saveWork, limit, most }: World, draw: () => number): bigint {
  const VISIBLE = 3
  const streams = sessions.flatMap((each, owner) => Array.from({ length: 1 + each.subagents }, () => ({ owner, endsAt: 1 + Math.floor(draw() * 20), running: true })))
  const save = sessions.map(() => saveWork)
  let spent = 0n, lockAt = Number.POSITIVE_INFINITY
  for (let tick = 0; streams.some(stream => stream.running); tick++) {
    for (const stream of streams.filter(each => each.running && each.endsAt === tick)) {
      spent += draw() < 0.8 ? most : most / 3n
      if (spent > limit) lockAt = Math.min(lockAt, tick + VISIBLE)
      const tool = draw() < 0.5 ? 0 : Math.floor(draw() * 6)
      if (tick + tool >= lockAt) {
        if ((save[stream.owner] as number) > 0) save[stream.owner] = (save[stream.owner] as number) - 1
        else stream.running = false
      }
      stream.endsAt = tick + tool + VISIBLE + 1 + Math.floor(draw() * 20)
    }
  }
  return spent - limit
}

describe('the bound of class H', () => {
  const shapes = fc.record({ conversations: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }), saveWork: fc.constantFrom(0, 4), requests: fc.integer({ min: 1, max: 40 }) })
  const world = ({ conversations, saveWork, requests }: { conversations: number[]; saveWork: number; requests: number }): World =>
    ({ sessions: conversations.map(subagents => session({ subagents })), saveWork, limit: OPUS * BigInt(requests), most: OPUS })

  it('holds in every simulated run', () => {
    fc.assert(fc.property(shapes, fc.infiniteStream(fc.double({ min: 0, max: 0.999999, noNaN: true })), (shape, luck) => {
      const simulated = world(shape)
      const found = bound(facts({ sessions: simulated.sessions, saveWorkRequests: simulated.saveWork }), CARD)
      expect(overspend(simulated, () => luck.next().value as number)).toBeLessThanOrEqual(costOf(found))
    }), { numRuns: 500 })
  })

  /** The worst of many runs with one shape, as a share of the bound in percent. Seeded, so that it is the same every time. */
  function worstPercent(shape: Parameters<typeof world>[0], of: bigint): bigint {
    let state = 42
    const draw = (): number => { state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; return state / 2 ** 32 }
    let worst = 0n
    for (let run = 0; run < 3_000; run++) { const over = overspend(world(shape), draw); if (over > worst) worst = over }
    return worst * 100n / of
  }

  it.each([
    { conversations: [0], saveWork: 0, requests: 5 }, { conversations: [0, 0, 0], saveWork: 0, requests: 10 }, { conversations: [2, 1], saveWork: 4, requests: 12 },
  ])('is tight: the worst run of $conversations.length sessions reaches a quarter of it', shape => {
    const simulated = world(shape)
    const of = costOf(bound(facts({ sessions: simulated.sessions, saveWorkRequests: simulated.saveWork }), CARD))
    const percent = worstPercent(shape, of)
    expect(percent).toBeGreaterThanOrEqual(25n)
    expect(percent).toBeLessThanOrEqual(100n)
  })

  it('would be broken by counting one request per conversation', () => {
    const shape = { conversations: [0, 0, 0], saveWork: 0, requests: 10 }
    expect(worstPercent(shape, OPUS * 3n)).toBeGreaterThan(100n)
  })
})
