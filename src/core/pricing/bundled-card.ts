// The card this build ships, unfolded on first use so that commands which never price anything do not pay for it.
import { RATE_CARD_DATA } from './rate-card-data.ts'
import { buildRateCard } from './rate-card.ts'
import type { RateCard } from './rate-card.ts'

let card: RateCard | undefined

export function bundledRateCard(): RateCard {
  card ??= buildRateCard(RATE_CARD_DATA)
  return card
}
