// Normalised token counts: Anthropic's semantics for every agent, so cached tokens are never inside `input`.

export interface TokenCounts {
  /** Uncached input only. */
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
}

export const NO_TOKENS: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }

// No model answers a billion tokens at once: a larger count is a damaged or hostile record (1e309 parses to Infinity).
export const TOKEN_COUNT_MAX = 1_000_000_000

/** A usable counter, or null when it is negative, fractional, not a number or absurd; absent and null count as zero. */
export function tokenCount(value: unknown): number | null {
  if (value === undefined || value === null) return 0
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= TOKEN_COUNT_MAX ? value : null
}

export const totalTokens = (tokens: TokenCounts): number =>
  tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h

/** What the model read: decides the long-context tier. */
export const promptTokens = (tokens: TokenCounts): number =>
  tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h

export const minusTokens = (a: TokenCounts, b: TokenCounts): TokenCounts => ({
  input: a.input - b.input, output: a.output - b.output, cacheRead: a.cacheRead - b.cacheRead,
  cacheWrite5m: a.cacheWrite5m - b.cacheWrite5m, cacheWrite1h: a.cacheWrite1h - b.cacheWrite1h,
})

export const plusTokens = (a: TokenCounts, b: TokenCounts): TokenCounts => ({
  input: a.input + b.input, output: a.output + b.output, cacheRead: a.cacheRead + b.cacheRead,
  cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m, cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
})
