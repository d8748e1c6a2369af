// The port to what is known of quota windows: one row per node, agent, account and window.
import type { Work } from '../ledger/work.ts'
import type { Instant } from '../time.ts'
import type { QuotaKey, QuotaObservation, QuotaWindow } from './quota.ts'

export type QuotaReading = Pick<QuotaObservation, 'usedBasisPoints' | 'exhausted' | 'resetsAt' | 'observedAt' | 'evidence'>

export interface QuotaStore {
  get(node: string, key: QuotaKey): Work<QuotaWindow | null>
  save(node: string, window: QuotaWindow): Work<void>
  /** Every window this node knows, over or not, by agent, account and window. */
  all(node: string): Work<readonly QuotaWindow[]>
  /** Keeps a word that changed what was known. */
  note(node: string, window: QuotaWindow): Work<void>
  /** What was said of one window since, oldest first, at most `limit` of the newest. */
  readings(node: string, key: QuotaKey, since: Instant, limit: number): Work<readonly QuotaReading[]>
  /** Drops words that are older; returns how many. */
  forgetReadings(before: Instant): Work<number>
}
