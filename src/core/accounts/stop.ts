// Why a client stopped, from what it wrote. Table-driven: each client's table lists what its own words mean, the more
// special first; a text that fits no row means nothing. Only an exhausted quota ever moves work.

export type StopKind =
  /** A quota window of the account is spent: waiting until its reset helps, or another account. */
  | 'quota'
  /** The quota of one model is spent; others go on. */
  | 'model_quota'
  /** Too much in a minute: the same account goes on after a moment. */
  | 'throttle'
  /** The vendor is overloaded or failing: nothing of ours. */
  | 'overload'
  /** The login does not work. */
  | 'auth'
  /** Money has to be paid first: credits, spend caps, shared workspaces. */
  | 'billing'
  /** This request cannot succeed, on any account: its length, its model, its files. */
  | 'terminal'
  | 'none'

export interface StopRule {
  readonly kind: Exclude<StopKind, 'none'>
  /** Matched against lower-cased text with plain spaces. */
  readonly text: RegExp
  /** The vendor's name of the window that these words are about. */
  readonly window?: string
}

export interface Stop { readonly kind: StopKind; readonly window: string }

// A banner is a sentence or two; pages and logs that mention limits are longer.
const TEXT_CHARS_MAX = 1_000
const NONE: Stop = { kind: 'none', window: '' }

/**
 * What this text of the client means. It must be the client's own word (an error record, a hook's field, the end of a
 * pane), never what a model or a tool wrote: nobody could tell the two apart by their words.
 */
export function classifyStop(text: string, rules: readonly StopRule[]): Stop {
  if (text.length > TEXT_CHARS_MAX) return NONE
  const words = text.toLowerCase().replace(/[\s\u00a0\u202f]+/g, ' ').replaceAll('\u2019', "'")
  const rule = rules.find(each => each.text.test(words))
  return rule ? { kind: rule.kind, window: rule.window ?? '' } : NONE
}
