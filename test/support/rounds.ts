// How often a test repeats itself: a quick subset in `npm test`, the full figure in `npm run soak`, which records it.
import { appendFileSync } from 'node:fs'

export interface Rounds { readonly name: string; readonly quick: number; readonly full: number }

/** The number of rounds for this run. `name` says what is counted: `daemon kills`, `fuzzed lines`. */
export function rounds({ name, quick, full }: Rounds): number {
  const record = process.env['PURSER_TEST_SOAK']
  if (record === undefined) return quick
  appendFileSync(record, `${JSON.stringify({ name, rounds: full })}\n`)
  return full
}

/** Time a test may take: in a soak, in proportion to its rounds. */
export const roundsTimeoutMs = (quickMs: number, { quick, full }: Rounds): number =>
  process.env['PURSER_TEST_SOAK'] === undefined ? quickMs : Math.ceil(quickMs * Math.max(1, full / quick))

/** Something that was counted in a soak, for the record beside its rounds. */
export function noteCount(name: string, count: number): void {
  const record = process.env['PURSER_TEST_SOAK']
  if (record !== undefined) appendFileSync(record, `${JSON.stringify({ name, count })}\n`)
}
