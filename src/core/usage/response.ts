// One response as an adapter states it: what it knows, and the defaults of what most agents never say.
import { STANDARD_BILLING, type UsageEvent } from './usage-event.ts'

type Said = Pick<UsageEvent, 'key' | 'at' | 'model' | 'tokens' | 'origin'>

/** Final, billed at list price, of the main conversation, undamaged and on time, unless it is said otherwise. */
export const response = (said: Said & Partial<UsageEvent>): UsageEvent =>
  ({ billing: STANDARD_BILLING, final: true, sidechain: false, approximateTime: false, damaged: false, ...said })
