import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuller, merge, owner } from '../../../src/core/usage/fuller.ts'
import { nanoUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import type { UsageEvent } from '../../../src/core/usage/usage-event.ts'
import { aCopy, copyOf } from '../../support/usage-events.ts'

const copy = copyOf('claude-code:msg_1')
const side = (event: UsageEvent): UsageEvent => ({ ...event, sidechain: true })

describe('merge', () => {
  it('gives the same response in whatever order three copies come', () => {
    fc.assert(fc.property(copy, copy, copy, (a, b, c) => {
      const whole = merge(merge(a, b), c)
      for (const [x, y, z] of [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] as const) {
        expect(merge(merge(x, y), z)).toEqual(whole)
        expect(merge(x, merge(y, z))).toEqual(whole)
      }
    }), { numRuns: 3_000 })
  })

  it('changes nothing when a copy comes again', () => {
    fc.assert(fc.property(copy, copy, (a, b) => {
      expect(merge(a, a)).toEqual(a)
      expect(merge(merge(a, b), b)).toEqual(merge(a, b))
    }))
  })

  it('lets a copy that says what it cost stand before an equal one that does not, and the dearer of two', () => {
    const said = aCopy({ givenCost: nanoUsd(5n) }), silent = aCopy(), dearer = aCopy({ givenCost: nanoUsd(9n) })
    for (const [a, b] of [[said, silent], [silent, said]] as const) expect(merge(a, b).givenCost).toBe(5n)
    for (const [a, b] of [[said, dearer], [dearer, said]] as const) expect(merge(a, b).givenCost).toBe(9n)
  })

  it('takes the usage of one copy whole, never a mixture', () => {
    fc.assert(fc.property(copy, copy, (a, b) => {
      const { tokens, billing, model } = merge(a, b)
      expect([{ tokens: a.tokens, billing: a.billing, model: a.model }, { tokens: b.tokens, billing: b.billing, model: b.model }]).toContainEqual({ tokens, billing, model })
    }))
  })

  it('never loses output, and is final as soon as one copy is', () => {
    fc.assert(fc.property(copy, copy, (a, b) => {
      const both = merge(a, b)
      expect(both.tokens.output).toBe(Math.max(a.tokens.output, b.tokens.output))
      expect(both.final).toBe(a.final || b.final)
      expect(both.at).toBe(Math.min(a.at, b.at))
    }))
  })

  it('refuses copies of two responses: that is a defect of the caller', () => {
    expect(() => merge(aCopy(), aCopy({ key: 'claude-code:msg_2' }))).toThrow(/copies of one response/)
  })
})

describe('fuller', () => {
  const tokens = { input: 1, output: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1 }

  it('is the copy with more output, even when its total is smaller', () => {
    const long = aCopy({ tokens: { ...tokens, output: 9, cacheRead: 0 } }), wide = aCopy({ tokens: { ...tokens, cacheRead: 999 } })
    expect(fuller(long, wide)).toBe(long)
  })

  it('is the larger total between equal outputs', () => {
    const wide = aCopy({ tokens: { ...tokens, cacheRead: 999 } })
    expect(fuller(aCopy({ tokens }), wide)).toBe(wide)
  })

  it('is the undamaged, the split and the dearer reading between equal sums', () => {
    const plain = aCopy({ tokens })
    const split = aCopy({ tokens: { ...tokens, cacheWrite5m: 0, cacheWrite1h: 2 } })
    const fast = aCopy({ tokens, billing: { ...plain.billing, speed: 'fast' } })
    expect(fuller(aCopy({ tokens, damaged: true }), plain)).toBe(plain)
    // The ledger does not keep the flag, so it decides nothing that the ledger keeps.
    expect(fuller({ ...split, damaged: true }, plain)).toMatchObject({ tokens: split.tokens, damaged: true })
    expect(fuller(plain, split)).toBe(split)
    expect(fuller(plain, fast)).toBe(fast)
  })
})

describe('owner', () => {
  it('is the main conversation, even when a side conversation copied it earlier', () => {
    const main = aCopy({ at: instant(2_000_000_000_000) }), early = side(aCopy({ origin: { ...aCopy().origin, session: 'a' } }))
    expect(owner(early, main)).toBe(main)
    expect(merge(early, main)).toMatchObject({ at: early.at, origin: main.origin, sidechain: false })
  })

  it('is the earlier of two equals, and remembers its time when a side copy moved the earliest', () => {
    const first = aCopy({ at: instant(1_800_000_000_000) }), second = aCopy({ at: instant(1_900_000_000_000), origin: { ...aCopy().origin, session: 'a' } })
    const early = side(aCopy({ at: instant(1_700_000_000_000) }))
    expect(merge(merge(early, second), first).origin).toEqual(first.origin)
  })

  it('is the same for every machine when a fork copied ids and times alike', () => {
    const a = aCopy({ origin: { ...aCopy().origin, session: 'aaa' } }), b = aCopy({ origin: { ...aCopy().origin, session: 'bbb' } })
    expect(owner(a, b)).toBe(a)
    expect(owner(b, a)).toBe(a)
  })
})
