// The enforcement store in memory, with the promises its port makes: insert if absent, never a finished attempt twice,
// nothing begins under a lock that is not in force.
import type { Begun, EnforcementStore, FinishedState } from '../../src/core/enforcement/enforcement-store.ts'
import { isFinished, isInForce, type Action, type Lock } from '../../src/core/enforcement/lock.ts'
import type { NewEvent } from '../../src/core/events/event.ts'
import type { Instant } from '../../src/core/time.ts'

export class FakeEnforcementStore implements EnforcementStore {
  readonly locks = new Map<string, Lock>()
  readonly actions = new Map<string, Action>()
  readonly events: (NewEvent & { readonly at: Instant })[] = []

  constructor(locks: readonly Lock[] = []) {
    for (const lock of locks) this.locks.set(lock.id, lock)
  }

  async activeLocks(now: Instant): Promise<readonly Lock[]> { return [...this.locks.values()].filter(lock => isInForce(lock, now)) }
  async lock(id: string): Promise<Lock | null> { return this.locks.get(id) ?? null }

  async releaseExpired(now: Instant): Promise<readonly Lock[]> {
    const expired = [...this.locks.values()].filter(lock => lock.released === null && !isInForce(lock, now))
    for (const lock of expired) this.locks.set(lock.id, { ...lock, released: { at: now, by: 'expiry', reason: 'the window ended' } })
    return expired
  }

  async history(locks: readonly string[]): Promise<readonly Action[]> {
    const ended = new Set([...this.actions.values()].filter(action => action.kind === 'verify' && isFinished(action)).map(({ lock, target }) => `${lock} ${target}`))
    const climbing = [...this.actions.values()].filter(action => action.kind !== 'notify' && !ended.has(`${action.lock} ${action.target}`)).toSorted((a, b) => a.createdAt - b.createdAt)
    return locks.flatMap(id => climbing.filter(({ lock }) => lock === id))
  }

  async openAttempts(): Promise<readonly Action[]> { return [...this.actions.values()].filter(action => action.kind !== 'notify' && !isFinished(action)) }

  async begin(action: Action, now: Instant): Promise<Begun> {
    const known = this.actions.get(action.id)
    if (known && isFinished(known)) return 'finished'
    const lock = this.locks.get(action.lock)
    if (!lock || !isInForce(lock, now)) return 'lock-gone'
    if (!known) this.actions.set(action.id, action)
    return 'begun'
  }

  async finish(id: string, end: { readonly state: FinishedState; readonly outcome: string; readonly at: Instant }, events: readonly NewEvent[]): Promise<void> {
    const action = this.actions.get(id)
    if (!action || isFinished(action)) return
    this.actions.set(id, { ...action, state: end.state, outcome: end.outcome, finishedAt: end.at })
    await this.audit(events, end.at)
  }

  async audit(events: readonly NewEvent[], at: Instant): Promise<void> { this.events.push(...events.map(event => ({ ...event, at }))) }

  release(id: string, at: Instant): void {
    const lock = this.locks.get(id)
    if (lock) this.locks.set(id, { ...lock, released: { at, by: 'dev', reason: 'a test' } })
  }

  rungs(): readonly string[] { return [...this.actions.values()].filter(action => action.kind !== 'notify').map(action => `${action.kind} ${action.attempt} ${action.state}`) }
  codes(): readonly string[] { return this.events.map(event => event.code) }
}
