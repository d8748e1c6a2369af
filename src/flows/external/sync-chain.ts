// Reads the events of a contract and posts what they say was spent. Only blocks that are settled are posted, range by
// range, each range in a transaction that also remembers where it ended; where the chain turns out to have parted below
// that, what is gone is taken off by entries of its own once the chain has been read again.
import { blocksToKeep, correction, keyed, settledTo, type Block, type ChainEvent, type ChainReader, type StoredEvent } from '../../core/external/chain.ts'
import { decimalText } from '../../core/external/decimal.ts'
import { reorgNotice, syncedNotice } from '../../core/external/notice.ts'
import { worth, type ChainSource } from '../../core/external/source.ts'
import { AppError } from '../../core/errors.ts'
import type { EntryDraft } from '../../core/ledger/posting.ts'
import type { Work } from '../../core/ledger/work.ts'
import type { AbortLike } from '../../core/machine/clock.ts'
import { nanoUsd, ZERO_USD, type NanoUsd } from '../../core/money.ts'
import type { Instant } from '../../core/time.ts'
import { emptyState, posting, tellAll, type ExternalWorld, type Synced } from './post.ts'

// One pass leaves the daemon its turns: a first reading of ten million blocks takes as many passes as it needs.
const RANGES_MAX = 50
// One transaction stays short, however many events a range holds.
const EVENTS_AT_ONCE = 500

interface Chain { readonly world: ExternalWorld; readonly source: ChainSource; readonly reader: ChainReader; readonly chainId: number; readonly signal: AbortLike }
type Tally = { entries: number; cost: bigint; withdrawn: number; locked: Synced['locked'][number][] }

export async function syncChain(world: ExternalWorld, source: ChainSource, signal: AbortLike): Promise<Synced> {
  const reader = await world.readers.chain(source)
  const chain: Chain = { world, source, reader, signal, chainId: await reader.chainId(signal) }
  await checkChain(chain)
  const settled = settledTo(await reader.head(signal), source)
  const base = await standing(chain)
  const tally: Tally = { entries: 0, cost: 0n, withdrawn: 0, locked: [] }
  const reached = await readOn(chain, { base, settled }, tally)
  const more = reached <= settled && !signal.aborted
  if (!more) await withdrawGone(chain, tally)
  await finish(chain, tally)
  return { source: source.id, entries: tally.entries, cost: nanoUsd(tally.cost), locked: tally.locked, lower: 0, ahead: 0, restarted: 0, withdrawn: tally.withdrawn, failure: null, more }
}

const fault = (source: ChainSource, what: string): AppError => new AppError('unavailable', `external source "${source.id}": ${what}`)
const nameOf = ({ chainId, source }: Chain): string => `${chainId}/${source.contract}`

/** The chain the config names, the chain that was read before, and a contract on it. */
async function checkChain(chain: Chain): Promise<void> {
  const { world, source, reader, chainId, signal } = chain
  if (source.chainId !== 0 && source.chainId !== chainId) throw fault(source, `rpc_url answers for chain ${chainId}, and chain_id is ${source.chainId}`)
  const state = await world.stores.read(() => world.stores.external.state(source.id))
  const [before = '', contract = ''] = (state?.chain ?? '').split('/')
  if (before !== '' && before !== String(chainId)) throw fault(source, `rpc_url answers for chain ${chainId}, and chain ${before} was read before; give another chain an id of its own`)
  if (state?.chain === nameOf(chain)) return
  if (!(await reader.hasContract(signal))) throw fault(source, `there is no contract at ${source.contract} on chain ${chainId}`)
  await world.stores.transaction(function* () {
    const { external } = world.stores
    // Another contract is read from its beginning; what the one before said stays counted.
    if (contract !== '') yield* external.dropBlocks(source.id, (yield* external.blocks(source.id)).map(({ number }) => number))
    yield* external.save({ ...emptyState(source, world.clock.now()), ...state, chain: nameOf(chain), nextBlock: source.fromBlock })
  })
}

/** The newest known block that still is part of the chain; null when none is. What stands above it is orphaned. */
async function standing(chain: Chain): Promise<Block | null> {
  const { world, source, reader, signal } = chain
  const known = await world.stores.read(() => world.stores.external.blocks(source.id))
  let parted = false, base: Block | null = null
  for (const block of known) {
    const now = await reader.block(block.number, signal)
    // A node that is behind has no such block yet, which proves nothing; another block in its place does.
    if (now?.hash === block.hash) { base = block; break }
    if (now) parted = true
  }
  if (!parted) return known[0] ?? null
  await orphan(chain, { known, base })
  return base
}

async function orphan({ world, source }: Chain, { known, base }: { readonly known: readonly Block[]; readonly base: Block | null }): Promise<void> {
  const last = base?.number ?? source.fromBlock - 1
  await world.stores.transaction(function* () {
    const { external } = world.stores
    const events = yield* external.orphanAbove(source.id, last)
    yield* external.dropBlocks(source.id, known.map(({ number }) => number).filter(number => number > last))
    yield* tellAll(world, [reorgNotice({ source: source.id, block: last, depth: (known[0]?.number ?? last) - last, events }, world.clock.now())])
  })
  world.crashPoint('external.after-orphans')
}

/** Reads range after range; answers the first block that was not read. */
async function readOn(chain: Chain, { base, settled }: { readonly base: Block | null; readonly settled: number }, tally: Tally): Promise<number> {
  const { source, signal } = chain
  let before = base, from = base ? base.number + 1 : source.fromBlock
  let span = source.blocksAtOnce
  for (let ranges = 0; ranges < RANGES_MAX && from <= settled && !signal.aborted; ranges++) {
    const to = Math.min(from + span - 1, settled)
    const found = await chain.reader.events({ from, to }, signal)
    if ('smaller' in found) {
      if (from === to) throw fault(source, `block ${from} alone is too much for its node: ${found.smaller}`)
      span = Math.max(1, Math.floor((to - from + 1) / 2))
      continue
    }
    const end = await endOf(chain, { before, to, events: found.events })
    await postRange(chain, end, found.events, tally)
    before = end
    from = to + 1
    span = Math.min(source.blocksAtOnce, span * 2)
  }
  return from
}

/**
 * The last block of a range, when the range was one chain all the while: a block names all before it, so the events are
 * of the chain that both ends belong to.
 */
async function endOf({ reader, source, signal }: Chain, { before, to, events }: { readonly before: Block | null; readonly to: number; readonly events: readonly ChainEvent[] }): Promise<Block> {
  const [end, start] = [await reader.block(to, signal), before === null ? null : await reader.block(before.number, signal)]
  const strange = events.some(({ block }) => block.number === to && block.hash !== end?.hash)
  if (end === null || strange || start?.hash !== before?.hash) throw fault(source, 'the chain changed while it was read; it is read again at the next look')
  return end
}

async function postRange(chain: Chain, end: Block, events: readonly ChainEvent[], tally: Tally): Promise<void> {
  const { world, source, chainId, reader } = chain
  const found = [...keyed(events, { chainId, contract: source.contract, topic: reader.topic })]
  for (let at = 0; at === 0 || at < found.length; at += EVENTS_AT_ONCE) {
    const some = found.slice(at, at + EVENTS_AT_ONCE)
    const isLast = at + EVENTS_AT_ONCE >= found.length
    const done = await posting(world, function* (now) {
      const drafts: EntryDraft[] = []
      for (const [key, event] of some) drafts.push(...(yield* postEvent(chain, key, event)))
      if (isLast) yield* reach(chain, end, now)
      return { drafts }
    })
    count(tally, done)
  }
}

function* postEvent({ world, source }: Chain, key: string, event: ChainEvent): Work<readonly EntryDraft[]> {
  const { external } = world.stores
  const known = yield* external.event(source.id, key)
  // What was priced keeps its price, and what was dated its day: a block that was mined again says nothing new.
  const cost = known && decimalText(known.amount) === decimalText(event.amount) ? known.cost : worth(event.amount, source)
  const stored: StoredEvent = { ...event, source: source.id, key, cost, at: known?.at ?? event.at, state: 'posted' }
  yield* external.saveEvent(stored)
  const entry = correction(stored, { cost, held: yield* external.held(key), source, node: world.node })
  return entry ? [entry] : []
}

function* reach(chain: Chain, end: Block, now: Instant): Work<void> {
  const { world: { stores: { external } }, source } = chain
  yield* external.addBlock(source.id, end)
  const known = yield* external.blocks(source.id)
  const kept = new Set(blocksToKeep(known))
  yield* external.dropBlocks(source.id, known.filter(block => !kept.has(block)).map(({ number }) => number))
  const state = (yield* external.state(source.id)) ?? emptyState(source, now)
  yield* external.save({ ...state, chain: nameOf(chain), nextBlock: end.number + 1 })
}

/** What was orphaned and is nowhere on the chain that was read since. */
async function withdrawGone({ world, source }: Chain, tally: Tally): Promise<void> {
  for (let gone = EVENTS_AT_ONCE; gone === EVENTS_AT_ONCE;) {
    const done = await posting(world, function* () {
      const { external } = world.stores
      const drafts: EntryDraft[] = []
      const orphans = yield* external.inState(source.id, 'orphaned', EVENTS_AT_ONCE)
      for (const event of orphans) {
        const entry = correction(event, { cost: ZERO_USD, held: yield* external.held(event.key), source, node: world.node })
        if (entry) drafts.push(entry)
        yield* external.saveEvent({ ...event, state: 'withdrawn' })
      }
      return { drafts, orphans: orphans.length }
    })
    gone = done.orphans
    tally.withdrawn += gone
    count(tally, done)
  }
}

function count(tally: Tally, { drafts, locked }: { readonly drafts: readonly EntryDraft[]; readonly locked: Synced['locked'] }): void {
  tally.entries += drafts.length
  tally.cost += drafts.reduce((sum, { cost }) => sum + (cost ?? (0n as NanoUsd)), 0n)
  tally.locked.push(...locked)
}

async function finish({ world, source }: Chain, { entries, cost }: Tally): Promise<void> {
  await world.stores.transaction(function* () {
    const now = world.clock.now()
    const state = (yield* world.stores.external.state(source.id)) ?? emptyState(source, now)
    yield* world.stores.external.save({ ...state, syncedAt: now, triedAt: now, failure: '', failingSince: null })
    if (entries > 0) yield* tellAll(world, [syncedNotice({ source: source.id, entries, cost: nanoUsd(cost), lower: 0, ahead: 0, restarted: 0 }, now)])
  })
}
