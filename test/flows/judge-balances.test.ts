// From balances to what follows: which action a rule's facts carry, who is told of what, and that rules which share a
// balance are judged each by its own limit.
import { afterEach, describe, expect, it } from 'vitest'
import type { BudgetFields } from '../../src/core/budgets/define.ts'
import { parseUsd } from '../../src/core/money.ts'
import { HOUR_MS, instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { LedgerWorld } from '../support/ledger-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const at = instant(NOON - 1_000)
const rule = (over: Partial<BudgetFields> = {}): BudgetFields => ({ id: 'web', window: 'day', limit: parseUsd('10'), onBreach: 'terminate', ...over })

describe.each(ENGINES)('judging on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (...rules: readonly BudgetFields[]): Promise<LedgerWorld> => new LedgerWorld((open = await engine.open()).stores, NOON, rules)

  it('takes the lock at the first nano-dollar above the limit, not at the limit', async () => {
    const it = await world(rule())
    expect((await it.ingest([{ at, usd: '10' }])).locked).toEqual([])
    expect((await it.ingest([{ at, usd: '0.000001' }])).locked.map(({ rule: id, onBreach, needsConfirmation }) => [id, onBreach, needsConfirmation])).toEqual([['web', 'terminate', false]])
  })

  it('judges rules that share a balance each by its own limit, and each value of `per` alone', async () => {
    const it = await world(rule({ id: 'low', limit: parseUsd('1') }), rule({ id: 'high' }), rule({ id: 'each', limit: parseUsd('2'), per: 'session' }))
    const { locked } = await it.ingest([{ at, usd: '1.5', session: 'a' }, { at, usd: '2.5', session: 'b' }])
    expect(locked.map(lock => `${lock.rule}/${lock.perValue}`).sort()).toEqual(['each/b', 'low/'])
  })

  it('only tells where a rule warns, is soft, or rests on estimated tokens, and tells once', async () => {
    const it = await world(rule({ onBreach: 'warn' }), rule({ id: 'soft', hard: false }))
    it.estimatedAgents.add('claude-code')
    for (let n = 0; n < 3; n++) expect((await it.ingest([{ at, usd: '6' }])).locked).toEqual([])
    expect((await it.events('budget.overspent')).map(({ fields }) => fields.rule).sort()).toEqual(['soft', 'web'])
    it.rule(rule({ id: 'estimated' }))
    expect((await it.ingest([{ at, usd: '6' }])).locked).toEqual([])
    it.estimatedAgents.clear()
    expect((await it.ingest([{ at, usd: '11' }])).locked).toHaveLength(1)
  })

  it('tells a person of the highest threshold alone, and of none beside a breach', async () => {
    const it = await world(rule())
    await it.ingest([{ at, usd: '9.6' }])
    expect([await it.alerts(), (await it.notices()).length]).toEqual([[50, 80, 95], 1])
    await it.ingest([{ at, usd: '1' }])
    expect([await it.alerts(), (await it.notices()).length]).toEqual([[50, 80, 95, 100], 2])
  })

  it('shows the person no more of a scope than its names', async () => {
    const it = await world(rule({ per: 'session' }))
    await it.ingest([{ at, usd: '11', session: 's-one', project: '/home/dev/secret-project' }])
    const [notice = ''] = await it.notices()
    expect(notice).toContain('web')
    expect(notice).not.toContain('/home/dev/secret-project')
  })

  it('of a rolling window starts a new breach one length later, not with every batch', async () => {
    const it = await world(rule({ window: '5h' }))
    let locks = 0
    for (let n = 0; n < 40; n++) {
      it.clock.advance(HOUR_MS / 4)
      locks += (await it.ingest([{ at: it.clock.now(), usd: '3' }])).locked.length
    }
    // Ten hours over the limit all the time but the first: a lock each five.
    expect(locks).toBe(2)
  })
})
