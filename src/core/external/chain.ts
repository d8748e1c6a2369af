// Events of a chain as spend: a key that is the same on every machine and after every reorganisation, and what the ledger
// needs when the chain turns out to say something else than it said before. Pure; the node is behind a port.
import type { EntryDraft } from '../ledger/posting.ts'
import type { AbortLike } from '../machine/clock.ts'
import { nanoUsd, type NanoUsd } from '../money.ts'
import type { Scope } from '../scope.ts'
import type { Instant } from '../time.ts'
import { draft, type Held } from './cumulative.ts'
import type { Decimal } from './decimal.ts'
import { EXTERNAL_AGENT, EXTERNAL_KEY, type ChainSource } from './source.ts'

export interface Block { readonly number: number; readonly hash: string }

/** One event as the node tells it. */
export interface ChainEvent {
  readonly transaction: string
  /** Among the logs of its block: only its order within one transaction is used, since the same transaction may be mined again elsewhere. */
  readonly logIndex: number
  readonly block: Block
  readonly at: Instant
  readonly session: string
  readonly account: string
  readonly amount: Decimal
}

/** The port to a node. Every member rejects with `unavailable`, naming the host and never the address, which may hold a key. */
export interface ChainReader {
  chainId(signal: AbortLike): Promise<number>
  /** False where nothing is at the contract's address. */
  hasContract(signal: AbortLike): Promise<boolean>
  head(signal: AbortLike): Promise<number>
  /** null when the chain is not that long. */
  block(number: number, signal: AbortLike): Promise<Block | null>
  /** Both ends included. `smaller`: the node answered that it was asked for too much at once. */
  events(range: { readonly from: number; readonly to: number }, signal: AbortLike): Promise<{ readonly events: readonly ChainEvent[] } | { readonly smaller: string }>
  /** Names the event, so that two events of one contract never share a key. */
  readonly topic: string
}

/** posted: on the chain. orphaned: in a block that is no longer part of it, and not seen again yet. withdrawn: taken off. */
export type EventState = 'posted' | 'orphaned' | 'withdrawn'
export interface StoredEvent {
  readonly source: string
  readonly key: string
  readonly block: Block
  readonly at: Instant
  readonly session: string
  readonly account: string
  readonly amount: Decimal
  readonly cost: NanoUsd
  readonly state: EventState
}

/** Events by key, in the order of the chain. What a node says twice is one event. */
export function keyed(events: readonly ChainEvent[], { chainId, contract, topic }: { readonly chainId: number; readonly contract: string; readonly topic: string }): ReadonlyMap<string, ChainEvent> {
  const once = new Map(events.map(event => [`${event.transaction}/${event.logIndex}`, event]))
  const inOrder = [...once.values()].toSorted((a, b) => a.block.number - b.block.number || a.logIndex - b.logIndex)
  const seen = new Map<string, number>()
  return new Map(inOrder.map(event => {
    const place = seen.get(event.transaction) ?? 0
    seen.set(event.transaction, place + 1)
    return [`${EXTERNAL_KEY}eip155:${chainId}:${contract}:${topic.slice(0, 10)}:${event.transaction}:${place}`, event]
  }))
}

/** The entry that makes the ledger hold `cost` for this event; null when it does. */
export function correction(event: Pick<StoredEvent, 'key' | 'at' | 'session' | 'account'>, { cost, held, source, node }: { readonly cost: bigint; readonly held: Held; readonly source: ChainSource; readonly node: string }): EntryDraft | null {
  const due = cost - held.cost
  if (due === 0n) return null
  const { account, project, branch, session } = source.owner
  const scope: Scope = { node, agent: EXTERNAL_AGENT, account: event.account || account, project, branch, session: event.session || session, subagent: '' }
  return draft({ key: event.key, seq: held.seq + 1, at: event.at, scope, model: source.id, cost: nanoUsd(due) })
}

/** Up to where a chain of this height is settled; -1 when it is nowhere. */
export const settledTo = (head: number, { confirmations }: Pick<ChainSource, 'confirmations'>): number => Math.max(-1, head - confirmations)

// Enough to find where a chain parted without reading it from its start.
const NEAR_BLOCKS = 32

/** Of known blocks, newest first, those worth keeping: the last ones, then two for each doubling of the way back. */
export function blocksToKeep(newestFirst: readonly Block[]): readonly Block[] {
  const head = newestFirst[0]?.number ?? 0
  const bands = new Map<number, Block[]>()
  for (const block of newestFirst.slice(NEAR_BLOCKS)) {
    const band = Math.floor(Math.log2(head - block.number))
    bands.set(band, [...(bands.get(band) ?? []), block])
  }
  return [...newestFirst.slice(0, NEAR_BLOCKS), ...[...bands.values()].flatMap(band => (band.length < 3 ? band : [band[0] as Block, band.at(-1) as Block]))]
}

const UUID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/
const BYTES = /^0x([0-9a-f]{64})$/

/**
 * A session id out of 32 bytes: a UUID in half of them with the other half empty, or text filled up with zeros; else the
 * bytes as they are. Anything but 32 bytes (an address, a string) is taken as it stands, in lower case where it is hex.
 */
export function sessionText(value: string): string {
  const hex = BYTES.exec(value.toLowerCase())?.[1]
  if (hex === undefined) return /^0x[0-9a-f]*$/i.test(value) ? value.toLowerCase() : value.replace(/[\p{Cc}\p{Cs}\p{Co}]/gu, '').slice(0, 256)
  if (/^0{64}$/.test(hex)) return ''
  const text = textOf(hex)
  if (text !== null) return text
  const half = hex.endsWith('0'.repeat(32)) ? hex.slice(0, 32) : hex.startsWith('0'.repeat(32)) ? hex.slice(32) : ''
  const parts = UUID.exec(half)
  return parts ? parts.slice(1).join('-') : `0x${hex}`
}

/** Printable ASCII up to the zeros that fill it up; null when there is anything else. */
function textOf(hex: string): string | null {
  const filled = hex.replace(/(00)+$/, '')
  const codes = (filled.match(/../g) ?? []).map(byte => Number.parseInt(byte, 16))
  return filled.length % 2 === 0 && codes.length > 0 && codes.every(code => code >= 0x21 && code <= 0x7e) ? String.fromCharCode(...codes) : null
}
