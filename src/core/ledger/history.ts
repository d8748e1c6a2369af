// All entries of one response, oldest first: what they add up to, which rules they must obey, and what to post when a
// second ledger tells another history of the same response. Pure, so that checking, importing and rebuilding agree.
import { nanoUsd } from '../money.ts'
import { scopeKey } from '../scope.ts'
import { isPlausible } from '../time.ts'
import { TOKEN_COUNT_MAX, totalTokens, type TokenCounts } from '../usage/tokens.ts'
import type { Claimed, EntryKind, Price } from './entry.ts'
import { METER, ownTime, postings, repricing, type EntryDraft, type Posted } from './posting.ts'

/** Never empty; every entry has the same key, `seq` counts from 0. */
export type History = readonly EntryDraft[]

const COUNTERS = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const satisfies readonly (keyof TokenCounts)[]
// A history begins with one of the others; these correct what stands before them.
const CORRECTIONS: ReadonlySet<EntryKind> = new Set(['difference', 'moved', 'repriced'])
export const isCorrection = (kind: EntryKind): boolean => CORRECTIONS.has(kind)

/** What the entries add up to, and whose the response is: the last entry's. */
export function summed(history: History): Posted {
  const first = history[0], last = history.at(-1)
  if (!first || !last) throw new Error('a history has at least one entry')
  const total = (pick: (entry: EntryDraft) => number): number => history.reduce((sum, entry) => sum + pick(entry), 0)
  const cost = nanoUsd(history.reduce((sum, entry) => sum + (entry.cost ?? 0n), 0n))
  return {
    seq: last.seq, kind: first.kind === 'unlogged' || first.kind === 'counter' ? first.kind : 'usage', at: last.at, scope: last.scope, model: last.model,
    billing: { ...last.billing, webSearches: total(entry => entry.webSearches) },
    tokens: {
      input: total(entry => entry.tokens.input), output: total(entry => entry.tokens.output), cacheRead: total(entry => entry.tokens.cacheRead),
      cacheWrite5m: total(entry => entry.tokens.cacheWrite5m), cacheWrite1h: total(entry => entry.tokens.cacheWrite1h),
    },
    cost, card: history.findLast(entry => entry.card !== '')?.card ?? '', given: last.card === METER ? cost : null, unpriced: total(entry => entry.unpriced) > 0,
    partial: total(entry => entry.partial) > 0, estimated: total(entry => entry.estimated) > 0, sidechain: last.sidechain, ...ownTime(last),
  }
}

/**
 * What to post so that `ours` also knows what `theirs` knows: all of it when we know nothing, the rest when theirs goes on
 * from ours, else the difference to the fuller of both, by the rule that logs are read by. Nothing the second time. What
 * is posted keeps its price; only what had none takes theirs.
 */
export function toLearn(ours: History | null, theirs: History): readonly EntryDraft[] {
  if (!ours) return theirs
  const shared = sharedLength(ours, theirs)
  if (shared === theirs.length) return []
  if (shared === ours.length) return theirs.slice(shared)
  const known = summed(ours), other = summed(theirs)
  const key = (theirs[0] as EntryDraft).key
  // What grows as a whole (a meter's gap) is replaced by the larger reading, at the cost that one says.
  if (!isResponse(ours) || !isResponse(theirs)) {
    if (isResponse(ours) !== isResponse(theirs) || !isFurther(other, known)) return []
    return postings({ ...known, kind: 'unlogged' }, { ...claimOf(key, other), kind: 'unlogged', givenCost: other.cost }, priced(theirs))
  }
  const price = (response: Pick<Claimed, 'tokens' | 'model' | 'billing'>): Price => priceOf(sameUse(response, known) ? known : other)
  const learned = postings(known, claimOf(key, other), price)
  if (learned.length > 0 || !sameUse(known, other)) return learned
  const repriced = repricing(known, key, priced(theirs))
  return repriced ? [repriced] : []
}

/** Of two readings of what only grows, the larger one; of money without tokens (a bill), the dearer one. */
function isFurther(other: Posted, known: Posted): boolean {
  const [theirs, ours] = [totalTokens(other.tokens), totalTokens(known.tokens)]
  return theirs > ours || (theirs === 0 && ours === 0 && other.cost > known.cost)
}

/** One billed response, as against a sum that only grows. */
const isResponse = (history: History): boolean => history[0]?.kind === 'usage'

function sharedLength(ours: History, theirs: History): number {
  let shared = 0
  for (const [index, entry] of ours.entries()) {
    const other = theirs[index]
    if (!other || !sameEntry(entry, other)) break
    shared++
  }
  return shared
}

const sameEntry = (a: EntryDraft, b: EntryDraft): boolean => a.seq === b.seq && a.kind === b.kind && a.at === b.at && sameUse(a, b)
  && a.webSearches === b.webSearches && a.cost === b.cost && a.card === b.card && a.responses === b.responses && a.unpriced === b.unpriced
  && a.partial === b.partial && a.estimated === b.estimated && a.sidechain === b.sidechain && a.ownedAt === b.ownedAt && scopeKey(a.scope) === scopeKey(b.scope)

type Used = Pick<Claimed, 'tokens' | 'model' | 'billing'>

/** The same request as a vendor bills it. How often it searched is part of the sum, not of each row's billing. */
export const sameUse = (a: Used, b: Used): boolean => a.model === b.model && COUNTERS.every(counter => a.tokens[counter] === b.tokens[counter])
  && a.billing.speed === b.billing.speed && a.billing.tier === b.billing.tier && a.billing.geo === b.billing.geo

const claimOf = (key: string, posted: Posted): Claimed => ({
  key, kind: 'usage', givenCost: posted.given, at: posted.at, model: posted.model, tokens: posted.tokens, billing: posted.billing,
  scope: posted.scope, final: !posted.partial, sidechain: posted.sidechain, estimated: posted.estimated, ...ownTime(posted),
})

const priceOf = (posted: Posted): Price => (posted.unpriced
  ? { price: 'unknown', why: 'unknown_model' }
  : { price: 'known', cost: posted.cost, card: posted.card })
const priced = (history: History): (() => Price) => () => priceOf(summed(history))

/** What is wrong with a history; empty when it is sound. `entry` is the index of the first entry that breaks the rule. */
export interface Fault { readonly entry: number; readonly rule: 'sequence' | 'form' | 'price' | 'move' | 'sum'; readonly why: string }

export function faultsOf(history: History): readonly Fault[] {
  const faults: Fault[] = []
  const say = (entry: number, rule: Fault['rule'], why: string): void => { if (!faults.some(fault => fault.rule === rule)) faults.push({ entry, rule, why }) }
  for (const [index, entry] of history.entries()) {
    if (entry.seq !== index) say(index, 'sequence', `seq is ${entry.seq} where ${index} is next`)
    if (isCorrection(entry.kind) !== index > 0) say(index, 'form', index === 0 ? `begins with ${entry.kind}, which corrects something earlier` : `${entry.kind} begins a response, and this one has begun`)
    if (!isPlausible(entry.at)) say(index, 'form', 'its time is no time of an agent')
    if (entry.ownedAt !== undefined && entry.ownedAt <= entry.at) say(index, 'form', 'its owner spoke before its earliest copy')
    if ((entry.cost === null && entry.card !== '') || (entry.cost !== null && entry.card === '' && entry.kind !== 'moved')) say(index, 'price', entry.cost === null ? `names the card ${entry.card} without a cost` : 'has a cost and names no card')
  }
  for (const [index, why] of badSums(history)) say(index, 'sum', why)
  for (const [index, why] of badMoves(history)) say(index, 'move', why)
  return faults.toSorted((a, b) => a.entry - b.entry)
}

/** Taken from one owner whole, then given to another: the first of a pair leaves nothing, and is never alone. */
function* badMoves(history: History): Generator<readonly [number, string]> {
  for (let index = 0; index < history.length; index++) {
    if (history[index]?.kind !== 'moved') continue
    const rest = amounts(history.slice(0, index + 1)).find(([, amount]) => amount !== 0n)
    if (rest) yield [index, `takes the response from its owner and leaves ${rest[1]} ${rest[0]}`]
    if (history[index + 1]?.kind !== 'moved') yield [index, 'takes the response from its owner and gives it to nobody']
    index++
  }
}

/** After every entry a response uses, costs and counts nothing below zero, and is at most one response. */
function* badSums(history: History): Generator<readonly [number, string]> {
  const flags = new Set(['responses', 'unpriced', 'partial', 'estimated'])
  const most = isResponse(history) ? 1n : BigInt(TOKEN_COUNT_MAX)
  // Carried along: a meter's gap is corrected hundreds of times in a long session.
  const sums = new Map<string, bigint>()
  for (const [index, entry] of history.entries()) {
    for (const [name, amount] of amounts([entry])) {
      const sum = (sums.get(name) ?? 0n) + amount
      sums.set(name, sum)
      if (sum < 0n || (flags.has(name) && sum > most)) yield [index, `${name} adds up to ${sum}`]
    }
  }
}

const amounts = (history: History): (readonly [string, bigint])[] => {
  const total = (pick: (entry: EntryDraft) => number | bigint): bigint => history.reduce((sum, entry) => sum + BigInt(pick(entry)), 0n)
  return [
    ...COUNTERS.map(counter => [counter, total(entry => entry.tokens[counter])] as const),
    ['webSearches', total(entry => entry.webSearches)], ['cost', total(entry => entry.cost ?? 0n)], ['responses', total(entry => entry.responses)],
    ['unpriced', total(entry => entry.unpriced)], ['partial', total(entry => entry.partial)], ['estimated', total(entry => entry.estimated)],
  ]
}
