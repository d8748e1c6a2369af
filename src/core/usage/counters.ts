// Counters as logs and databases write them, under the one rule all adapters share: what is negative, fractional,
// absurd or no number counts as zero, and the reader remembers that it met such a one.
import { tokenCount } from './tokens.ts'

/** Reads the counters of one record. Absent and null are zero and no damage. */
export class CounterReader {
  damaged = false

  read(value: unknown): number {
    // Databases hand 64-bit integers over as bigint; whatever fits no number is absurd anyway.
    const count = tokenCount(typeof value === 'bigint' ? Number(value) : value)
    if (count === null) this.damaged = true
    return count ?? 0
  }

  /** `whole` without `part`, for counters that contain another one; a part that exceeds its whole is damage and leaves zero. */
  without(whole: number, part: number): number {
    if (part > whole) this.damaged = true
    return Math.max(0, whole - part)
  }
}
