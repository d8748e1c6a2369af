// The days of a zone as arithmetic: between two changes of its clock, `(instant + offset) / day` is the date on the wall.
// A database can group by that, exactly through days of 23 and 25 hours, without knowing any zone.
import { offsetChange, offsetMs } from '../budgets/zone.ts'
import type { DayPiece } from '../ledger/usage-sums.ts'
import { DAY_MS, instant, type Instant } from '../time.ts'

/** Pieces that hold for every instant in [first, last], in order; the last one has no end. Throws `invalid_input` for an unknown zone. */
export function dayPieces(zone: string, first: Instant, last: Instant): readonly DayPiece[] {
  const pieces: DayPiece[] = []
  let at = Math.floor(first / DAY_MS) * DAY_MS - DAY_MS
  let offset = offsetMs(zone, instant(at))
  // A zone changes its clock at most once in 32 hours, so a step of a day misses no change.
  for (const end = last + 2 * DAY_MS; at < end; at += DAY_MS) {
    const following = offsetMs(zone, instant(at + DAY_MS))
    if (following === offset) continue
    pieces.push({ until: changeOfDays(offsetChange(zone, instant(at), instant(at + DAY_MS), offset), offset, following), offsetMs: offset })
    offset = following
  }
  return [...pieces, { until: null, offsetMs: offset }]
}

/** A clock that goes back over midnight shows yesterday again; the day that has begun stays, so the old offset counts until then. */
function changeOfDays(change: Instant, before: number, after: number): Instant {
  const begun = Math.floor((change - 1 + before) / DAY_MS)
  return Math.floor((change + after) / DAY_MS) < begun ? instant(begun * DAY_MS - after) : change
}
