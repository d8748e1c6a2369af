// What is known of one account when work may have to leave or reach it: may it be used, and how much of it is left for a
// given model. Derived from its record and its quota windows; looks at nothing.
import type { Account } from '../accounts/account.ts'
import type { AccountRecord, Health } from '../accounts/health.ts'
import { healthOf, readyAt } from '../accounts/health.ts'
import { isOver, limitsModel, SPENT_BASIS_POINTS, type QuotaWindow } from '../accounts/quota.ts'
import type { Instant } from '../time.ts'

export interface Candidate {
  readonly account: Account
  readonly record: AccountRecord
  /** Of this account. */
  readonly windows: readonly QuotaWindow[]
  /** Its conversations lie in the same folders as those of the account that is to be left. */
  readonly shares: boolean
}

/** For work with this model ('' any): windows that count for it and are spent. */
export const spentFor = ({ windows }: Pick<Candidate, 'windows'>, model: string, now: Instant): readonly QuotaWindow[] =>
  windows.filter(window => window.exhausted && !isOver(window, now) && limitsModel(window, model))

/** Hundredths of a percent of the fullest window that counts; 0 where nothing is known. */
export const usedFor = ({ windows }: Pick<Candidate, 'windows'>, model: string, now: Instant): number =>
  windows.filter(window => !isOver(window, now) && limitsModel(window, model))
    .reduce((most, { usedBasisPoints, exhausted }) => Math.max(most, usedBasisPoints ?? (exhausted ? SPENT_BASIS_POINTS : 0)), 0)

/** When its spent windows have all started anew; null when one of them does not say. */
export const recoversAt = (candidate: Candidate, model: string, now: Instant): Instant | null => readyAt(spentFor(candidate, model, now))

/** Its health without its quotas: those depend on the model. */
export const healthBeside = (candidate: Candidate, now: Instant): Health => healthOf(candidate.record, candidate.windows.filter(({ exhausted }) => !exhausted), now)
