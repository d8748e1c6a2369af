// Spending that no log shows: what somebody recorded, or settled a reservation with. An entry like any other, so that
// reports, balances and exports know it; it counts no response. Its key is the client's own id, so telling twice is once.
import type { NanoUsd } from '../money.ts'
import type { Scope } from '../scope.ts'
import type { Instant } from '../time.ts'
import { NO_TOKENS } from '../usage/tokens.ts'
import { STANDARD_BILLING } from '../usage/usage-event.ts'
import type { EntryDraft } from './posting.ts'

/** The card of what somebody said it cost. */
export const RECORDED = 'recorded'

export const recordedKey = (id: string): string => `recorded:${id}`
export const settledKey = (reservation: string): string => `settled:${reservation}`

/** No log brings these back, so whoever makes a ledger anew from the logs takes them over. */
export const isNotFromLogs = (key: string): boolean => /^(?:recorded|settled|external):/.test(key)

export const recordedEntry = ({ key, amount, scope, model, at }: { readonly key: string; readonly amount: NanoUsd; readonly scope: Scope; readonly model: string; readonly at: Instant }): EntryDraft => ({
  key, seq: 0, kind: 'counter', at, scope, model, billing: STANDARD_BILLING, tokens: NO_TOKENS, webSearches: 0, cost: amount, card: RECORDED,
  responses: 0, unpriced: 0, partial: 0, estimated: 0, sidechain: false,
})
