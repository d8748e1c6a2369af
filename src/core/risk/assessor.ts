// The port that says how risky a request is. What it answers selects whether it is granted, asked about or denied, and how
// much of a budget it may use. Whoever cannot answer denies: fail-closed.
import type { NanoUsd } from '../money.ts'
import type { Scope } from '../scope.ts'
import type { Instant } from '../time.ts'

export type RiskVerdict = 'allow' | 'ask' | 'deny'
/** How much of each budget's limit a request may fill. */
export type Ceiling = 'full' | 'half' | 'tenth' | 'zero'

export interface Assessment {
  readonly verdict: RiskVerdict
  readonly ceiling: Ceiling
  /** The rule or program that decided; '' for none. */
  readonly by: string
  /** One sentence for people. */
  readonly because: string
}
export const HARMLESS: Assessment = { verdict: 'allow', ceiling: 'full', by: '', because: '' }

export interface RiskQuestion {
  readonly id: string
  readonly amount: NanoUsd
  readonly scope: Scope
  readonly model: string
  readonly budgets: readonly string[]
  readonly now: Instant
}

/** Never rejects: what went wrong is a `deny` that says so. */
export interface Assessor { assess(question: RiskQuestion): Promise<Assessment> }

const PARTS: Readonly<Record<Ceiling, bigint>> = { full: 1n, half: 2n, tenth: 10n, zero: 0n }

/** The limit as far as this ceiling lets it be filled, rounded down. */
export const ceilingOf = (limit: bigint, ceiling: Ceiling): bigint => (ceiling === 'zero' ? 0n : limit / PARTS[ceiling])
