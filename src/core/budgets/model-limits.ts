// The largest request a Claude model takes and the longest answer it gives, as the vendor states them: what a bound on
// overspend is made of. Dated; a model that is not listed makes the bound an estimate, never a guess that looks proven.

export interface RequestLimits { readonly contextTokens: number; readonly outputTokens: number }

/** The port: limits by the rate card's model id. */
export interface ModelLimits {
  of(model: string): RequestLimits | null
  /** Every model with limits; the dearest of them stands in for an unknown one, in an estimate. */
  readonly models: readonly string[]
}

export const MODEL_LIMITS_AS_OF = '2026-11-21'

/** Where each figure was read. */
export const MODEL_LIMIT_SOURCES = {
  overview: 'Anthropic models overview, platform.claude.com/docs/about-claude/models/overview (2026-11)',
  earlier: 'Anthropic models overview in earlier versions (2026-06 to 2026-09)',
  windows: 'Anthropic context windows page, platform.claude.com/docs/en/build-with-claude/context-windows (2026): the 1M list, all others 200k; the 1M beta of Sonnet 4 and 4.5 ended on 2026-04-30',
  bedrock: 'Amazon Bedrock model card of Claude Mythos 5.2, which is the same model as Fable 5.2 (2026-11)',
  outputs: 'Effect-TS/effect release @effect/ai-anthropic 4.0.0-beta.106: 128,000 for 4.6 to 4.8, 64,000 for the 4.5 family',
  legacy: 'genai-prices 0.1.8 context_window; output limits of labring/fastgpt-plugin#242 and, for 3.x, BerriAI/litellm#6666 and #14051',
} as const

const MILLION = 1_000_000, SMALL = 200_000
type Row = readonly [models: readonly string[], contextTokens: number, outputTokens: number, sources: readonly (keyof typeof MODEL_LIMIT_SOURCES)[]]

export const MODEL_LIMIT_ROWS: readonly Row[] = [
  [['claude-fable-5-1', 'claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'], MILLION, 128_000, ['overview']],
  [['claude-fable-5-2'], MILLION, 128_000, ['bedrock']],
  [['claude-fable-5', 'claude-opus-5', 'claude-sonnet-5'], MILLION, 128_000, ['earlier', 'windows']],
  // Mythos is Fable with other access rules; the windows page lists both, its output limit is taken from Fable.
  [['claude-mythos-5', 'claude-mythos-5-1'], MILLION, 128_000, ['windows', 'bedrock']],
  [['claude-opus-4-6', 'claude-opus-4-7', 'claude-opus-4-8', 'claude-sonnet-4-6'], MILLION, 128_000, ['windows', 'outputs']],
  [['claude-haiku-4-5'], SMALL, 64_000, ['earlier']],
  [['claude-opus-4-5', 'claude-sonnet-4-5'], SMALL, 64_000, ['windows', 'outputs']],
  [['claude-sonnet-4-0'], SMALL, 64_000, ['windows', 'legacy']],
  [['claude-opus-4-0', 'claude-opus-4-1'], SMALL, 32_000, ['windows', 'legacy']],
  // 64,000 without the long-output beta header, 128,000 with it.
  [['claude-3-7-sonnet-latest'], SMALL, 128_000, ['legacy']],
  [['claude-3-5-sonnet', 'claude-3-5-haiku-latest'], SMALL, 8_192, ['legacy']],
  [['claude-3-opus-latest', 'claude-3-sonnet', 'claude-3-haiku'], SMALL, 4_096, ['legacy']],
]

/** The table as the port. `idOf` turns a logged name into the rate card's id, null when no exact rule leads to one. */
export function claudeModelLimits(idOf: (model: string) => string | null): ModelLimits {
  const limits = new Map(MODEL_LIMIT_ROWS.flatMap(([models, contextTokens, outputTokens]) => models.map(model => [model, { contextTokens, outputTokens }] as const)))
  return { models: [...limits.keys()], of: model => limits.get(idOf(model) ?? '') ?? null }
}
