// The audit trail's rows. The chain digest covers the previous digest, the instant, the code, the level and the fields.
import { createHash } from 'node:crypto'
import type { EventLevel, EventStore, NewEvent, StoredEvent } from '../core/events/event.ts'
import { int, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { instant, type Instant } from '../core/time.ts'

// Held to the end of the transaction: on PostgreSQL two writers would else chain to the same row. SQLite has one writer.
const holdChain = sql("insert into meta (name, value) values ('event_chain', '') on conflict (name) do update set value = excluded.value")
const lastChain = sql('select chain from event order by id desc limit 1')
const insert = sql('insert into event (at, code, level, fields, chain) values (:at, :code, :level, :fields, :chain)')
const since = sql('select id, at, code, level, fields, chain from event where id > :after order by id limit :most')
const last = sql('select coalesce(max(id), 0) as id from event')
const prune = sql('delete from event where at < :before returning id')

const PAGE = 5_000

export class SqlEvents implements EventStore {
  *add(event: NewEvent, at: Instant): Work<void> {
    const fields = JSON.stringify(event.fields)
    yield* rows(holdChain)
    const before = text((yield* row(lastChain))?.chain)
    yield* rows(insert, { at, code: event.code, level: event.level, fields, chain: link(before, at, event.code, event.level, fields) })
  }

  *since(after: number, limit: number): Work<readonly StoredEvent[]> {
    return (yield* rows(since, { after, most: limit })).map(eventFrom)
  }

  *last(): Work<number> { return int((yield* row(last))?.id) }

  *firstBroken(): Work<number | null> {
    let before: string | null = null
    for (let after = 0; ;) {
      const page: readonly Row[] = yield* rows(since, { after, most: PAGE })
      for (const each of page) {
        // The oldest row kept has lost its predecessor to pruning; the chain is verified from it on.
        if (before !== null && text(each.chain) !== link(before, int(each.at), text(each.code), text(each.level), text(each.fields))) return int(each.id)
        before = text(each.chain)
        after = int(each.id)
      }
      if (page.length < PAGE) return null
    }
  }

  *prune(before: Instant): Work<number> { return (yield* rows(prune, { before })).length }
}

const link = (before: string, at: number, code: string, level: string, fields: string): string =>
  createHash('sha256').update(`${before}\n${at}\n${code}\n${level}\n${fields}`).digest('hex').slice(0, 32)

const eventFrom = (from: Row): StoredEvent => ({
  id: int(from.id), at: instant(int(from.at)), code: text(from.code), level: text(from.level) as EventLevel,
  fields: JSON.parse(text(from.fields)) as StoredEvent['fields'], chain: text(from.chain),
})
