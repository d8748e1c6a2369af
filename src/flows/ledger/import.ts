// Takes another ledger's history in: what is not known here is posted as it was, what is known differently is brought to
// the fuller of both, by the rule that logs are read by. Doing it again adds nothing, so a crash costs only the time.
// Like catching up, it enforces and tells nothing; the caller judges the windows of now once, at the end.
import { toLearn, type History } from '../../core/ledger/history.ts'
import type { MeterRow } from '../../core/ledger/meter-store.ts'
import type { EntryDraft } from '../../core/ledger/posting.ts'
import type { CopyRow } from '../../core/ledger/ledger-line.ts'
import type { Work } from '../../core/ledger/work.ts'
import type { Stores } from '../../core/stores.ts'
import { addToBalances, advanceRolling } from '../balances.ts'
import { steadyNow, type IngestWorld } from '../ingest.ts'
import { postUnlogged } from '../unlogged.ts'
import { itemsOf, type FileItem, type LedgerSource } from './read-file.ts'

export type ImportWorld = Pick<IngestWorld, 'stores' | 'clock' | 'node' | 'price' | 'budgets' | 'crashPoint'>

export interface Imported {
  /** Responses that were not known here; known ones that gained something; known ones that gained nothing. */
  readonly added: number
  readonly completed: number
  readonly known: number
  readonly entries: number
  /** What the ledger's total grew by, in nano-USD; negative when a fuller copy costs less. */
  readonly cost: bigint
}

// One transaction stays under 50 ms, so that a daemon answers its hooks meanwhile.
const PAGE = 500
const SESSIONS_PAGE = 50

type Tally = { -readonly [K in keyof Imported]: Imported[K] }
const nothing = (): Tally => ({ added: 0, completed: 0, known: 0, entries: 0, cost: 0n })

/** What importing would add, without adding it. Gaps of meters are not part of it: they follow from everything at once. */
export async function previewImport(stores: Stores, source: LedgerSource, onBytes: (bytesRead: number) => void): Promise<Imported> {
  const tally = nothing()
  for await (const page of pagesOf(itemsOf(source, onBytes))) {
    await stores.read(function* () {
      for (const history of page.histories) count(tally, yield* learned(stores, history))
    })
  }
  return tally
}

/** The file has been checked by `checkFile`: what is wrong now changed meanwhile. */
export const importLedger = (world: ImportWorld, source: LedgerSource, onBytes: (bytesRead: number) => void): Promise<Imported> => importItems(world, itemsOf(source, onBytes))

export async function importItems(world: ImportWorld, items: AsyncIterable<FileItem>): Promise<Imported> {
  const tally = nothing()
  const sessions = new Map<string, EntryDraft>()
  for await (const page of pagesOf(items)) {
    world.crashPoint('import.before-transaction')
    const outcomes = await world.stores.transaction(() => post(world, page), 'rereadable')
    world.crashPoint('import.after-commit')
    for (const outcome of outcomes) count(tally, outcome)
    for (const history of page.histories) remember(sessions, history)
  }
  world.crashPoint('import.before-gaps')
  await settleGaps(world, [...sessions.values()], tally)
  world.crashPoint('import.after-gaps')
  return tally
}

interface Page { readonly histories: readonly History[]; readonly meters: readonly MeterRow[]; readonly copies: readonly CopyRow[] }

async function* pagesOf(items: AsyncIterable<FileItem>): AsyncGenerator<Page> {
  let page = { histories: [] as History[], meters: [] as MeterRow[], copies: [] as CopyRow[] }
  for await (const item of items) {
    if (item.what === 'history') page.histories.push(item.history)
    else if (item.what === 'meter') page.meters.push(item.meter)
    else if (item.what === 'copy') page.copies.push(item.copy)
    if (page.histories.length + page.meters.length + page.copies.length < PAGE) continue
    yield page
    page = { histories: [], meters: [], copies: [] }
  }
  yield page
}

interface Outcome { readonly what: 'added' | 'completed' | 'known'; readonly posted: readonly EntryDraft[] }

function* post(world: ImportWorld, page: Page): Work<readonly Outcome[]> {
  const { stores } = world
  const now = yield* steadyNow(world)
  yield* advanceRolling(stores, world.budgets(), now)
  const outcomes: Outcome[] = []
  for (const history of page.histories) outcomes.push(yield* postOne(stores, history))
  world.crashPoint('import.after-entries')
  for (const meter of page.meters) yield* stores.meters.save(meter)
  for (const { agent, session, key } of page.copies) yield* stores.meters.addCopy(agent, session, key)
  yield* addToBalances(stores, world.budgets(), outcomes.flatMap(({ posted }) => posted), now)
  world.crashPoint('import.before-commit')
  return outcomes
}

function* postOne(stores: Stores, history: History): Work<Outcome> {
  const [first, ...rest] = history
  // What is new is the rule, so the insert itself is the question "known here?".
  if (first && (yield* stores.history.begin(first))) {
    yield* stores.history.append(rest)
    return { what: 'added', posted: history }
  }
  const outcome = yield* learned(stores, history)
  yield* stores.history.append(outcome.posted)
  return outcome
}

function* learned(stores: Stores, history: History): Work<Outcome> {
  const ours = yield* stores.history.of(history[0]?.key ?? '')
  const posted = toLearn(ours, history)
  return { what: ours === null ? 'added' : posted.length > 0 ? 'completed' : 'known', posted }
}

function count(tally: Tally, { what, posted }: Outcome): void {
  tally[what]++
  tally.entries += posted.length
  tally.cost += posted.reduce((sum, entry) => sum + (entry.cost ?? 0n), 0n)
}

/** One entry for each session, to say whose a gap is. The main conversation's, where there is one. */
function remember(sessions: Map<string, EntryDraft>, history: History): void {
  const entry = history.at(-1)
  if (!entry || entry.scope.session === '') return
  const name = `${entry.scope.agent}/${entry.scope.session}`
  if (!sessions.has(name) || entry.scope.subagent === '') sessions.set(name, entry)
}

/**
 * Where this ledger has a session's meter, what came in may explain part of its gap, or its newer reading widen it. For
 * every session of the file, not only for those that gained: an import that died before this is finished by the next.
 */
async function settleGaps(world: ImportWorld, sessions: readonly EntryDraft[], tally: Tally): Promise<void> {
  const metered = await world.stores.read(() => world.stores.meters.metered())
  const open = sessions.filter(({ scope }) => metered.has(`${scope.agent}/${scope.session}`))
  for (let from = 0; from < open.length; from += SESSIONS_PAGE) {
    const posted = await world.stores.transaction(function* () {
      const now = yield* steadyNow(world)
      yield* advanceRolling(world.stores, world.budgets(), now)
      const gaps = yield* postUnlogged(world, { metered: [], posted: open.slice(from, from + SESSIONS_PAGE), copies: [] })
      yield* addToBalances(world.stores, world.budgets(), gaps, now)
      return gaps
    }, 'rereadable')
    tally.entries += posted.length
    tally.cost += posted.reduce((sum, entry) => sum + (entry.cost ?? 0n), 0n)
  }
}
