// Which processes are to be brought to a stop, and under which lock. Several locks may hold one process; it climbs one
// ladder only, or it would get every signal twice.
import { isUnstoppable, stateOf, type Method, type Policy } from '../../core/enforcement/ladder.ts'
import type { Action, Lock } from '../../core/enforcement/lock.ts'
import { proveTarget, type Evidence, type Proof } from '../../core/enforcement/target.ts'
import { identityText, type ProcessIdentity } from '../../core/machine/process-table.ts'
import type { Instant } from '../../core/time.ts'
import type { Survey } from './survey.ts'

export type ProvenTarget = Extract<Proof, { target: true }>

/** One process under the lock that governs it. */
export interface Target extends ProcessIdentity {
  readonly lock: Lock
  /** Rows of this lock and this identity. */
  readonly history: readonly Action[]
  /** null when the process is gone or no adapter knows it any more. */
  readonly evidence: Evidence | null
  /** null when the process is gone, or is there and can no longer be proven. */
  readonly proof: ProvenTarget | null
  /** Why it is not proven any more; '' otherwise. */
  readonly doubt: string
}

/** Proven processes, and those that rows speak of although they are gone or can no longer be proven. */
export function chooseTargets(locks: readonly Lock[], survey: Survey, rows: readonly Action[], policy: Policy, now: Instant): readonly Target[] {
  const histories = new Map<string, Action[]>()
  for (const row of rows) {
    const key = `${row.lock} ${row.target}`
    const history = histories.get(key)
    if (history) history.push(row)
    else histories.set(key, [row])
  }
  const historyOf = (lock: Lock, identity: string): readonly Action[] => histories.get(`${lock.id} ${identity}`) ?? []
  const alive = new Map(survey.agents.map(evidence => [identityText(evidence.process), evidence]))
  const chosen: Target[] = []
  const taken = new Set<string>()
  for (const [identity, evidence] of alive) {
    const governing = govern(locks, evidence, lock => historyOf(lock, identity), policy, now)
    if (!governing) continue
    taken.add(identity)
    chosen.push({ pid: evidence.process.pid, startTime: evidence.process.startTime, evidence, doubt: '', ...governing })
  }
  for (const lock of locks) {
    for (const row of rows) {
      const identity = row.lock === lock.id && row.attempt > 0 ? parseIdentity(row.target) : null
      if (identity === null || taken.has(row.target)) continue
      const history = historyOf(lock, row.target)
      if (stateOf(lock, history).state === 'settled') continue
      taken.add(row.target)
      const evidence = alive.get(row.target) ?? null
      const proof = evidence === null ? null : proveTarget(lock, evidence)
      chosen.push({ ...identity, lock, history, evidence, proof: null, doubt: proof === null || proof.target ? '' : proof.because })
    }
  }
  return chosen
}

/**
 * The lock whose ladder a process climbs: the one that found it unstoppable (a second lock gives no further attempts),
 * else one that has begun, else the one whose grace ends first.
 */
function govern(locks: readonly Lock[], evidence: Evidence, historyOf: (lock: Lock) => readonly Action[], policy: Policy, now: Instant): Pick<Target, 'lock' | 'history' | 'proof'> | null {
  const holding = locks.flatMap(lock => {
    const proof = proveTarget(lock, evidence)
    return proof.target ? [{ lock, proof, history: historyOf(lock) }] : []
  })
  const methodOf = (proof: ProvenTarget): Method => proof.method
  return holding.find(({ lock, history, proof }) => isUnstoppable(lock, history, methodOf(proof), policy, now))
    ?? holding.find(({ history }) => history.some(row => row.attempt > 0))
    ?? holding.toSorted((a, b) => a.lock.graceUntil - b.lock.graceUntil || (a.lock.id < b.lock.id ? -1 : 1))[0]
    ?? null
}

/** `4711@395962` back into its parts; null for a notice key. */
export function parseIdentity(target: string): ProcessIdentity | null {
  const match = /^(\d+)@(\S+)$/.exec(target)
  return match ? { pid: Number(match[1]), startTime: match[2] ?? '' } : null
}
