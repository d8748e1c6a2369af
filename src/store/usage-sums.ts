// Sums over the ledger for reports. Entries are only ever added, so those up to a known id are kept summed by quarter hour
// (every zone's midnight falls on one); a report adds up those slots, the entries since, and the ragged ends of its range.
import type { UsageSum } from '../core/ledger/ledger-store.ts'
import type { Folded, SumGroup, SumKey, SumQuery, UsageSums } from '../core/ledger/usage-sums.ts'
import { big, changes, int, maybeInt, row, rows, sql, text, type Row, type SqlValue, type Statement, type Work } from '../core/ledger/work.ts'
import { nanoUsd } from '../core/money.ts'
import { instant, MINUTE_MS, type Instant } from '../core/time.ts'
import type { Database } from './database.ts'

const SLOT_MS = 15 * MINUTE_MS
const THROUGH = 'usage_slot_through'
const FAR_FUTURE = 253_402_300_800_000

const FIGURES = ['responses', 'input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'cost', 'unpriced', 'partial', 'estimated'] as const

const through = sql('select value from meta where name = :name')
const advance = sql('insert into meta (name, value) values (:name, :value) on conflict (name) do update set value = excluded.value')
const newest = sql('select max(id) as newest from entry')
// Two questions in one: SQLite answers a single min or max from the index, both at once by reading all of it (200 ms of two million).
const range = sql('select (select min(at) from entry) as first, (select max(at) from entry) as last')
const fold = sql(`insert into usage_slot (slot, scope, model, billing, ${FIGURES.join(', ')}, first_at, last_at)
  select e.at / ${SLOT_MS} * ${SLOT_MS}, e.scope, e.model, e.billing, ${FIGURES.map(name => `sum(coalesce(e.${name}, 0))`).join(', ')}, min(e.at), max(e.at)
  from entry e where e.id > :after and e.id <= :upto group by 1, 2, 3, 4
  on conflict (slot, scope, model, billing) do update set ${FIGURES.map(name => `${name} = usage_slot.${name} + excluded.${name}`).join(', ')},
  first_at = case when excluded.first_at < usage_slot.first_at then excluded.first_at else usage_slot.first_at end,
  last_at = case when excluded.last_at > usage_slot.last_at then excluded.last_at else usage_slot.last_at end`)
// A response that moved to another owner no longer dates the work of its first one.
const OWNED = `from entry e where e.scope = usage_slot.scope and e.at >= usage_slot.slot and e.at < usage_slot.slot + ${SLOT_MS}
  and e.model = usage_slot.model and e.billing = usage_slot.billing group by e.key having sum(e.responses) > 0`
const redate = sql(`update usage_slot set
  first_at = coalesce((select min(own.at) from (select min(e.at) as at ${OWNED}) own), first_at),
  last_at = coalesce((select max(own.at) from (select max(e.at) as at ${OWNED}) own), last_at)
  where (slot, scope) in (select e.at / ${SLOT_MS} * ${SLOT_MS}, e.scope from entry e where e.id > :after and e.id <= :upto and e.kind = 'moved')`)

/**
 * `keeps`: whether the engine's ids are given out in the order of commits. PostgreSQL's are not: an entry with a smaller
 * id may commit after a larger one was folded. There sums are always made from the entries.
 */
export class SqlUsageSums implements UsageSums {
  readonly #keeps: boolean
  readonly #statements = new Map<string, Statement>()
  constructor(engine: Database['engine']) { this.#keeps = engine === 'sqlite' }

  *fold(most: number): Work<Folded> {
    if (!this.#keeps) return { entries: 0, more: false }
    const after = yield* this.#through()
    const last = maybeInt((yield* row(newest))?.newest) ?? 0
    const upto = Math.min(last, after + most)
    if (upto <= after) return { entries: 0, more: false }
    yield* changes(fold, { after, upto })
    yield* changes(redate, { after, upto })
    yield* changes(advance, { name: THROUGH, value: String(upto) })
    return { entries: upto - after, more: upto < last }
  }

  *range(): Work<{ first: Instant; last: Instant } | null> {
    const found = yield* row(range)
    const first = maybeInt(found?.first)
    return first === null ? null : { first: instant(first), last: instant(int(found?.last)) }
  }

  *sum(query: SumQuery): Work<readonly SumGroup[]> {
    const folded = this.#keeps ? yield* this.#through() : 0
    const since = query.since ?? 0, until = Math.max(since, query.until ?? FAR_FUTURE)
    const from = Math.ceil(since / SLOT_MS) * SLOT_MS, to = Math.max(from, Math.floor(until / SLOT_MS) * SLOT_MS)
    const found = yield* rows(this.#statement(query), {
      since, until, from, to, head: Math.min(from, until), tail: Math.max(to, since), folded,
      ...Object.fromEntries(query.days.flatMap((piece, index): [string, SqlValue][] => [[`offset${index}`, piece.offsetMs], ...(piece.until === null ? [] : [[`until${index}`, piece.until] as [string, SqlValue]])])),
    })
    return found.map(each => groupFrom(each, query.by)).filter(isSomething)
  }

  *#through(): Work<number> {
    return int((yield* row(through, { name: THROUGH }))?.value)
  }

  #statement({ by, days }: SumQuery): Statement {
    const pieces = by.includes('day') ? days.length : 0
    const name = `${by.join(',')}/${pieces}`
    let statement = this.#statements.get(name)
    if (!statement) this.#statements.set(name, statement = sumStatement(by, pieces))
    return statement
  }
}

const column = (key: SumKey, pieces: number): string => {
  switch (key) {
    case 'billing': return 'p.billing'
    case 'hour': return 'p.slot / 3600000 * 3600000'
    case 'day': return `(p.slot + ${offsetOf(pieces)}) / 86400000`
    default: return `s.${key}`
  }
}

/** The offset of the piece that an instant lies in. Parameters of a `case` have no type of their own in PostgreSQL. */
function offsetOf(pieces: number): string {
  const offset = (index: number): string => `cast(:offset${index} as bigint)`
  const earlier = Array.from({ length: pieces - 1 }, (_, index) => `when p.slot < cast(:until${index} as bigint) then ${offset(index)}`)
  return earlier.length === 0 ? offset(0) : `case ${earlier.join(' ')} else ${offset(pieces - 1)} end`
}

function sumStatement(by: readonly SumKey[], pieces: number): Statement {
  const columns = by.map(key => column(key, pieces))
  const slots = `select slot, scope, model, billing, ${FIGURES.join(', ')}, first_at, last_at from usage_slot where slot >= :from and slot < :to`
  const entries = (where: string): string => `select at, scope, model, billing, ${FIGURES.join(', ')}, at, at from entry where ${where}`
  // The plus keeps SQLite from walking the whole index by time for the few entries that no fold has seen.
  const parts = [slots, entries('id > :folded and +at >= :since and +at < :until'), entries('+id <= :folded and at >= :since and at < :head'), entries('+id <= :folded and at >= :tail and at < :until')]
  const figures = FIGURES.map(name => `cast(coalesce(sum(p.${name}), 0) as bigint) as ${name}`)
  const owned = columns.filter(each => each.startsWith('s.'))
  // A session is nearly a scope of its own: sorting by its number costs a third of sorting by five texts, and rows add up all the same.
  const grouping = by.includes('session') ? ['p.scope', ...owned, ...columns.filter(each => !owned.includes(each))] : columns
  return sql(`select ${[...columns.map((each, index) => `${each} as ${by[index]}`), 'p.model as model', ...figures, `min(${dated('first_at')}) as first_at`, `max(${dated('last_at')}) as last_at`].join(', ')}
    from (${parts.join(' union all ')}) p${owned.length > 0 ? ' join scope s on s.id = p.scope' : ''} group by ${[...grouping, 'p.model'].join(', ')}`)
}

// What moved to another owner left a slot of zeros, and its hours are not this owner's.
const dated = (name: string): string => `case when ${FIGURES.map(figure => `p.${figure} <> 0`).join(' or ')} then p.${name} end`

function groupFrom(from: Row, keys: readonly SumKey[]): SumGroup {
  const by: Partial<Record<SumKey, string>> = {}
  for (const key of keys) by[key] = text(from[key])
  return {
    by, model: text(from.model), firstAt: instant(int(from.first_at)), lastAt: instant(int(from.last_at)),
    sum: {
      responses: int(from.responses), cost: nanoUsd(big(from.cost)), unpriced: int(from.unpriced), partial: int(from.partial), estimated: int(from.estimated),
      tokens: { input: int(from.input), output: int(from.output), cacheRead: int(from.cache_read), cacheWrite5m: int(from.cache_write_5m), cacheWrite1h: int(from.cache_write_1h) },
    },
  }
}

const isSomething = ({ sum }: { readonly sum: UsageSum }): boolean =>
  sum.responses !== 0 || sum.cost !== 0n || sum.unpriced !== 0 || sum.partial !== 0 || sum.estimated !== 0 || Object.values(sum.tokens).some(count => count !== 0)
