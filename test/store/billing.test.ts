import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { billingFrom, billingText } from '../../src/store/billing.ts'
import { STANDARD_BILLING, type Billing } from '../../src/core/usage/usage-event.ts'

describe('how a response was billed, in one column', () => {
  it('is empty for the ordinary case and readable for the others', () => {
    expect(billingText(STANDARD_BILLING)).toBe('')
    expect(billingText({ speed: 'fast', tier: 'batch', geo: 'us', webSearches: 3 })).toBe('fast,batch,geo:us')
    expect(billingText({ ...STANDARD_BILLING, tier: 'priority' })).toBe('priority')
  })
  it('comes back as it was', () => {
    const billing: fc.Arbitrary<Billing> = fc.record({ speed: fc.constantFrom('standard', 'fast'), tier: fc.constantFrom('standard', 'batch', 'priority'), geo: fc.constantFrom('', 'us', 'eu'), webSearches: fc.nat(9) })
    fc.assert(fc.property(billing, given => { expect(billingFrom(billingText(given), given.webSearches)).toEqual(given) }))
  })
  it('takes a place called like a tier for a place', () => {
    expect(billingFrom('geo:batch', 0)).toEqual({ ...STANDARD_BILLING, geo: 'batch' })
  })
})
