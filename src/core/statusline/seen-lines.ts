// What clients said of their sessions when they last drew their status line. Kept in memory only: a restart forgets it,
// and the next line tells it again.
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'

export interface SeenLine {
  readonly model: string
  /** As logs name it; '' unknown. */
  readonly modelId: string
  readonly contextPercent: number | null
  /** The client's own meter. */
  readonly cost: NanoUsd | null
  readonly at: Instant
}

// Far more sessions than draw a line at once; the oldest goes first.
export const LINES_MAX = 500

export function noteLine(lines: Map<string, SeenLine>, key: string, line: SeenLine): void {
  // A map keeps the order of insertion: what is heard again moves to the end.
  lines.delete(key)
  lines.set(key, line)
  const [oldest] = lines.keys()
  if (lines.size > LINES_MAX && oldest !== undefined) lines.delete(oldest)
}
