import { describe, expect, it } from 'vitest'
import { parseDecimal } from '../../../src/core/external/decimal.ts'
import { driftOf } from '../../../src/core/external/drift.ts'
import type { Mark } from '../../../src/core/external/cumulative.ts'
import { nanoUsd, ZERO_USD } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { NOBODY, tableSource } from '../../support/external-sources.ts'

const amount = (text: string) => parseDecimal(text) ?? { digits: 0n, scale: 0 }
const USD = (dollars: number) => nanoUsd(BigInt(dollars) * 1_000_000_000n)
const mark = (high: string, latest: string, cost: number, began = '0'): Mark => ({ source: 'bill', subject: '', amount: amount(high), latest: amount(latest), began: amount(began), cost: USD(cost), owner: NOBODY, firstAt: instant(0), readAt: instant(0) })
const held = (dollars: number) => ({ held: { seq: 0, cost: USD(dollars) }, logged: ZERO_USD })

describe('drift', () => {
  it('is nothing while ledger and source grow together', () => {
    expect(driftOf(mark('500', '500', 500), tableSource(), held(500))).toEqual({ state: 'in_step', says: USD(500), ledger: USD(500), drift: 0n })
  })

  it('is what a source fell by, and what a ledger learned from elsewhere', () => {
    expect(driftOf(mark('500', '300', 500), tableSource(), held(500))).toMatchObject({ state: 'lower', says: USD(300), drift: USD(-200) })
    expect(driftOf(mark('500', '500', 500), tableSource(), held(700))).toMatchObject({ state: 'ahead', drift: USD(-200) })
  })

  it('counts no reset and no skipped start as drift: the mark knows what was counted', () => {
    expect(driftOf(mark('100', '100', 500), tableSource(), held(500))).toMatchObject({ state: 'in_step', says: USD(500), drift: 0n })
    expect(driftOf(mark('12000', '12001', 1), tableSource(), held(1))).toMatchObject({ state: 'in_step', says: USD(2), drift: USD(1) })
  })

  it('of a source that is compared is what its gain and the logs since differ by', () => {
    expect(driftOf(mark('130', '130', 0, '100'), tableSource({ mode: 'compare' }), { held: { seq: -1, cost: ZERO_USD }, logged: USD(28) })).toEqual({ state: 'compared', says: USD(30), ledger: USD(28), drift: USD(2) })
  })
})
