// Alerts, locks, raises and new notices. A lock's body is JSON that is never queried into; what is queried has columns.
import type { AlertKey, BreachStore, NewNotice } from '../core/enforcement/breach-store.ts'
import { BY_HAND, type Action, type Lock } from '../core/enforcement/lock.ts'
import { big, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { nanoUsd } from '../core/money.ts'
import { instant, type Instant } from '../core/time.ts'
import { actionsOf, addAction } from './actions.ts'

const alertOnce = sql(`insert into alert (rule, version, per_value, window_start, threshold, at)
  values (:rule, :version, :perValue, :windowStart, :threshold, :at) on conflict do nothing returning threshold`)
const addLock = sql(`insert into lock (id, rule, body, locked_at, expires_at, confirmed_at)
  values (:id, :rule, :body, :lockedAt, :expiresAt, :confirmedAt) on conflict (id) do nothing returning id`)
const COLUMNS = 'id, body, confirmed_at, released_at, released_by, release_reason'
const active = sql(`select ${COLUMNS} from lock where released_at is null and (expires_at is null or expires_at > :now) order by locked_at, id`)
const newest = sql(`select ${COLUMNS} from lock order by locked_at desc, id limit :most`)
const byId = sql(`select ${COLUMNS} from lock where id = :id`)
const release = sql('update lock set released_at = :at, released_by = :by, release_reason = :reason where id = :id and released_at is null returning id')
const releaseExpired = sql(`update lock set released_at = expires_at, released_by = 'expiry', release_reason = case rule when :byHand then 'its time was over' else 'the window ended' end
  where released_at is null and expires_at <= :now returning ${COLUMNS}`)
const confirm = sql('update lock set confirmed_at = :at where rule = :rule and confirmed_at is null and released_at is null returning id')
const hold = sql('update lock set confirmed_at = null where rule <> :byHand and released_at is null and (expires_at is null or expires_at > :now) returning id')
const pruneActions = sql('delete from action where lock in (select id from lock where released_at < :before)')
const prune = sql('delete from lock where released_at < :before returning id')
const raise = sql(`insert into raise (rule, per_value, window_start, amount, reason, at) values (:rule, :perValue, :windowStart, :amount, :reason, :at)
  on conflict (rule, per_value, window_start) do update set amount = "raise".amount + excluded.amount, reason = excluded.reason, at = excluded.at`)
const raises = sql('select rule, per_value, window_start, amount, at from raise')
const addNotice = sql(`insert into notice (id, channel, level, body, state, attempts, due_at, outcome, created_at)
  values (:id, :channel, :level, :body, 'pending', 0, :dueAt, '', :at) on conflict (id) do nothing`)

export class SqlBreaches implements BreachStore {
  *alertOnce(alert: AlertKey, at: Instant): Work<boolean> { return (yield* row(alertOnce, { ...alert, at })) !== undefined }

  *addLock(lock: Lock): Work<boolean> {
    const made = yield* row(addLock, {
      id: lock.id, rule: lock.rule, body: lockText(lock), lockedAt: lock.lockedAt, expiresAt: lock.expiresAt,
      confirmedAt: lock.needsConfirmation ? null : lock.lockedAt,
    })
    return made !== undefined
  }

  addAction(action: Action): Work<boolean> { return addAction(action) }
  actionsOf(lock: string): Work<readonly Action[]> { return actionsOf(lock) }
  *activeLocks(now: Instant): Work<readonly Lock[]> { return (yield* rows(active, { now })).map(lockFrom) }
  *locks(limit: number): Work<readonly Lock[]> { return (yield* rows(newest, { most: limit })).map(lockFrom) }

  *lock(id: string): Work<Lock | null> {
    const found = yield* row(byId, { id })
    return found ? lockFrom(found) : null
  }

  *release(id: string, by: string, reason: string, at: Instant): Work<boolean> {
    return (yield* row(release, { id, by, reason, at })) !== undefined
  }

  *releaseExpired(now: Instant): Work<readonly Lock[]> { return (yield* rows(releaseExpired, { now, byHand: BY_HAND })).map(lockFrom) }
  *confirm(rule: string, at: Instant): Work<number> { return (yield* rows(confirm, { rule, at })).length }

  *holdForConfirmation(now: Instant): Work<number> { return (yield* rows(hold, { now, byHand: BY_HAND })).length }

  *prune(before: Instant): Work<number> {
    yield* rows(pruneActions, { before })
    return (yield* rows(prune, { before })).length
  }

  *raise(raised: Parameters<BreachStore['raise']>[0]): Work<void> { yield* rows(raise, { ...raised }) }

  *raises(): ReturnType<BreachStore['raises']> {
    return (yield* rows(raises)).map(each => ({
      rule: text(each.rule), perValue: text(each.per_value), windowStart: instant(int(each.window_start)), amount: nanoUsd(big(each.amount)), at: instant(int(each.at)),
    }))
  }

  *addNotice(notice: NewNotice, at: Instant): Work<void> { yield* rows(addNotice, { ...notice, at }) }
}

// bigint has no JSON form: the two amounts travel as decimal text of nano-USD.
const lockText = ({ released: _released, needsConfirmation: _needs, limit, spent, ...rest }: Lock): string =>
  JSON.stringify({ ...rest, limit: limit.toString(), spent: spent.toString() })

function lockFrom(from: Row): Lock {
  const body = JSON.parse(text(from.body)) as Omit<Lock, 'limit' | 'spent' | 'released' | 'needsConfirmation'> & { limit: string; spent: string }
  const releasedAt = maybeInt(from.released_at)
  return {
    ...body, limit: nanoUsd(BigInt(body.limit)), spent: nanoUsd(BigInt(body.spent)),
    // A lock that only denies has no signals to wait for, whenever somebody armed.
    needsConfirmation: body.onBreach === 'terminate' && from.confirmed_at === null,
    released: releasedAt === null ? null : { at: instant(releasedAt), by: text(from.released_by), reason: text(from.release_reason) },
  }
}
