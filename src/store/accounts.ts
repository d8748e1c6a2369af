// What is known of accounts, and which of them new work starts on.
import type { AccountKey } from '../core/accounts/account.ts'
import type { AccountStore, AccountUse } from '../core/accounts/account-store.ts'
import type { AccountRecord } from '../core/accounts/health.ts'
import type { LoginKind } from '../core/accounts/identity.ts'
import { changes, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { instant, type Instant } from '../core/time.ts'

const COLUMNS = 'agent, account, expected, found, kind, organisation, home_exists, sign_in, looked_at, broken_at, broken_sign_in, broken_evidence, throttled_until, disabled_at, disabled_by, disabled_reason, pinned_at'
const get = sql(`select ${COLUMNS} from account_state where node = :node and agent = :agent and account = :account`)
const all = sql(`select ${COLUMNS} from account_state where node = :node order by agent, account`)
const save = sql(`insert into account_state (node, ${COLUMNS})
  values (:node, :agent, :account, :expected, :found, :kind, :organisation, :homeExists, :signIn, :lookedAt, :brokenAt, :brokenSignIn, :brokenEvidence, :throttledUntil, :disabledAt, :disabledBy, :disabledReason, :pinnedAt)
  on conflict (node, agent, account) do update set expected = excluded.expected, found = excluded.found, kind = excluded.kind, organisation = excluded.organisation,
  home_exists = excluded.home_exists, sign_in = excluded.sign_in, looked_at = excluded.looked_at, broken_at = excluded.broken_at, broken_sign_in = excluded.broken_sign_in,
  broken_evidence = excluded.broken_evidence, throttled_until = excluded.throttled_until, disabled_at = excluded.disabled_at, disabled_by = excluded.disabled_by,
  disabled_reason = excluded.disabled_reason, pinned_at = excluded.pinned_at`)
const forget = sql('delete from account_state where node = :node and agent = :agent and account = :account')
const inUse = sql('select agent, account, generation, at, used_by from account_use where node = :node and agent = :agent')
const useFirst = sql('insert into account_use (node, agent, account, generation, at, used_by) values (:node, :agent, :account, 1, :at, :by) on conflict (node, agent) do nothing')
const useNext = sql('update account_use set account = :account, generation = generation + 1, at = :at, used_by = :by where node = :node and agent = :agent and generation = :generation')

export class SqlAccounts implements AccountStore {
  *get(node: string, { agent, account }: AccountKey): Work<AccountRecord | null> {
    const found = yield* row(get, { node, agent, account })
    return found ? recordFrom(found) : null
  }

  *save(node: string, { broken, disabled, ...record }: AccountRecord): Work<void> {
    yield* rows(save, {
      node, ...record, organisation: Number(record.organisation), homeExists: Number(record.homeExists),
      brokenAt: broken?.at ?? null, brokenSignIn: broken?.signIn ?? '', brokenEvidence: broken?.evidence ?? '',
      disabledAt: disabled?.at ?? null, disabledBy: disabled?.by ?? '', disabledReason: disabled?.reason ?? '',
    })
  }

  *all(node: string): Work<readonly AccountRecord[]> { return (yield* rows(all, { node })).map(recordFrom) }

  *forget(node: string, { agent, account }: AccountKey): Work<void> { yield* rows(forget, { node, agent, account }) }

  *inUse(node: string, agent: string): Work<AccountUse | null> {
    const found = yield* row(inUse, { node, agent })
    return found ? { agent: text(found.agent), account: text(found.account), generation: int(found.generation), at: instant(int(found.at)), by: text(found.used_by) } : null
  }

  *use(node: string, { generation, ...use }: AccountUse): Work<boolean> {
    return (yield* changes(generation === 0 ? useFirst : useNext, { node, ...use, generation })) > 0
  }
}

const when = (value: Row[string] | undefined): Instant | null => { const found = maybeInt(value); return found === null ? null : instant(found) }

function recordFrom(from: Row): AccountRecord {
  const brokenAt = when(from.broken_at), disabledAt = when(from.disabled_at)
  return {
    agent: text(from.agent), account: text(from.account), expected: text(from.expected), found: text(from.found), kind: text(from.kind) as LoginKind | '',
    organisation: int(from.organisation) === 1, homeExists: int(from.home_exists) === 1, signIn: text(from.sign_in), lookedAt: when(from.looked_at),
    broken: brokenAt === null ? null : { at: brokenAt, signIn: text(from.broken_sign_in), evidence: text(from.broken_evidence) },
    throttledUntil: when(from.throttled_until), pinnedAt: when(from.pinned_at),
    disabled: disabledAt === null ? null : { at: disabledAt, by: text(from.disabled_by), reason: text(from.disabled_reason) },
  }
}
