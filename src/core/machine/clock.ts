// The port for time. Wall time for people and windows; monotonic time for delays and deadlines within one process.
import type { Instant } from '../time.ts'

export interface Clock {
  now(): Instant
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonicMs(): number
  /** Resolves after `ms`, or early when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortLike): Promise<void>
}

/** The part of AbortSignal that core may know. */
export interface AbortLike { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void; removeEventListener(type: 'abort', listener: () => void): void }
