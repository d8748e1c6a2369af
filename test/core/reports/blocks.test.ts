// Blocks of hours against the plain algorithm over single responses, the way existing reports count.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_MS, blocksOf, type Spell } from '../../../src/core/reports/blocks.ts'
import { HOUR_MS, instant, MINUTE_MS, type Instant } from '../../../src/core/time.ts'
import { naiveBlocks } from '../../support/naive-blocks.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const spell = (minute: number, until = minute): Spell => ({ firstAt: instant(NOON + minute * MINUTE_MS), lastAt: instant(NOON + until * MINUTE_MS) })
const NOW = instant(NOON + 20 * HOUR_MS)
const shown = (spells: readonly Spell[], now = NOW) => blocksOf(spells, now).map(block => `${block.gap ? 'gap' : block.active ? 'on' : 'over'} ${(block.start - NOON) / MINUTE_MS} ${(block.end - NOON) / MINUTE_MS}`)

describe('blocks', () => {
  it('begin with the hour of their first response and last five hours', () => {
    expect(shown([spell(17, 40), spell(250), spell(301)])).toEqual(['over 0 300', 'over 300 600'])
  })
  it('take a response in the very instant of their end', () => {
    expect(shown([spell(17), spell(300)])).toEqual(['over 0 300'])
  })
  it('end after five quiet hours, which are a gap from then on', () => {
    expect(shown([spell(50), spell(351)])).toEqual(['over 0 300', 'gap 350 351', 'over 300 600'])
    expect(shown([spell(50), spell(350)])).toEqual(['over 0 300', 'over 300 600'])
  })
  it('go on while their end is ahead and the last response less than five hours old', () => {
    const last = blocksOf([spell(17)], instant(NOON + 299 * MINUTE_MS))
    expect(last).toMatchObject([{ active: true, gap: false }])
    expect(shown([spell(17)], instant(NOON + 300 * MINUTE_MS))).toEqual(['over 0 300'])
  })
  it('are none where nothing was spent', () => {
    expect(blocksOf([], NOW)).toEqual([])
  })
  it('of hours are those of single responses', () => {
    const moment = fc.oneof(fc.integer({ min: 0, max: 60 * 60 }).map(minute => NOON + minute * MINUTE_MS), fc.integer({ min: 0, max: 60 * HOUR_MS }).map(ms => NOON + ms))
    fc.assert(fc.property(fc.array(moment, { maxLength: 40 }), fc.integer({ min: 0, max: 70 }), (moments, hours) => {
      const now = instant(NOON + hours * HOUR_MS)
      expect(blocksOf(hoursOf(moments), now).map(({ gap, start, end }) => ({ gap, start, end }))).toEqual(naiveBlocks(moments, now).map(({ gap, start, end }) => ({ gap, start, end })))
    }), { numRuns: 500 })
  })
})

/** As a report makes them: (hour, hour + 1], so that the instant of an hour closes the hour before. */
function hoursOf(moments: readonly number[]): readonly Spell[] {
  const hours = new Map<number, Instant[]>()
  for (const each of moments.toSorted((a, b) => a - b)) {
    const hour = Math.ceil(each / HOUR_MS)
    hours.set(hour, [...(hours.get(hour) ?? []), instant(each)])
  }
  return [...hours.values()].map(own => ({ firstAt: own[0] as Instant, lastAt: own.at(-1) as Instant }))
}

it('lasts five hours', () => {
  expect(BLOCK_MS).toBe(5 * HOUR_MS)
})
