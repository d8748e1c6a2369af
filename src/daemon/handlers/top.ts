// What a live view shows: status, and the spending of the last minutes, from the entries of the last hour alone.
import type { TopAnswer } from '../../api/control-plane.ts'
import { usdText } from '../../core/money.ts'
import { HOUR_MS, instant, isoText, MINUTE_MS } from '../../core/time.ts'
import { status } from './status.ts'
import type { World } from '../world/world.ts'

// As many as a narrow screen has room for beside the figures.
const MINUTES_SHOWN = 30
// One response in a minute is no rate; five minutes are what a person means by now.
const RATE_MINUTES = 5

export async function top(world: World): Promise<TopAnswer> {
  const now = world.clock.now()
  const spending = await world.stores.read(() => world.stores.ledger.spend(instant(now - HOUR_MS), instant(now + 1)))
  const minutes = Array.from({ length: MINUTES_SHOWN }, () => 0n)
  const rates = new Map<string, { agent: string; session: string; cost: bigint }>()
  let hour = 0n
  for (const { at, scope: { agent, session }, cost } of spending) {
    const age = Math.floor((now - at) / MINUTE_MS)
    hour += cost
    if (age < MINUTES_SHOWN) minutes[MINUTES_SHOWN - 1 - age] = (minutes[MINUTES_SHOWN - 1 - age] ?? 0n) + cost
    if (age >= RATE_MINUTES || session === '') continue
    const key = `${agent}/${session}`
    const rate = rates.get(key)
    if (rate) rate.cost += cost
    else rates.set(key, { agent, session, cost })
  }
  return {
    status: await status(world), minutes: minutes.map(usdText), hour: usdText(hour), rateMinutes: RATE_MINUTES,
    lines: [...world.running.lines].map(([key, { model, contextPercent, cost, at }]) => ({ ...namesOf(key), model, contextPercent, clientCost: cost === null ? null : usdText(cost), at: isoText(at) })),
    rates: [...rates.values()].filter(({ cost }) => cost !== 0n).map(({ agent, session, cost }) => ({ agent, session, cost: usdText(cost) })),
  }
}

/** A session id may hold anything, an agent's name no slash. */
function namesOf(key: string): { readonly agent: string; readonly session: string } {
  const slash = key.indexOf('/')
  return { agent: key.slice(0, slash), session: key.slice(slash + 1) }
}
