// The port to what is known of quota windows: one row per node, agent, account and window.
import type { Work } from '../ledger/work.ts'
import type { QuotaKey, QuotaWindow } from './quota.ts'

export interface QuotaStore {
  get(node: string, key: QuotaKey): Work<QuotaWindow | null>
  save(node: string, window: QuotaWindow): Work<void>
  /** Every window this node knows, over or not, by agent, account and window. */
  all(node: string): Work<readonly QuotaWindow[]>
}
