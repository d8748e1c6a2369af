// What a source says beside what the ledger holds because of it. Pure; says which of the two is ahead, never which is right.
import { nanoUsd, type NanoUsd } from '../money.ts'
import type { Held, Mark } from './cumulative.ts'
import { minus, signOf } from './decimal.ts'
import { worth, type TableSource } from './source.ts'

/**
 * in_step: both say the same. lower: the source fell below its highest, and nothing was taken off. ahead: the ledger holds
 * more, from another machine or a time before. compared: nothing is posted, logs count the same spend.
 */
export type DriftState = 'in_step' | 'lower' | 'ahead' | 'compared'
export interface Drift {
  readonly state: DriftState
  /** What the source's newest reading is worth. */
  readonly says: NanoUsd
  /** What the ledger holds: posted for this subject, or, of a source that is only compared, logged since it began. */
  readonly ledger: NanoUsd
  /** `says` minus `ledger`. */
  readonly drift: NanoUsd
}

/** `logged`: what logs say the subject's owner spent since `mark.firstAt`; only asked of a source that is compared. */
export function driftOf(mark: Mark, source: TableSource, { held, logged }: { readonly held: Held; readonly logged: NanoUsd }): Drift {
  const compared = source.mode === 'compare'
  const says = compared ? worth(minus(mark.latest, mark.began), source) : nanoUsd(mark.cost + worth(minus(mark.latest, mark.amount), source))
  const ledger = compared ? logged : held.cost
  const state = compared ? 'compared' : signOf(minus(mark.latest, mark.amount)) < 0 ? 'lower' : held.cost > mark.cost ? 'ahead' : 'in_step'
  return { state, says, ledger, drift: nanoUsd(says - ledger) }
}
