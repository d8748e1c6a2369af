import { describe, expect, it } from 'vitest'
import { decimalText } from '../../../src/core/external/decimal.ts'
import { parseTime, readingsOf, within, READINGS_MAX, type Fields } from '../../../src/core/external/reading.ts'
import { instant } from '../../../src/core/time.ts'
import { NOBODY, tableSource } from '../../support/external-sources.ts'

const NOW = instant(Date.UTC(2026, 10, 21, 12))
const read = (rows: readonly Fields[], change: Parameters<typeof tableSource>[0] = {}) =>
  readingsOf(rows, tableSource(change), NOW).map(({ subject, amount, at, owner }) => ({ subject, amount: decimalText(amount), at: new Date(at).toISOString(), owner }))

describe('readings', () => {
  it('are one amount as of now, where the source says no more', () => {
    expect(read([{ amount: '12.50' }])).toEqual([{ subject: '', amount: '12.5', at: '2026-11-21T12:00:00.000Z', owner: NOBODY }])
    expect(read([])).toEqual([])
  })

  it('are of what their fields name, and rows of the same are added up', () => {
    const rows = [{ day: '2026-11-20', model: 'a', cost: { usd: '1.5' } }, { day: '2026-11-20', model: 'a', cost: { usd: '0.25' } }, { day: '2026-11-21', model: 'a', cost: { usd: '2' } }]
    expect(read(rows, { subject: ['day', 'model'], amount: 'cost.usd', at: 'day' }).map(({ subject, amount, at }) => [subject, amount, at])).toEqual([
      ['2026-11-20/a', '1.75', '2026-11-20T00:00:00.000Z'], ['2026-11-21/a', '2', '2026-11-21T00:00:00.000Z'],
    ])
  })

  it('belong to whom a field names, else to whom the config names', () => {
    const owner = { ...NOBODY, account: 'work', project: '/src/web' }
    const [first, second] = read([{ amount: '1', id: 'a', s: 'sess\u0007ion' }, { amount: '1', id: 'b' }], { subject: ['id'], owner, from: { ...NOBODY, session: 's', account: 'nobody' } })
    expect(first?.owner).toEqual({ ...owner, session: 'session' })
    expect(second?.owner).toEqual({ ...owner, session: '' })
  })

  it('fail as a whole for one row that cannot be read: half a bill would look like one that shrank', () => {
    const good = { amount: '1', day: '2026-11-21' }
    for (const [bad, why] of [
      [{ day: '2026-11-21' }, /row 2 has no amount; its fields: day/], [{ ...good, amount: '-1' }, /row 2: amount is "-1"/], [{ ...good, amount: 'NaN' }, /row 2: amount is "NaN"/],
      [{ amount: '1' }, /row 2 has no day/], [{ ...good, day: 'yesterday' }, /row 2: day is "yesterday"; a time is/], [{ ...good, amount: { a: '1' } }, /row 2 has no amount/],
    ] as const) expect(() => read([good, bad], { subject: ['day'], at: 'day' })).toThrow(why)
    expect(() => read(Array.from({ length: READINGS_MAX + 1 }, () => good))).toThrow(/gave 20001 rows, and at most 20000/)
  })
})

it.each([
  ['2026-11-21', 'UTC', '2026-11-21T00:00:00.000Z'], ['2026-11-21', 'Europe/Paris', '2026-11-20T23:00:00.000Z'], ['2026-11-21T08:00:00+01:00', 'UTC', '2026-11-21T07:00:00.000Z'],
  ['1795262400', 'UTC', '2026-11-21T12:00:00.000Z'], ['1795262400.5', 'UTC', '2026-11-21T12:00:00.500Z'], ['1795262400123', 'UTC', '2026-11-21T12:00:00.123Z'],
  ['2026-02-31', 'UTC', null], ['2026-11-21 08:00', 'UTC', null], ['1', 'UTC', null], ['1019-11-21', 'UTC', null],
])('the time %s in %s', (text, zone, iso) => {
  const at = parseTime(text, zone)
  expect(at === null ? null : new Date(at).toISOString()).toBe(iso)
})

it('a way into a tree ends nowhere where there is nothing of its own', () => {
  const tree = { a: [{ b: '1' }], 'c.d': '2' }
  expect([within(tree, 'a.0.b'), within(tree, 'a.1.b'), within(tree, 'a.b'), within(tree, 'toString'), within(tree, 'a.length'), within(tree, '')]).toEqual(['1', undefined, undefined, undefined, undefined, tree])
  expect(read([{ 'c.d': '2', amount: '1' }], { amount: 'c.d' })[0]?.amount).toBe('2')
})
