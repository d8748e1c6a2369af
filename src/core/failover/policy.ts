// How far failover may go by itself, as the configuration says it. Off until somebody says otherwise.
import { MINUTE_MS, type Instant } from '../time.ts'

/** off: only by hand. notify: says that a quota is spent. ask: also says what could be done about it. auto: does it. */
export const FAILOVER_MODES = ['off', 'notify', 'ask', 'auto'] as const
export type FailoverMode = (typeof FAILOVER_MODES)[number]

export interface FailoverSettings {
  readonly mode: FailoverMode
  /** Day (`2026-11-21`) on which the owner agreed to `auto`; '' = not agreed, and then `auto` is `ask`. */
  readonly consent: string
  /** An account that was left is no target for so long. */
  readonly cooldownMs: number
  /** How long after its reset the primary is gone back to. */
  readonly returnMarginMs: number
  /** A reset this near is waited for: what is typed into a conversation on another account costs its whole cache anew. */
  readonly waitMs: number
  /** What is typed into a session that its quota stopped in mid-work, once it runs again; '' = nothing. */
  readonly message: string
}

export const FAILOVER_DEFAULTS: FailoverSettings = {
  mode: 'off', consent: '', cooldownMs: 5 * MINUTE_MS, returnMarginMs: 5 * MINUTE_MS, waitMs: 10 * MINUTE_MS, message: 'Go on where you stopped.',
}

/** What is really done: `auto` needs a day on which it was agreed to, and that day has come. */
export function effectiveMode({ mode, consent }: Pick<FailoverSettings, 'mode' | 'consent'>, now: Instant): FailoverMode {
  if (mode !== 'auto') return mode
  return consent !== '' && Date.parse(`${consent}T00:00:00Z`) <= now + CONSENT_AHEAD_MS ? 'auto' : 'ask'
}
// A day begins up to 14 hours earlier somewhere east of UTC.
const CONSENT_AHEAD_MS = 14 * 60 * MINUTE_MS
