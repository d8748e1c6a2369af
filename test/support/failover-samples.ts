// Accounts, windows and moves as the tests of failover need them: complete, and with only what matters to say.
import type { Account } from '../../src/core/accounts/account.ts'
import { newRecord, type AccountRecord } from '../../src/core/accounts/health.ts'
import type { QuotaWindow } from '../../src/core/accounts/quota.ts'
import type { Candidate } from '../../src/core/failover/candidate.ts'
import type { Situation } from '../../src/core/failover/decide.ts'
import type { Move, Saga } from '../../src/core/failover/saga.ts'
import { HOUR_MS, instant, MINUTE_MS, type Instant } from '../../src/core/time.ts'

export const NOON = instant(Date.UTC(2026, 10, 21, 12))
export const after = (ms: number): Instant => instant(NOON + ms)

export const anAccount = (id: string, change: Partial<Account> = {}): Account =>
  ({ id, agent: 'claude-code', home: `/home/u/.claude-${id}`, name: `~/.claude-${id}`, role: 'standby', organisation: false, unattended: '', ...change })

export const aWindow = (change: Partial<QuotaWindow> = {}): QuotaWindow => ({
  agent: 'claude-code', account: '', window: 'five_hour', minutes: 300, usedBasisPoints: 4_000, exhausted: false, resetsAt: after(3 * HOUR_MS), observedAt: after(-MINUTE_MS), evidence: 'log', wakeAt: null, ...change,
})
export const SPENT = { usedBasisPoints: null, exhausted: true } as const

export function aCandidate(id: string, windows: readonly Partial<QuotaWindow>[] = [], { account = {}, record = {}, shares = true }: { readonly account?: Partial<Account>; readonly record?: Partial<AccountRecord>; readonly shares?: boolean } = {}): Candidate {
  const known = anAccount(id, account)
  return {
    account: known, shares, windows: windows.map(each => aWindow({ account: known.name, ...each })),
    record: { ...newRecord({ agent: known.agent, account: known.name }), expected: id, found: id, kind: 'oauth', homeExists: true, signIn: '1@1', lookedAt: NOON, ...record },
  }
}

export function aSituation(candidates: readonly Candidate[], change: Partial<Situation> = {}): Situation {
  return { from: candidates[0] as Candidate, candidates, model: '', departures: [], cooldownMs: 5 * MINUTE_MS, waitMs: 10 * MINUTE_MS, needsConversations: true, unattended: false, tried: [], now: NOON, ...change }
}

export const aMove = (session: string, change: Partial<Move> = {}): Move => ({
  session, state: 'planned', process: { pid: 4711, startTime: '99', exe: '/opt/claude' }, cwd: '/home/u/web', transcript: `/home/u/.claude-a/projects/${session}.jsonl`, model: 'claude-opus-5-5',
  stopped: true, told: false, words: [], logBytes: 0, seat: '', opened: '', because: '', ...change,
})

export const aSaga = (change: Partial<Saga> = {}): Saga => ({
  id: 'fo-1', agent: 'claude-code', from: '~/.claude-a', to: '~/.claude-b', episode: 'e1', state: 'admitted', createdAt: NOON, updatedAt: NOON, endedAt: null, moves: [aMove('s-1'), aMove('s-2')],
  body: {
    by: 'ann', evidence: ['5h spent, by log'], departure: { account: '~/.claude-a', at: NOON, used: 10_000, recoversAt: after(3 * HOUR_MS) }, generation: 0, usedBefore: '', activated: false, abortAsked: '',
    wakeAt: null, because: '', isReturn: false,
  },
  ...change,
})
