import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OnBreach } from '../../../src/core/budgets/budget.ts'
import { defineBudget, type BudgetFields } from '../../../src/core/budgets/define.ts'
import { judge, judgeWindows, type Judged } from '../../../src/core/budgets/judge.ts'
import { windowAt } from '../../../src/core/budgets/window.ts'
import { nanoUsd, parseUsd, ZERO_USD } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'

const NOW = instant(Date.parse('2026-11-21T12:00:00Z'))
const usd = (text: string) => parseUsd(text)

interface Situation { readonly rule?: Partial<BudgetFields>; readonly limit?: string; readonly spent?: string; readonly estimated?: string; readonly reserved?: string; readonly unpriced?: number; readonly raised?: string; readonly told?: readonly number[] }
function judged({ rule, limit = '10', spent = '0', estimated = '0', reserved = '0', unpriced = 0, raised = '0', told = [] }: Situation): Judged {
  const budget = defineBudget({ id: 'web', limit: usd(limit), ...rule }, 'UTC')
  return {
    budget, perValue: '', window: windowAt(budget.window, budget.zone, NOW), spent: usd(spent), estimated: usd(estimated), reserved: usd(reserved),
    unpriced, raised: usd(raised), alreadyAlerted: new Set(told),
  }
}
const verdict = (situation: Situation) => judge(judged(situation), NOW)

describe('states', () => {
  it.each<[what: string, situation: Situation, state: string, refuse: string | null, breached: boolean]>([
    ['nothing spent', {}, 'within', null, false],
    ['one nano below the limit', { spent: '9.999999999' }, 'within', null, false],
    ['exactly the limit', { spent: '10' }, 'exhausted', 'exhausted', false],
    ['one nano above the limit', { spent: '10.000000001' }, 'breached', 'breached', true],
    ['spent and reserved make the limit', { spent: '4', reserved: '6' }, 'exhausted', 'exhausted', false],
    ['reserved alone passes the limit', { spent: '4', reserved: '7' }, 'exhausted', 'exhausted', false],
    ['a limit of nothing, nothing spent', { limit: '0' }, 'exhausted', 'exhausted', false],
    ['a limit of nothing, one nano spent', { limit: '0', spent: '0.000000001' }, 'breached', 'breached', true],
    ['raised by what is missing', { spent: '12', raised: '2' }, 'exhausted', 'exhausted', false],
    ['raised by more', { spent: '12', raised: '3' }, 'within', null, false],
    ['raised by less', { spent: '12', raised: '1' }, 'breached', 'breached', true],
    ['a soft limit passed', { spent: '11', rule: { hard: false, onBreach: 'deny' } }, 'breached', null, true],
    ['only guessed spend passes it', { spent: '11', estimated: '2' }, 'breached', null, true],
    ['proven spend passes it too', { spent: '12', estimated: '1' }, 'breached', 'breached', true],
    ['proven spend alone is exactly the limit', { spent: '11', estimated: '1' }, 'breached', 'exhausted', true],
  ])('%s', (_, situation, state, refuse, breached) => {
    const found = verdict(situation)
    expect([found.state, found.refuse, found.breach !== null]).toEqual([state, refuse, breached])
  })

  it('shows what is left, and how far it is overspent', () => {
    expect(verdict({ spent: '4', reserved: '1' }).remaining).toBe(usd('5'))
    expect(verdict({ spent: '12', raised: '1' })).toMatchObject({ limit: usd('11'), remaining: -usd('1') })
  })
})

describe('alerts', () => {
  it.each<[spent: string, told: readonly number[], alerts: readonly number[]]>([
    ['4.999999999', [], []], ['5', [], [50]], ['8', [], [50, 80]], ['8', [50], [80]], ['10', [50, 80], [95, 100]], ['500', [], [50, 80, 95, 100]], ['500', [50, 80, 95, 100], []],
  ])('at %s of 10, told of %j already, tells of %j', (spent, told, alerts) => {
    expect(verdict({ spent, told }).alerts).toEqual(alerts)
  })

  it('tells of thresholds beyond the limit as well', () => {
    expect(verdict({ spent: '15', rule: { thresholds: [100, 150, 200] } }).alerts).toEqual([100, 150])
  })

  it('tells of a limit of nothing at the first cent, not before', () => {
    expect(verdict({ limit: '0' }).alerts).toEqual([])
    expect(verdict({ limit: '0', spent: '0.01' }).alerts).toEqual([50, 80, 95, 100])
  })
})

describe('breaches', () => {
  it.each<[onBreach: OnBreach, situation: Situation, act: OnBreach | null, softened: string | null, why: string | null]>([
    ['warn', { spent: '11' }, 'warn', null, 'over_limit'],
    ['deny', { spent: '11' }, 'deny', null, 'over_limit'],
    ['terminate', { spent: '11' }, 'terminate', null, 'over_limit'],
    ['deny', { spent: '11', rule: { hard: false } }, 'warn', 'soft_limit', 'over_limit'],
    ['terminate', { spent: '11', rule: { hard: false } }, 'warn', 'soft_limit', 'over_limit'],
    ['warn', { spent: '11', rule: { hard: false } }, 'warn', null, 'over_limit'],
    ['deny', { spent: '11', estimated: '1' }, 'warn', 'estimated', 'over_limit'],
    ['terminate', { spent: '11', estimated: '11' }, 'warn', 'estimated', 'over_limit'],
    ['terminate', { spent: '11', estimated: '0.5' }, 'terminate', null, 'over_limit'],
    // Usage nobody can price: locked by name, never signalled.
    ['warn', { unpriced: 1 }, null, null, null],
    ['deny', { unpriced: 1 }, 'deny', null, 'unpriced'],
    ['terminate', { unpriced: 3 }, 'deny', 'unpriced', 'unpriced'],
    ['warn', { unpriced: 1, rule: { unpriced: 'deny' } }, 'deny', null, 'unpriced'],
    ['terminate', { unpriced: 1, rule: { unpriced: 'warn' } }, null, null, null],
    ['deny', { unpriced: 1, rule: { hard: false } }, null, null, null],
    // Both: the stronger action, and the limit's own reason where they are equal.
    ['terminate', { unpriced: 1, spent: '11' }, 'terminate', null, 'over_limit'],
    ['deny', { unpriced: 1, spent: '11' }, 'deny', null, 'over_limit'],
    ['deny', { unpriced: 1, spent: '11', estimated: '5' }, 'deny', null, 'unpriced'],
    ['warn', { unpriced: 1, spent: '11', rule: { unpriced: 'deny' } }, 'deny', null, 'unpriced'],
  ])('on_breach %s with %j does %s', (onBreach, situation, act, softened, why) => {
    const { breach } = verdict({ ...situation, rule: { onBreach, ...situation.rule } })
    expect([breach?.act ?? null, breach?.softened ?? null, breach?.why ?? null]).toEqual([act, softened, why])
  })

  it('says the amounts, and that they are a lower bound where something is unpriced', () => {
    expect(verdict({ spent: '11' }).breach?.reason).toBe('spent $11.00 of $10.00')
    expect(verdict({ spent: '11', unpriced: 2 }).breach?.reason).toBe('spent at least $11.00 of $10.00')
    expect(verdict({ unpriced: 2, rule: { onBreach: 'deny' } }).breach?.reason).toBe('2 responses have no known price, so the limit of $10.00 cannot be vouched for (unpriced = "deny")')
  })

  it('refuses requests while usage is unpriced under deny, even within the limit', () => {
    expect(verdict({ unpriced: 1, rule: { onBreach: 'deny' } })).toMatchObject({ state: 'within', refuse: 'unpriced' })
  })
})

describe('time', () => {
  it('does nothing about a window that is over, however much was spent in it', () => {
    const over = judged({ spent: '500', unpriced: 9, rule: { onBreach: 'terminate' } })
    expect(judge(over, over.window.end ?? NOW)).toMatchObject({ state: 'closed', alerts: [], refuse: null, breach: null })
    expect(judge(over, instant((over.window.end ?? NOW) - 1)).breach?.act).toBe('terminate')
  })

  it('judges a window whose start lies ahead, because the clock went back', () => {
    const today = judged({ spent: '500', rule: { onBreach: 'deny' } })
    expect(judge(today, instant(today.window.start - 1)).breach?.act).toBe('deny')
  })
})

describe('judgeWindows', () => {
  it('gives one verdict per balance, the last value of a batch winning', () => {
    const found = judgeWindows([judged({ spent: '1' }), { ...judged({ spent: '2' }), perValue: 'main' }, judged({ spent: '11' })], NOW)
    expect(found.map(({ judged: each, verdict: of }) => [each.perValue, each.spent, of.state])).toEqual([['', usd('11'), 'breached'], ['main', usd('2'), 'within']])
  })

  it('keeps budgets of one scope apart: the day and the month have a verdict each', () => {
    const month = judged({ spent: '11', rule: { id: 'web-month', window: 'month' }, limit: '100' })
    expect(judgeWindows([judged({ spent: '11' }), month], NOW).map(({ verdict: of }) => of.state)).toEqual(['breached', 'within'])
  })
})

describe('in any situation', () => {
  const cents = (most: number) => fc.integer({ min: 0, max: most }).map(value => nanoUsd(BigInt(value) * 10_000_000n))
  const situation = fc.record({
    limit: cents(2_000), spent: cents(4_000), estimatedShare: fc.integer({ min: 0, max: 100 }), reserved: cents(2_000), raised: cents(500), unpriced: fc.nat(3),
    onBreach: fc.constantFrom<OnBreach>('warn', 'deny', 'terminate'), hard: fc.boolean(), policy: fc.constantFrom('', 'warn', 'deny'), told: fc.subarray([50, 80, 95, 100]),
  })
  const STRENGTH = { warn: 0, deny: 1, terminate: 2 }
  const make = ({ limit, spent, estimatedShare, reserved, raised, unpriced, onBreach, hard, policy, told }: typeof situation extends fc.Arbitrary<infer S> ? S : never): Judged => ({
    ...judged({ rule: { onBreach, hard, unpriced: policy as '' | 'warn' | 'deny' } }), unpriced, reserved, raised, spent, alreadyAlerted: new Set(told),
    budget: defineBudget({ id: 'web', limit, onBreach, hard, unpriced: policy as '' | 'warn' | 'deny' }, 'UTC'), estimated: nanoUsd(spent * BigInt(estimatedShare) / 100n),
  })

  it('nothing is stopped unless proven spend is over the limit or a rule refuses unpriced use', () => {
    fc.assert(fc.property(situation, drawn => {
      const it = make(drawn)
      const { breach, limit, refuse } = judge(it, NOW)
      const over = it.spent - it.estimated > limit
      const unpriced = it.budget.unpriced === 'deny' && it.unpriced > 0
      if (!it.budget.hard || !(over || unpriced)) expect(breach?.act ?? 'warn').toBe('warn')
      if (!it.budget.hard) expect(refuse).toBeNull()
      if (!over) expect(breach?.act).not.toBe('terminate')
      // Never more than the rule asked for, except the lock its own unpriced policy names.
      expect(STRENGTH[breach?.act ?? 'warn']).toBeLessThanOrEqual(Math.max(STRENGTH[it.budget.onBreach], unpriced ? 1 : 0))
    }), { numRuns: 500 })
  })

  it('spending more never makes the verdict milder, raising the limit never makes it harder', () => {
    fc.assert(fc.property(situation, cents(500), (drawn, more) => {
      const before = { ...make(drawn), estimated: ZERO_USD }
      const force = (each: Judged): number => { const { breach, alerts } = judge(each, NOW); return (breach ? 10 * (1 + STRENGTH[breach.act]) : 0) + alerts.length }
      expect(force({ ...before, spent: nanoUsd(before.spent + more) })).toBeGreaterThanOrEqual(force(before))
      expect(force({ ...before, raised: nanoUsd(before.raised + more) })).toBeLessThanOrEqual(force(before))
    }), { numRuns: 500 })
  })

  it('never tells a threshold twice, and tells each that is reached', () => {
    fc.assert(fc.property(situation, drawn => {
      const it = make(drawn)
      const { alerts, limit } = judge(it, NOW)
      expect(alerts.filter(percent => it.alreadyAlerted.has(percent))).toEqual([])
      const reached = it.budget.thresholds.filter(percent => it.spent > 0n && it.spent * 100n >= limit * BigInt(percent))
      expect([...alerts, ...it.alreadyAlerted].toSorted((a, b) => a - b)).toEqual([...new Set([...reached, ...it.alreadyAlerted])].toSorted((a, b) => a - b))
    }), { numRuns: 500 })
  })

  it('a state, what is left and what is refused agree', () => {
    fc.assert(fc.property(situation, drawn => {
      const it = { ...make(drawn), estimated: ZERO_USD, unpriced: 0 }
      const { state, remaining, limit, refuse } = judge(it, NOW)
      expect(remaining).toBe(limit - it.spent - it.reserved)
      expect(state).toBe(it.spent > limit ? 'breached' : remaining <= 0n ? 'exhausted' : 'within')
      expect(refuse).toBe(!it.budget.hard || state === 'within' ? null : state)
    }), { numRuns: 500 })
  })
})
