// Small cards for tests, written as the generated file writes them: pico-USD per token, nano-USD per search.
import { buildRateCard } from '../../../src/core/pricing/rate-card.ts'
import type { CardData, RateCard } from '../../../src/core/pricing/rate-card.ts'
import { instant } from '../../../src/core/time.ts'
import type { Instant } from '../../../src/core/time.ts'
import { STANDARD_BILLING } from '../../../src/core/usage/usage-event.ts'
import type { Billing } from '../../../src/core/usage/usage-event.ts'

export const day = (text: string): Instant => instant(Date.parse(text))
export const billed = (changes: Partial<Billing> = {}): Billing => ({ ...STANDARD_BILLING, ...changes })

export function cardOf(changes: Partial<CardData>): RateCard {
  return buildRateCard({ version: '2026.01-testcard', asOf: '2026-01-01', notice: '', sources: ['a test'], models: [], modifiers: [], ...changes })
}
