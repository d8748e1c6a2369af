// The outbox of notices. A marked row never comes back; what cannot be read any more fails instead of blocking.
import { int, maybeInt, row, rows, sql, text } from '../core/ledger/work.ts'
import { noticeFrom, type OutboxHealth, type OutboxRow, type OutboxStore } from '../core/machine/outbox.ts'
import type { Stores } from '../core/stores.ts'
import { instant, type Instant } from '../core/time.ts'

const due = sql(`select id, channel, body, attempts from notice where channel = :channel and state = 'pending' and due_at <= :now order by due_at, id limit :most`)
const nextDue = sql("select min(due_at) as due from notice where channel = :channel and state = 'pending'")
const sent = sql("update notice set state = 'sent', attempts = attempts + 1, outcome = 'sent', due_at = :at where id = :id and state = 'pending'")
const retry = sql("update notice set attempts = attempts + 1, due_at = :at, outcome = :why where id = :id and state = 'pending'")
const failed = sql("update notice set state = 'failed', attempts = attempts + 1, outcome = :why where id = :id and state = 'pending'")
const channels = sql("select distinct channel from notice where state = 'pending'")
const retire = sql("update notice set state = 'failed', outcome = :why where channel = :channel and state = 'pending' returning id")

const failures = sql("select channel, count(*) as failures, max(outcome) as why from notice where state = 'failed' and created_at >= :since group by channel order by channel")
const waiting = sql("select count(*) as waiting, min(created_at) as oldest from notice where state = 'pending'")

export class SqlOutbox implements OutboxStore, OutboxHealth {
  readonly #stores: Stores
  constructor(stores: Stores) { this.#stores = stores }

  async due(channel: string, now: Instant, limit: number): Promise<readonly OutboxRow[]> {
    const found = await this.#stores.read(function* () { return yield* rows(due, { channel, now, most: limit }) })
    const readable: OutboxRow[] = []
    for (const each of found) {
      const notice = noticeFrom(text(each.body))
      if (notice) readable.push({ id: text(each.id), channel, notice, attempts: int(each.attempts) })
      else await this.markFailed(text(each.id), 'the stored notice is unreadable')
    }
    return readable
  }

  async nextDue(channel: string): Promise<Instant | null> {
    const at = maybeInt(await this.#stores.read(function* () { return (yield* row(nextDue, { channel }))?.due }))
    return at === null ? null : instant(at)
  }

  markSent(id: string, at: Instant): Promise<void> { return this.#write(sent, { id, at }) }
  markRetry(id: string, at: Instant, why: string): Promise<void> { return this.#write(retry, { id, at, why }) }
  markFailed(id: string, why: string): Promise<void> { return this.#write(failed, { id, why }) }

  async health(since: Instant): ReturnType<OutboxHealth['health']> {
    return this.#stores.read(function* () {
      const pending = yield* row(waiting)
      const oldest = maybeInt(pending?.oldest)
      return {
        failed: (yield* rows(failures, { since })).map(each => ({ channel: text(each.channel), count: int(each.failures), why: text(each.why) })),
        waiting: int(pending?.waiting), oldestWaitingAt: oldest === null ? null : instant(oldest),
      }
    })
  }

  async retire(kept: readonly string[], why: string): Promise<number> {
    return this.#stores.transaction(function* () {
      let count = 0
      for (const each of yield* rows(channels)) {
        const channel = text(each.channel)
        if (!kept.includes(channel)) count += (yield* rows(retire, { channel, why })).length
      }
      return count
    })
  }

  async #write(statement: typeof sent, values: Record<string, string | number>): Promise<void> {
    await this.#stores.transaction(function* () { yield* rows(statement, values) })
  }
}
