// What an agent's growing counter adds to the ledger: each reading books what was gained since the one before it, at its
// own time. The entries of a key are a staircase over time; a reading raises it from its time on to what it says. Readings
// may come in any order, any number of times: the staircase is the same, since each step is a maximum.
import { nanoUsd, type NanoUsd } from '../money.ts'
import { scopeKey } from '../scope.ts'
import { NO_TOKENS, type TokenCounts } from '../usage/tokens.ts'
import type { Claimed, Price } from './entry.ts'
import type { EntryDraft, Pricer } from './posting.ts'

/** The card of what the agent itself said a counter cost. */
export const COUNTED = 'client-counter'

/** One posted entry of a counter. */
export type CounterEntry = Pick<EntryDraft, 'seq' | 'at' | 'scope' | 'model' | 'billing' | 'tokens' | 'cost' | 'unpriced'>

const COLUMNS = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const satisfies readonly (keyof TokenCounts)[]

/** An amount that is counted: tokens, and the agent's own cost of them where it says one. */
interface Amount { readonly tokens: TokenCounts; readonly cost: bigint }
const NOTHING: Amount = { tokens: NO_TOKENS, cost: 0n }

/** The entries that raise the counter to this reading from its time on; none when it is no news. */
export function countings(posted: readonly CounterEntry[], claimed: Claimed, price: Pricer): EntryDraft[] {
  const said: Amount = { tokens: claimed.tokens, cost: claimed.givenCost ?? 0n }
  const before = posted.filter(({ at }) => at <= claimed.at).reduce(plus, NOTHING)
  let rest = beyond(said, claimed.givenCost === null ? { ...before, cost: 0n } : before)
  if (isNothing(rest)) return []
  const steps = stepsOf(posted)
  const drafts: EntryDraft[] = []
  const change = (step: Step, moved: Amount): void => {
    const own = steps.get(nameOf(step)) ?? { ...step, ...NOTHING }
    const { cost, card } = pricing({ ...claimed, ...step, tokens: claimed.tokens }, { own, moved, price })
    const seq = posted.length + drafts.length
    const isNew = cost === null && !posted.some(({ unpriced }) => unpriced !== 0) && drafts.length === 0
    drafts.push(entry({ ...claimed, at: step.at, scope: step.scope, model: step.model, billing: step.billing, seq, tokens: moved.tokens, cost, card, unpriced: isNew ? 1 : 0 }))
  }
  change(claimed, rest)
  // What was booked later of it was gained earlier than was known.
  for (const step of [...steps.values()].filter(({ at }) => at > claimed.at).toSorted((a, b) => a.at - b.at)) {
    const back = common(step, rest)
    if (isNothing(back)) continue
    rest = beyond(rest, back)
    change(step, minus(back))
  }
  return drafts
}

interface Change { readonly own: Amount; readonly moved: Amount; readonly price: Pricer }

/** A step costs what its tokens cost together, as a sum of requests whose single prompts nobody knows. */
function pricing(claimed: Claimed, { own, moved, price }: Change): { readonly cost: NanoUsd | null; readonly card: string } {
  if (claimed.givenCost !== null) return { cost: nanoUsd(moved.cost), card: COUNTED }
  const priced: Price = price({ ...claimed, tokens: plus(own, moved).tokens, ofSum: true })
  return priced.price === 'known' ? { cost: nanoUsd(priced.cost - own.cost), card: priced.card } : { cost: null, card: '' }
}

const entry = ({ key, seq, at, scope, model, billing, tokens, cost, card, unpriced, estimated, sidechain }: Omit<Claimed, 'final' | 'kind' | 'givenCost' | 'estimated'> & Pick<EntryDraft, 'seq' | 'cost' | 'card' | 'unpriced'> & { readonly estimated: boolean }): EntryDraft => ({
  key, seq, kind: seq === 0 ? 'counter' : 'difference', at, scope, model, billing, tokens, webSearches: 0, cost, card,
  // How many requests it took is not told. Each entry says for itself whether it is a guess.
  responses: 0, unpriced, partial: 0, estimated: estimated ? 1 : 0, sidechain,
})

/** All that was booked at one time for one owner. */
type Step = Pick<CounterEntry, 'at' | 'scope' | 'model' | 'billing'>

const nameOf = ({ at, model, scope }: Step): string => `${at} ${model} ${scopeKey(scope)}`

function stepsOf(posted: readonly CounterEntry[]): ReadonlyMap<string, Step & Amount> {
  const steps = new Map<string, Step & Amount>()
  for (const each of posted) steps.set(nameOf(each), { ...each, ...plus(steps.get(nameOf(each)) ?? NOTHING, each) })
  return steps
}

const tokensBy = (each: (column: keyof TokenCounts) => number): TokenCounts => Object.fromEntries(COLUMNS.map(column => [column, each(column)])) as unknown as TokenCounts
const plus = (sum: Amount, { tokens, cost }: { readonly tokens: TokenCounts; readonly cost: bigint | null }): Amount =>
  ({ tokens: tokensBy(column => sum.tokens[column] + tokens[column]), cost: sum.cost + (cost ?? 0n) })
const minus = ({ tokens, cost }: Amount): Amount => ({ tokens: tokensBy(column => 0 - tokens[column]), cost: -cost })
const beyond = (a: Amount, b: Amount): Amount => ({ tokens: tokensBy(column => Math.max(0, a.tokens[column] - b.tokens[column])), cost: a.cost > b.cost ? a.cost - b.cost : 0n })
const common = (a: Amount, b: Amount): Amount => ({ tokens: tokensBy(column => Math.max(0, Math.min(a.tokens[column], b.tokens[column]))), cost: a.cost < b.cost ? a.cost : b.cost })
const isNothing = ({ tokens, cost }: Amount): boolean => cost <= 0n && COLUMNS.every(column => tokens[column] === 0)
