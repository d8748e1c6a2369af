// What a client tells its status line, picked by name: no prompt, no path but the working directory and the transcript.
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'

export interface StatuslineReading {
  readonly session: string
  readonly cwd: string
  readonly transcript: string
  /** As the client shows it. */
  readonly model: string
  /** As logs name it; '' unknown. */
  readonly modelId: string
  /** The client's own meter of this session; null when it has none. */
  readonly cost: NanoUsd | null
  readonly contextPercent: number | null
  readonly windows: readonly { readonly window: string; readonly usedBasisPoints: number; readonly resetsAt: Instant | null }[]
}
