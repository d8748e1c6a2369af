// Prices on show, what has none, and pricing the backlog once the card has learned.
import type { Handlers, Operations } from '../../api/control-plane.ts'
import { AppError } from '../../core/errors.ts'
import { usdText } from '../../core/money.ts'
import { disagreements } from '../../core/pricing/client-check.ts'
import { explainModel } from '../../core/pricing/explain.ts'
import type { Stores } from '../../core/stores.ts'
import type { Instant } from '../../core/time.ts'
import { addToBalances, advanceRolling } from '../../flows/balances.ts'
import { steadyNow } from '../../flows/ingest.ts'
import { judgeTouched } from '../../flows/judge-balances.ts'
import { forgetUnkept } from '../world/standings.ts'
import type { World } from '../world/world.ts'

// One transaction stays under 50 ms.
const REPRICE_PAGE = 500

export function pricingHandlers(world: World): Pick<Handlers, 'pricing.show' | 'pricing.diagnose' | 'pricing.reprice'> {
  return {
    'pricing.show': ({ model }) => showPrices(world, model, world.clock.now()),
    'pricing.diagnose': () => diagnosePrices(world),
    'pricing.reprice': () => reprice(world),
  }
}

type Priced = Pick<World, 'stores' | 'card'>

export async function showPrices({ stores, card }: Priced, model: string | undefined, now: Instant): Promise<Operations['pricing.show']['out']> {
  const names = model === undefined ? await modelsSeen(stores) : [model]
  return { card: card.version, models: names.map(name => explainModel(card, name, now)) }
}

export async function diagnosePrices({ stores, card }: Priced): Promise<Operations['pricing.diagnose']['out']> {
  const { unpriced, costs } = await stores.read(function* () {
    return { unpriced: yield* stores.ledger.unpricedModels(), costs: yield* stores.meters.disagreements() }
  })
  const found = disagreements(costs.map(({ model, clientCost, ourCost }) => ({ model, client: clientCost, ours: ourCost })))
  return {
    card: card.version, unpriced,
    disagreements: found.map(({ model, client, ours }) => ({ model, clientCost: usdText(client), ourCost: usdText(ours), percent: percentText(ours, client) })),
  }
}

/** Prices every unpriced response the card now knows, page by page; each page is judged like any batch. */
export async function reprice(world: World): Promise<{ repriced: number; cost: string; stillUnpriced: number }> {
  let repriced = 0, cost = 0n
  await forgetUnkept(world)
  for (let after: string | null = ''; after !== null;) {
    const from: string = after
    const page = await world.stores.transaction(function* () {
      const now = yield* steadyNow(world)
      yield* advanceRolling(world.stores, world.budgets(), now)
      const { posted, next } = yield* world.stores.ledger.reprice(world.price, from, REPRICE_PAGE)
      const touched = yield* addToBalances(world.stores, world.budgets(), posted, now)
      if (world.running.role === 'daemon') yield* judgeTouched(world, touched, now)
      return { posted, next }
    })
    repriced += page.posted.length
    cost += page.posted.reduce((sum, entry) => sum + (entry.cost ?? 0n), 0n)
    after = page.next
  }
  const left = await world.stores.read(() => world.stores.ledger.unpricedModels())
  return { repriced, cost: usdText(cost), stillUnpriced: left.reduce((sum, { responses }) => sum + responses, 0) }
}

async function modelsSeen(stores: Stores): Promise<string[]> {
  const groups = await stores.read(() => stores.ledger.sum({ since: null, until: null, by: ['model'], slotMs: 0 }))
  if (groups.length === 0) throw new AppError('not_found', 'no model was used yet; name one: purser pricing show claude-opus-5-5')
  return [...new Set(groups.map(({ by }) => by.model ?? ''))].sort()
}

/** Our cost relative to the client's, `+1.25 %`. */
function percentText(ours: bigint, client: bigint): string {
  if (client === 0n) return ''
  const hundredths = ((ours - client) * 10_000n) / client
  const absolute = hundredths < 0n ? -hundredths : hundredths
  return `${hundredths < 0n ? '-' : '+'}${absolute / 100n}.${String(absolute % 100n).padStart(2, '0')} %`
}
