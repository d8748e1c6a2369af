// Why a request was not granted, as a value. Facts (settle, record) are never refused for money; only requests are.
import type { NanoUsd } from '../money.ts'

export const REFUSED_WHYS = ['over_budget', 'locked', 'closed', 'risk', 'needs_approval', 'conflict', 'exists', 'unproven', 'deadlock'] as const
export type RefusedWhy = (typeof REFUSED_WHYS)[number]

export interface Refusal {
  readonly ok: false
  readonly refused: RefusedWhy
  /** What the tightest budget could still grant; null where money was not the question. May be negative. */
  readonly remaining: NanoUsd | null
  /** The budget, lock or rule that said no; '' when none did. */
  readonly by: string
  /** One sentence for people. */
  readonly because: string
  /** With needs_approval: what `budget approve` and `budget refuse` take. */
  readonly approval?: string
}

export const refusal = (refused: RefusedWhy, because: string, more: { readonly by?: string; readonly remaining?: NanoUsd; readonly approval?: string } = {}): Refusal =>
  ({ ok: false, refused, remaining: more.remaining ?? null, by: more.by ?? '', because, ...(more.approval === undefined ? {} : { approval: more.approval }) })
