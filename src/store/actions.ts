// Actions: what enforcement began and how it ended. A finished row is never changed, so an attempt never happens twice.
import type { Begun, EnforcementStore, FinishedState } from '../core/enforcement/enforcement-store.ts'
import type { Action, ActionKind, ActionState, Lock } from '../core/enforcement/lock.ts'
import type { NewEvent } from '../core/events/event.ts'
import { int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import type { Stores } from '../core/stores.ts'
import { instant, type Instant } from '../core/time.ts'

const COLUMNS = 'id, lock, kind, target, attempt, state, not_before, outcome, created_at, finished_at'
const insert = sql(`insert into action (${COLUMNS})
  values (:id, :lock, :kind, :target, :attempt, :state, :notBefore, :outcome, :createdAt, :finishedAt) on conflict (id) do nothing returning state`)
// One statement: a release acknowledged before it leaves nothing to insert. Casts are for PostgreSQL, which types a select list first.
const insertInForce = sql(`insert into action (${COLUMNS})
  select cast(:id as text), lock.id, cast(:kind as text), cast(:target as text), cast(:attempt as bigint), cast(:state as text), cast(:notBefore as bigint),
  cast(:outcome as text), cast(:createdAt as bigint), cast(:finishedAt as bigint) from lock
  where lock.id = :lock and lock.released_at is null and (lock.expires_at is null or lock.expires_at > :now)
  on conflict (id) do nothing returning state`)
const lockInForce = sql('select id from lock where id = :lock and released_at is null and (expires_at is null or expires_at > :now)')
const stateOf = sql('select state from action where id = :id')
const finish = sql(`update action set state = :state, outcome = :outcome, finished_at = :at
  where id = :id and state in ('pending', 'running') returning id`)
const byLock = sql(`select ${COLUMNS} from action where lock = :lock order by created_at, id`)
// What still matters to a ladder, newest first: an identity whose verification has ended is gone and never comes again.
const onLadders = sql(`select ${COLUMNS} from action where lock = :lock and kind <> 'notify'
  and target not in (select target from action where lock = :lock and kind = 'verify' and state not in ('pending', 'running'))
  order by created_at desc, id desc limit :most`)
const anyExpired = sql('select id from lock where released_at is null and expires_at <= :now limit 1')
const open = sql(`select ${COLUMNS} from action where state in ('pending', 'running') and kind <> 'notify' order by created_at, id`)

/** Inserts an action inside another's transaction; false when its id exists. */
export function* addAction(action: Action): Work<boolean> {
  return (yield* row(insert, { ...action })) !== undefined
}

/** Everything that was done about a lock, notices included, oldest first. */
export function* actionsOf(lock: string): Work<readonly Action[]> {
  return (yield* rows(byLock, { lock })).map(actionFrom)
}

export class SqlEnforcement implements EnforcementStore {
  readonly #stores: Stores
  constructor(stores: Stores) { this.#stores = stores }

  activeLocks(now: Instant): Promise<readonly Lock[]> { return this.#stores.read(() => this.#stores.breaches.activeLocks(now)) }
  lock(id: string): Promise<Lock | null> { return this.#stores.read(() => this.#stores.breaches.lock(id)) }

  async releaseExpired(now: Instant): Promise<readonly Lock[]> {
    // Asked with a read first: taking the write lock every second for nothing would cost every other writer.
    const expired = await this.#stores.read(() => row(anyExpired, { now }))
    return expired === undefined ? [] : this.#stores.transaction(() => this.#stores.breaches.releaseExpired(now))
  }

  history(locks: readonly string[]): Promise<readonly Action[]> {
    return this.#stores.read(function* () {
      const found: Action[] = []
      for (const lock of locks) found.push(...(yield* rows(onLadders, { lock, most: HISTORY_ROWS_MAX })).map(actionFrom).reverse())
      return found
    })
  }

  openAttempts(): Promise<readonly Action[]> {
    return this.#stores.read(function* () { return (yield* rows(open)).map(actionFrom) })
  }

  begin(action: Action, now: Instant): Promise<Begun> {
    return this.#stores.transaction(function* () {
      if (yield* row(insertInForce, { ...action, now })) return 'begun'
      if (!(yield* row(lockInForce, { lock: action.lock, now }))) return 'lock-gone'
      const state = text((yield* row(stateOf, { id: action.id }))?.state)
      return state === 'pending' || state === 'running' ? 'begun' : 'finished'
    })
  }

  async finish(id: string, end: { state: FinishedState; outcome: string; at: Instant }, events: readonly NewEvent[]): Promise<void> {
    const store = this.#stores.events
    await this.#stores.transaction(function* () {
      if (!(yield* row(finish, { id, state: end.state, outcome: end.outcome, at: end.at }))) return
      for (const event of events) yield* store.add(event, end.at)
    })
  }

  async audit(events: readonly NewEvent[], at: Instant): Promise<void> {
    const store = this.#stores.events
    await this.#stores.transaction(function* () { for (const event of events) yield* store.add(event, at) })
  }
}

// Four rows a process and attempt: over 300 processes on the ladder of one lock. What a longer rehearsal pushes out is
// begun again under the id it had, and so found finished.
const HISTORY_ROWS_MAX = 4_000

const actionFrom = (from: Row): Action => {
  const finished = maybeInt(from.finished_at)
  return {
    id: text(from.id), lock: text(from.lock), kind: text(from.kind) as ActionKind, target: text(from.target), attempt: int(from.attempt),
    state: text(from.state) as ActionState, notBefore: instant(int(from.not_before)), outcome: text(from.outcome),
    createdAt: instant(int(from.created_at)), finishedAt: finished === null ? null : instant(finished),
  }
}
