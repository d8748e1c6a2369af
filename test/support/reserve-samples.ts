// One answer per budget operation of the life of a reservation, every field present; part of sample-answers.
import type { Operations } from '../../src/api/control-plane.ts'
import type { Complete } from './sample-answers.ts'

type Sample<N extends keyof Operations> = Complete<Operations[N]['out']>

export const reservation = {
  id: 'job-17', budgets: ['nightly', 'web-daily'], amount: '1.50', state: 'settled', held: '0.00', proven: '1.20', actual: '1.20', late: false, owner: 'session claude-code/7f3a91c2',
  createdAt: '2026-11-21T15:00:00.000Z', expiresAt: '2026-11-21T15:10:00.000Z', endedAt: '2026-11-21T15:02:00.000Z',
} as const satisfies Sample<'budget.reserve'> extends infer A ? (A extends { reservation: infer R } ? R : never) : never

export const entries = [{ id: 'inv-9', amount: '0.35', peer: 'example.net', tool: 'search', reason: 'the map data', at: '2026-11-21T15:01:00.000Z', late: false }] as const

const report = { id: 'nightly', limit: '10.00', spent: '4.20', reserved: '1.50', remaining: '4.30', entryCount: 12, durationMs: 5_400_000, state: 'active' } as const
const refusedAnswer = { ok: false, refused: 'over_budget', remaining: '0.30', by: 'web-daily', because: 'budget web-daily has $0.30 left, and $1.50 was asked for', approval: 'A-job-17' } as const

export const reserveSamples = (budget: Complete<Operations['budget.list']['out']['budgets'][number]>): { readonly [N in Names]: Sample<N> } => ({
  'budget.allocate': { ok: true, fresh: true, budget },
  'budget.check': { ok: true, remaining: '4.30' },
  'budget.reserve': { ok: true, fresh: true, reservation, remaining: '4.30' },
  'budget.reserveBatch': { answers: [{ ok: true, fresh: true, reservation, remaining: '4.30' }, refusedAnswer] },
  'budget.settle': { ok: true, fresh: true, reservation },
  'budget.settleBatch': { answers: [{ ok: true, fresh: true, reservation }] },
  'budget.release': { ok: true, fresh: true, reservation },
  'budget.extend': { ok: true, fresh: true, reservation },
  'budget.record': { ok: true, fresh: true, entry: 'recorded:inv-9', late: false },
  'budget.close': { ok: true, ...report },
  'budget.reopen': { ok: true, fresh: true },
  'budget.topUp': { ok: true, fresh: true, limit: '15.00' },
  'budget.progress': { ok: true, fresh: true },
  'budget.burnRate': { perMinute: '0.07', overMs: 3_600_000 },
  'budget.forecast': { perMinute: '0.07', overMs: 3_600_000, runsOutAt: '2026-11-21T16:13:00.000Z', atCompletion: '10.50', fits: false },
  'budget.report': report,
  'budget.approvals': { approvals: [{ id: 'A-job-17', reservation: 'job-17', amount: '1.50', because: 'rule "hours=22-06 -> ask"', askedAt: '2026-11-21T15:00:00.000Z', expiresAt: '2026-11-21T16:00:00.000Z' }] },
  'budget.approve': { ok: true, fresh: true },
  'budget.refuse': { ok: true, fresh: true },
})
type Names = Extract<keyof Operations, `budget.${'allocate' | 'check' | 'reserve' | 'reserveBatch' | 'settle' | 'settleBatch' | 'release' | 'extend' | 'record' | 'close' | 'reopen' | 'topUp' | 'progress' | 'burnRate' | 'forecast' | 'report' | 'approvals' | 'approve' | 'refuse'}`>
