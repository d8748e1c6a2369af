// The dictionary of scopes. Ids never change, so both directions are remembered for the life of the process; an id
// learned inside a transaction that rolls back is forgotten again by `forget`.
import { scopeKey, type Scope } from '../core/scope.ts'
import type { EntryDraft } from '../core/ledger/posting.ts'
import { big, maybeInt, row, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { instant } from '../core/time.ts'

const insert = sql(`insert into scope (key, node, agent, account, project, branch, session, subagent)
  values (:key, :node, :agent, :account, :project, :branch, :session, :subagent) on conflict (key) do nothing returning id`)
const byKey = sql('select id from scope where key = :key')
const byId = sql('select node, agent, account, project, branch, session, subagent from scope where id = :id')

// A machine with 100,000 sessions still fits; past it the map starts over, which only costs look-ups.
const REMEMBERED_MAX = 200_000

export class ScopeStore {
  readonly #ids = new Map<string, bigint>()
  readonly #scopes = new Map<bigint, Scope>()
  #lastScope: Scope | null = null
  #lastId = 0n;

  /** Neighbouring responses share their scope, mostly as one object. */
  *idOf(scope: Scope): Work<bigint> {
    if (scope !== this.#lastScope) {
      this.#lastId = yield* this.#find(scope)
      this.#lastScope = scope
    }
    return this.#lastId
  }

  *#find(scope: Scope): Work<bigint> {
    const key = scopeKey(scope)
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const made = (yield* row(insert, { key, ...scope })) ?? (yield* row(byKey, { key }))
    const id = big(made?.id)
    this.#remember(id, key, scope)
    return id
  }

  *scopeOf(id: bigint): Work<Scope> {
    const known = this.#scopes.get(id)
    if (known) return known
    const found = yield* row(byId, { id })
    if (!found) throw new Error(`entry refers to scope ${id}, which does not exist`)
    const scope = scopeFrom(found)
    this.#remember(id, scopeKey(scope), scope)
    return scope
  }

  /** After a rolled-back transaction: ids handed out inside it were never stored. */
  forget(): void {
    this.#lastScope = null
    this.#ids.clear()
    this.#scopes.clear()
  }

  #remember(id: bigint, key: string, scope: Scope): void {
    if (this.#ids.size >= REMEMBERED_MAX) this.forget()
    this.#ids.set(key, id)
    this.#scopes.set(id, scope)
  }
}

/** When its owner spoke, as an entry says it: only where that is later than the entry's own time. */
export function ownTimeFrom(from: Row): Pick<EntryDraft, 'ownedAt'> {
  const at = maybeInt(from.owned_at)
  return at === null ? {} : { ownedAt: instant(at) }
}

export const scopeFrom = (from: Row): Scope => ({
  node: text(from.node), agent: text(from.agent), account: text(from.account), project: text(from.project),
  branch: text(from.branch), session: text(from.session), subagent: text(from.subagent),
})
