import { describe, expect, it } from 'vitest'
import { stepUsage } from '../../../src/agents/opencode/step.ts'
import type { UsageEvent } from '../../../src/core/usage/usage-event.ts'
import { WRITTEN_AT } from '../../support/foreign-database.ts'
import { aStep, NOTHING, T0, TOKENS } from '../../support/opencode-world.ts'

const context = { agent: 'opencode', id: 'msg_1', origin: { cwd: '/s', branch: '', session: 'ses_a', subagent: '' }, createdAt: null, copied: false, writtenAt: WRITTEN_AT }
const parsed = (over: Record<string, unknown>, of: Partial<typeof context> = {}): UsageEvent => {
  const fact = stepUsage(aStep(over), { ...context, ...of })
  if (fact.kind !== 'usage') throw new Error(fact.kind)
  return fact.events[0] as UsageEvent
}

describe('the counts of a step', () => {
  it('add reasoning to output once, where it is not inside already', () => {
    expect(parsed({}).tokens.output).toBe(40)
    expect(parsed({ tokens: { ...TOKENS, total: undefined } }).tokens.output, 'without a total').toBe(40)
    expect(parsed({ tokens: { ...TOKENS, total: 2132 } }).tokens.output, 'the total says it is inside').toBe(32)
    expect(parsed({ tokens: { ...TOKENS, total: 2100, output: 0 } }).tokens.output, 'it cannot be inside what is smaller').toBe(8)
  })

  it.each([-1, 0.5, 1e300, '12', Number.NaN])('that are damaged (%s) count as zero and are flagged', value => {
    expect(parsed({ tokens: { ...TOKENS, input: value } })).toMatchObject({ damaged: true, tokens: { input: 0, output: 40, cacheRead: 900 } })
  })

  it('that are damaged and leave nothing are still told', () => {
    expect(parsed({ tokens: { ...NOTHING, output: -5 } })).toMatchObject({ damaged: true, tokens: { output: 0 } })
  })

  it('that are missing are zero', () => {
    expect(parsed({ tokens: { input: 7, cache: null } })).toMatchObject({ damaged: false, tokens: { input: 7, output: 0, cacheRead: 0 } })
  })
})

describe('the cost of a step', () => {
  it('is the client\'s own where it has one, and ours where it says nothing', () => {
    expect(parsed({ cost: 0.25 }).givenCost).toBe(250_000_000n)
    for (const cost of [0, null, undefined, -1, 'free', Number.NaN]) expect(parsed({ cost }).givenCost, String(cost)).toBeUndefined()
  })
})

describe('the key of a step', () => {
  it('is the same for a fork\'s copy and different for every other', () => {
    const key = parsed({}).key
    expect(parsed({ parentID: 'msg_9', cost: 0.2 }, { id: 'msg_2' }).key).toBe(key)
    for (const other of [{ time: { created: T0 + 1 } }, { modelID: 'm2' }, { tokens: { ...TOKENS, input: 1 } }, { tokens: { ...TOKENS, output: 31, reasoning: 9 } }]) expect(parsed(other).key).not.toBe(key)
  })

  it('is its id where it has no time at all, so that re-reading stays harmless', () => {
    const first = parsed({ time: { created: 'soon' } })
    expect(first).toMatchObject({ key: expect.stringMatching(/^opencode:msg_1-/), approximateTime: true, at: WRITTEN_AT })
    expect(parsed({ time: {} }, { writtenAt: T0 as typeof WRITTEN_AT }).key).toBe(first.key)
  })
})

describe('a step', () => {
  it('is final once it has an end or a reason for it', () => {
    expect(parsed({ finish: undefined }).final).toBe(true)
    expect(parsed({ time: { created: T0 } }).final).toBe(true)
    expect(parsed({ time: { created: T0 }, finish: undefined }).final).toBe(false)
  })

  it('happened in its own folder, else in its session\'s', () => {
    expect(parsed({}).origin.cwd).toBe('/home/dev/web')
    expect(parsed({ path: null }).origin.cwd).toBe('/s')
  })

  it('that is a copy never owns', () => {
    expect(parsed({}, { copied: true }).sidechain).toBe(true)
  })
})
