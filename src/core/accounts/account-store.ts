// The port to what is known of accounts: one row per node, agent and account, and which of them new work starts on.
import type { Work } from '../ledger/work.ts'
import type { Instant } from '../time.ts'
import type { AccountKey } from './account.ts'
import type { AccountRecord } from './health.ts'

/** The account that new work of an agent starts on. */
export interface AccountUse extends AccountKey { readonly generation: number; readonly at: Instant; readonly by: string }

export interface AccountStore {
  get(node: string, key: AccountKey): Work<AccountRecord | null>
  save(node: string, record: AccountRecord): Work<void>
  /** Every account this node ever knew, by agent and name. */
  all(node: string): Work<readonly AccountRecord[]>
  forget(node: string, key: AccountKey): Work<void>
  inUse(node: string, agent: string): Work<AccountUse | null>
  /** Only while `generation` (0 = none yet) is still in force: it becomes one more. False when somebody was faster. */
  use(node: string, use: Omit<AccountUse, 'generation'> & { readonly generation: number }): Work<boolean>
}
