// Keeps what is known of accounts up to date: looks at their homes, and takes in what clients say of their logins. Each
// change that a person would want to know of leaves an event in the same transaction.
import { keyOf, type Account, type AccountKey } from '../core/accounts/account.ts'
import type { AccountStore } from '../core/accounts/account-store.ts'
import { accepted, afterLook, afterRefusedLogin, afterThrottle, isForeign, newRecord, type AccountRecord } from '../core/accounts/health.ts'
import type { FoundLogin } from '../core/accounts/identity.ts'
import type { EventStore, NewEvent } from '../core/events/event.ts'
import type { Transactor, Work } from '../core/ledger/work.ts'
import type { Instant } from '../core/time.ts'

export interface AccountWorld {
  readonly stores: Transactor & { readonly accounts: AccountStore; readonly events: EventStore }
  readonly node: string
  /** Reads a home; null for an agent whose logins are not told apart. */
  lookAt(agent: string, home: string): FoundLogin | null
}

/** Looks at every home and returns the records, in the order given. */
export async function lookAtAccounts(world: AccountWorld, accounts: readonly Account[], now: Instant): Promise<readonly AccountRecord[]> {
  const found = accounts.map(account => ({ account, login: world.lookAt(account.agent, account.home) }))
  return world.stores.transaction(function* () {
    const records: AccountRecord[] = []
    for (const { account, login } of found) {
      const known = yield* world.stores.accounts.get(world.node, keyOf(account))
      const before = known ?? newRecord(keyOf(account))
      const after = login === null ? before : afterLook(before, login)
      if (known === null || isNews(before, after)) {
        yield* world.stores.accounts.save(world.node, after)
        for (const event of lookEvents(account, before, after)) yield* world.stores.events.add(event, now)
      }
      records.push(after)
    }
    return records
  })
}

/** The time of the look alone is not worth a write every time somebody asks. */
const isNews = (before: AccountRecord, after: AccountRecord): boolean => before.lookedAt === null || JSON.stringify({ ...before, lookedAt: 0 }) !== JSON.stringify({ ...after, lookedAt: 0 })

function lookEvents(account: Account, before: AccountRecord, after: AccountRecord): readonly NewEvent[] {
  const fields = { account: account.id, agent: account.agent }
  if (isForeign(after) && after.found !== before.found) return [{ code: 'account.identity_changed', level: 'warn', fields: { ...fields, expected: after.expected, found: after.found } }]
  if (isForeign(before) && !isForeign(after)) return [{ code: 'account.identity_matches', level: 'info', fields }]
  if (before.kind !== '' && after.kind === '') return [{ code: 'account.signed_out', level: 'warn', fields }]
  if (before.lookedAt !== null && after.kind !== '' && (before.kind === '' || (before.broken !== null && after.broken === null))) return [{ code: 'account.signed_in', level: 'info', fields }]
  return []
}

/** What a client said of the login it runs on. */
export type LoginWord = AccountKey & { readonly what: 'refused' | 'throttled'; readonly at: Instant; readonly evidence: string }

/** Runs inside the transaction of whoever heard them. */
export function* noteLoginWords({ accounts, events }: { readonly accounts: AccountStore; readonly events: EventStore }, node: string, words: readonly LoginWord[]): Work<void> {
  for (const word of words) {
    const before = (yield* accounts.get(node, word)) ?? newRecord({ agent: word.agent, account: word.account })
    const after = word.what === 'refused' ? afterRefusedLogin(before, word) : afterThrottle(before, word.at)
    if (after === before) continue
    yield* accounts.save(node, after)
    if (word.what === 'refused' && before.broken === null) yield* events.add({ code: 'account.login_refused', level: 'warn', fields: { agent: word.agent, account: word.account, evidence: word.evidence } }, word.at)
  }
}

export type AccountChange =
  | { readonly what: 'disable'; readonly by: string; readonly reason: string }
  | { readonly what: 'enable' | 'accept' | 'pin' | 'unpin'; readonly by: string }

/** What a person decides about an account. Pinning one takes the pin from every other of its agent. */
export function changeAccount(world: AccountWorld, account: Account, change: AccountChange, now: Instant): Promise<AccountRecord> {
  return world.stores.transaction(function* () {
    const { accounts, events } = world.stores
    const before = (yield* accounts.get(world.node, keyOf(account))) ?? newRecord(keyOf(account))
    const after = changed(before, change, now)
    if (change.what === 'pin') {
      for (const other of yield* accounts.all(world.node)) {
        if (other.agent === account.agent && other.account !== account.name && other.pinnedAt !== null) yield* accounts.save(world.node, { ...other, pinnedAt: null })
      }
    }
    yield* accounts.save(world.node, after)
    const { what, ...said } = change
    yield* events.add({ code: `account.${EVENT_OF[what]}`, level: what === 'disable' ? 'warn' : 'info', fields: { account: account.id, agent: account.agent, ...said } }, now)
    return after
  })
}

/** New work starts on it, whatever it started on before: the last person to say so counts. */
export function useAccount({ stores, node }: AccountWorld, account: Account, by: string, now: Instant): Promise<void> {
  return stores.transaction(function* () {
    const before = yield* stores.accounts.inUse(node, account.agent)
    if (before?.account === account.name) return
    yield* stores.accounts.use(node, { agent: account.agent, account: account.name, generation: before?.generation ?? 0, at: now, by })
    yield* stores.events.add({ code: 'account.used', level: 'info', fields: { account: account.id, agent: account.agent, by } }, now)
  })
}

const EVENT_OF = { disable: 'disabled', enable: 'enabled', accept: 'accepted', pin: 'pinned', unpin: 'unpinned' } as const satisfies Record<AccountChange['what'], string>

function changed(record: AccountRecord, change: AccountChange, now: Instant): AccountRecord {
  switch (change.what) {
    case 'disable': return { ...record, disabled: { at: now, by: change.by, reason: change.reason }, pinnedAt: null }
    // Whoever lets it be used again says that it works.
    case 'enable': return { ...record, disabled: null, broken: null, throttledUntil: null }
    case 'accept': return accepted(record)
    case 'pin': return { ...record, pinnedAt: now }
    case 'unpin': return { ...record, pinnedAt: null }
  }
}
