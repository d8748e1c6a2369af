import { describe, expect, it } from 'vitest'
import { defineBudget, type BudgetFields } from '../../../src/core/budgets/define.ts'
import { parseUsd } from '../../../src/core/money.ts'

const budget = (fields: Partial<BudgetFields> = {}, zone = 'Europe/Paris') => defineBudget({ id: 'web', limit: parseUsd('20'), ...fields }, zone)

describe('defineBudget', () => {
  it('fills in the documented defaults', () => {
    expect(budget()).toMatchObject({
      id: 'web', selector: {}, per: '', window: 'day', zone: 'Europe/Paris', limit: 20_000_000_000n, onBreach: 'warn', failMode: 'open',
      unpriced: 'warn', hard: true, graceMs: 30_000, thresholds: [50, 80, 95, 100],
    })
  })

  it.each([
    ['warn', undefined, 'warn'], ['deny', undefined, 'deny'], ['terminate', undefined, 'deny'],
    ['warn', '', 'warn'], ['deny', '', 'deny'], ['terminate', 'warn', 'warn'], ['warn', 'deny', 'deny'],
  ] as const)('with on_breach %s, unpriced %j is %s', (onBreach, unpriced, expected) => {
    expect(budget({ onBreach, ...(unpriced !== undefined && { unpriced }) }).unpriced).toBe(expected)
  })

  it('takes the zone of the config unless the budget names one', () => {
    expect(budget({ zone: '' }).zone).toBe('Europe/Paris')
    expect(budget({ zone: 'UTC' }).zone).toBe('UTC')
  })

  it('sorts thresholds and keeps each once', () => {
    expect(budget({ thresholds: [90, 10, 90] }).thresholds).toEqual([10, 90])
    expect(budget({ thresholds: [] }).thresholds).toEqual([])
  })
})

describe('measure', () => {
  it('stays when only limit or actions change, so that the balance stays', () => {
    const { measure } = budget()
    for (const same of [{ limit: parseUsd('5') }, { onBreach: 'deny' }, { failMode: 'closed' }, { hard: false }, { graceMs: 0 }, { thresholds: [1] }, { unpriced: 'deny' }, { id: 'other' }] as const) {
      expect(budget(same).measure, JSON.stringify(Object.keys(same))).toBe(measure)
    }
  })

  it('changes with what is counted', () => {
    const all = [{}, { selector: { project: 'a' } }, { selector: { branch: 'a' } }, { selector: { project: 'a', branch: 'a' } }, { per: 'branch' }, { window: 'week' }, { zone: 'UTC' }] as const
    expect(new Set(all.map(fields => budget(fields).measure)).size).toBe(all.length)
  })

  it('knows a zone only where a calendar is read', () => {
    for (const window of ['5h', '24h', '7d', 'lifetime'] as const) expect(budget({ window, zone: 'UTC' }).measure).toBe(budget({ window, zone: 'Asia/Tokyo' }).measure)
    for (const window of ['day', 'week', 'month'] as const) expect(budget({ window, zone: 'UTC' }).measure).not.toBe(budget({ window, zone: 'Asia/Tokyo' }).measure)
  })
})

describe('version', () => {
  it('changes with any field, so that alerts re-arm when a rule is edited', () => {
    const all = [
      {}, { id: 'other' }, { selector: { project: 'a' } }, { per: 'branch' }, { window: 'week' }, { zone: 'UTC' }, { limit: parseUsd('20.000000001') }, { onBreach: 'deny' },
      { failMode: 'closed' }, { unpriced: 'deny' }, { hard: false }, { graceMs: 1 }, { thresholds: [50, 80, 95] },
    ] as const
    expect(new Set(all.map(fields => budget(fields).version)).size).toBe(all.length)
  })

  it('is the same for the same rule, however it was written', () => {
    expect(budget({ thresholds: [100, 50, 80, 95], unpriced: '', zone: '' })).toEqual(budget())
  })
})
