// Google's usage metadata as normalised counts. Cached tokens are always part of the prompt; whether thoughts lie beside
// the answer or within it differs by who filled the record in, and the total of the same record tells.
import { CounterReader } from '../../core/usage/counters.ts'
import type { TokenCounts } from '../../core/usage/tokens.ts'

export interface GoogleUsage {
  readonly prompt: unknown
  readonly candidates: unknown
  readonly cached: unknown
  readonly thoughts: unknown
  /** Tokens of a server-side tool's own prompt. */
  readonly tool: unknown
  readonly total: unknown
}

/** `thoughts`: where they lie when the total does not tell. Null when nothing at all was used. */
export function googleTokens(usage: GoogleUsage, thoughts: 'beside' | 'within'): { readonly tokens: TokenCounts; readonly damaged: boolean } | null {
  const counters = new CounterReader()
  const prompt = counters.read(usage.prompt), candidates = counters.read(usage.candidates), cached = counters.read(usage.cached)
  const thinking = counters.read(usage.thoughts), tool = counters.read(usage.tool), total = counters.read(usage.total)
  const beyond = beyondAnswer({ unexplained: total - prompt - candidates, thinking, tool, known: total > 0 }, thoughts)
  const tokens: TokenCounts = {
    input: counters.without(prompt + beyond.tool, cached), output: candidates + beyond.thinking, cacheRead: cached, cacheWrite5m: 0, cacheWrite1h: 0,
  }
  return tokens.input + tokens.output + tokens.cacheRead === 0 && !counters.damaged ? null : { tokens, damaged: counters.damaged }
}

interface Rest { readonly unexplained: number; readonly thinking: number; readonly tool: number; readonly known: boolean }

/** What belongs to the response beside prompt and answer: exactly what its total leaves unexplained, where that fits. */
function beyondAnswer({ unexplained, thinking, tool, known }: Rest, thoughts: 'beside' | 'within'): { readonly thinking: number; readonly tool: number } {
  if (known && unexplained === thinking + tool) return { thinking, tool }
  if (known && unexplained === thinking) return { thinking, tool: 0 }
  if (known && unexplained === tool) return { thinking: 0, tool }
  if (known && unexplained === 0) return { thinking: 0, tool: 0 }
  return { thinking: thoughts === 'beside' ? thinking : 0, tool: 0 }
}
