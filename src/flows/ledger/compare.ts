// Two ledgers of the same logs, response by response, in the order of their keys: what one has and the other lacks.
import type { HistoryQuery, MeterPlace } from '../../core/ledger/history-store.ts'
import { sameUse, summed, toLearn, type History } from '../../core/ledger/history.ts'
import type { CopyRow } from '../../core/ledger/ledger-line.ts'
import type { MeterRow } from '../../core/ledger/meter-store.ts'
import type { EntryDraft } from '../../core/ledger/posting.ts'
import type { Work } from '../../core/ledger/work.ts'
import type { Stores } from '../../core/stores.ts'
import { isoText } from '../../core/time.ts'
import { totalTokens } from '../../core/usage/tokens.ts'
import type { FileItem } from './read-file.ts'

export interface Lost { readonly responses: number; readonly cost: bigint; readonly months: ReadonlyMap<string, { readonly responses: number; readonly cost: bigint }> }
export interface Compared {
  readonly same: number
  /** Only in the fresh one, or fuller there. */
  readonly gained: number
  /** The same use, at another price. */
  readonly keptPrice: number
  /** Only in the old one, or fuller, earlier or priced only there. */
  readonly lost: Lost
}

const PAGE = 2_000

export async function compareLedgers({ old, fresh }: { readonly old: Stores; readonly fresh: Stores }, onProgress: (done: { readonly entries: number; readonly total: number }) => void): Promise<Compared> {
  const { entries: total } = await old.read(() => old.ledger.count())
  const behind = await metersBehind(old, fresh)
  const months = new Map<string, { responses: number; cost: bigint }>()
  const tally = { same: 0, gained: 0, keptPrice: 0, lost: { responses: 0, cost: 0n, months } }
  let done = 0
  for await (const [before, now] of pairs(historiesOf(old, null), historiesOf(fresh, null))) {
    done += before?.length ?? 0
    onProgress({ entries: done, total })
    const verdict = verdictOn(before, now, behind)
    if (verdict !== 'lost') { tally[verdict]++; continue }
    const cost = (before ? summed(before).cost : 0n) - (now ? summed(now).cost : 0n)
    const month = isoText((before as History)[0]?.at ?? (0 as EntryDraft['at'])).slice(0, 7)
    const sum = months.get(month) ?? { responses: 0, cost: 0n }
    months.set(month, { responses: sum.responses + 1, cost: sum.cost + cost })
    tally.lost.responses++
    tally.lost.cost += cost
  }
  return tally
}

function verdictOn(before: History | null, now: History | null, behind: ReadonlySet<string>): 'same' | 'gained' | 'keptPrice' | 'lost' {
  if (!before) return 'gained'
  const { scope } = summed(before)
  // A gap follows from the meter: where the fresh one read as much of it, a smaller gap is only better explained.
  if (before[0]?.kind === 'unlogged') return behind.has(`${scope.agent}/${scope.session}`) && toLearn(now, before).length > 0 ? 'lost' : 'same'
  if (toLearn(now, before).some(entry => !isOwnTime(entry, now))) return 'lost'
  const [known, found] = [summed(before), summed(now as History)]
  if (!sameUse(known, found)) return 'gained'
  return known.cost === found.cost || known.unpriced ? 'same' : 'keptPrice'
}

/** Nothing but when the owner spoke, which a ledger of an older purser does not know: that one is no witness of it. */
const isOwnTime = ({ kind, tokens, cost, webSearches, partial, unpriced, estimated, sidechain }: EntryDraft, now: History | null): boolean =>
  kind === 'difference' && totalTokens(tokens) === 0 && cost === 0n && [webSearches, partial, unpriced, estimated].every(count => count === 0) && sidechain === now?.at(-1)?.sidechain

/** Sessions whose meter the fresh ledger has not, or not as far. */
async function metersBehind(old: Stores, fresh: Stores): Promise<ReadonlySet<string>> {
  const read = new Map<string, bigint>()
  const nameOf = ({ agent, session, model }: MeterRow): string => `${agent}/${session}/${model}`
  for await (const meter of paged<MeterRow>(fresh, after => fresh.history.meters(after, PAGE))) read.set(nameOf(meter), meter.cost)
  const behind = new Set<string>()
  for await (const meter of paged<MeterRow>(old, after => old.history.meters(after, PAGE))) {
    if ((read.get(nameOf(meter)) ?? -1n) < meter.cost) behind.add(`${meter.agent}/${meter.session}`)
  }
  return behind
}

/** Whole responses in the order of their keys. `upTo` null: whatever is there. */
export async function* historiesOf(stores: Stores, upTo: bigint | null): AsyncGenerator<History> {
  const query: HistoryQuery = { upTo: upTo ?? await stores.read(() => stores.history.newest()), since: null, until: null }
  let history: EntryDraft[] = []
  for await (const entry of paged<EntryDraft>(stores, after => stores.history.page(query, after, PAGE))) {
    if (history.length > 0 && history[0]?.key !== entry.key) {
      yield history
      history = []
    }
    history.push(entry)
  }
  if (history.length > 0) yield history
}

/** The whole ledger as an import reads it. */
export async function* itemsIn(stores: Stores, upTo: bigint): AsyncGenerator<FileItem> {
  for await (const history of historiesOf(stores, upTo)) yield { what: 'history', history }
  for await (const meter of paged<MeterRow>(stores, (after: MeterPlace | null) => stores.history.meters(after, PAGE))) yield { what: 'meter', meter }
  for await (const copy of paged<CopyRow>(stores, after => stores.history.copies(after, PAGE))) yield { what: 'copy', copy }
}

async function* paged<T>(stores: Stores, read: (after: T | null) => Work<readonly T[]>): AsyncGenerator<T> {
  for (let after: T | null = null; ;) {
    const from: T | null = after
    const page: readonly T[] = await stores.read(() => read(from))
    yield* page
    after = page.at(-1) ?? null
    if (page.length < PAGE) return
  }
}

/** Both sides by key; null where one has none. Both come in the database's order, which is that of code points. */
async function* pairs(left: AsyncGenerator<History>, right: AsyncGenerator<History>): AsyncGenerator<readonly [History | null, History | null]> {
  let [a, b] = [await left.next(), await right.next()]
  while (!a.done || !b.done) {
    const order = a.done ? 1 : b.done ? -1 : compareText(a.value[0]?.key ?? '', b.value[0]?.key ?? '')
    yield [order <= 0 && !a.done ? a.value : null, order >= 0 && !b.done ? b.value : null]
    if (order <= 0) a = await left.next()
    if (order >= 0) b = await right.next()
  }
}

/** By code points, as UTF-8 bytes sort; JavaScript sorts by code units, which differs above U+FFFF. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at), right = b.charCodeAt(at)
    if (left === right) continue
    const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff
    return isHigh(left) === isHigh(right) ? left - right : isHigh(left) ? 1 : -1
  }
  return a.length - b.length
}
