// The port to what only a check of the whole ledger asks. Reads alone; each answer is bounded, however much is wrong.
import type { Scope } from '../scope.ts'
import type { Instant } from '../time.ts'
import type { Work } from './work.ts'

export interface SchemaObject { readonly type: string; readonly name: string; readonly table: string }
/** Keys that break a rule: how many, and the first of them. */
export interface WrongKeys { readonly count: number; readonly keys: readonly string[] }

export interface AuditStore {
  /** What the engine finds wrong with its own file; empty when nothing. */
  damage(): Work<readonly string[]>
  /** Tables, indexes, triggers and views. */
  schema(): Work<readonly SchemaObject[]>
  /** Responses whose entries are not numbered 0, 1, 2 and so on. */
  gapped(): Work<WrongKeys>
  /** Responses whose first entry could not have been posted by the rules: negative, counted twice, priced without a card. */
  malformed(span: { readonly least: Instant; readonly most: Instant }): Work<WrongKeys>
  /** Entries that belong to nobody: their scope is not in the dictionary. */
  orphans(): Work<number>
  /** Responses that were corrected, in the order of their keys. */
  corrected(after: string, limit: number): Work<readonly string[]>
  /** Sums by quarter hour that reports add up and that are not the sums of their entries. */
  wrongSums(): Work<number>
  /** Names of rate cards, with how many entries each priced. */
  cards(): Work<readonly { readonly card: string; readonly entries: number }[]>
  scopes(after: bigint, limit: number): Work<readonly { readonly id: bigint; readonly key: string; readonly scope: Scope }[]>
}
