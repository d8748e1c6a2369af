import { expect, it } from 'vitest'
import type { QuotaWindow } from '../../../src/core/accounts/quota.ts'
import { outcomeOf, parking, staggered } from '../../../src/core/tasks/outcome.ts'
import { instant } from '../../../src/core/time.ts'

const AT = instant(Date.UTC(2026, 10, 21, 12)), MINUTE = 60_000
const spent = (change: Partial<QuotaWindow> = {}): QuotaWindow => ({ agent: 'claude-code', account: 'a', window: 'five_hour', minutes: 300, usedBasisPoints: 10_000, exhausted: true, resetsAt: instant(AT + 10 * MINUTE), observedAt: AT, evidence: 'log', wakeAt: null, ...change })
const outcome = (seen: Partial<Parameters<typeof outcomeOf>[2]>, letGoAt = AT) => outcomeOf({ timeoutMs: 5 * MINUTE }, { letGoAt }, { exitCode: 1, cancelled: false, stopped: '', spent: [], ...seen }, AT).outcome

it('believes an exit code last', () => {
  expect([outcome({ exitCode: 0 }), outcome({}), outcome({ exitCode: null })]).toEqual(['done', 'failed', 'failed'])
  expect([outcome({ cancelled: true, exitCode: 0 }), outcome({ stopped: 'a lock', exitCode: 0 }), outcome({ spent: [spent()] }), outcome({ exitCode: null }, instant(AT - 5 * MINUTE))]).toEqual(['cancelled', 'stopped', 'limit', 'timeout'])
})
it('calls what ended well done, although the quota is used up since', () => {
  expect(outcome({ exitCode: 0, spent: [spent()] })).toBe('done')
})
it('waits for the last reset of everything that is used up, and looks again where none is known', () => {
  expect(parking([spent(), spent({ window: 'seven_day', minutes: 10_080, resetsAt: instant(AT + 60 * MINUTE) })], AT)).toEqual({ until: AT + 62 * MINUTE, because: 'a quota (2 windows) of its account is used up' })
  expect(parking([spent({ resetsAt: null })], AT)?.until).toBe(AT + 30 * MINUTE)
  expect([parking([spent({ exhausted: false })], AT), parking([spent({ resetsAt: instant(AT) })], AT)]).toEqual([null, null])
})
it('lets those that wait for one reset go on one after the other', () => {
  expect([0, 1, 2].map(place => staggered(AT, place) - AT)).toEqual([0, 8_000, 16_000])
})
