// A contract's events over a node's JSON-RPC, by viem. Loaded only where a source of kind evm is configured: the library
// takes longer to load than everything else of purser. No message names the node's address, whose path may be a key.
import { createPublicClient, http, parseAbiItem, toEventSelector, type AbiEvent, type PublicClient } from 'viem'
import { AppError } from '../core/errors.ts'
import { sessionText, type Block, type ChainEvent, type ChainReader } from '../core/external/chain.ts'
import { eventText, parseEvent } from '../core/external/event-signature.ts'
import type { ChainSource } from '../core/external/source.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import { fit } from '../core/text/display-width.ts'
import { redact } from '../core/text/redact.ts'
import { terminalSafe } from '../core/text/terminal-safe.ts'
import { instant, type Instant } from '../core/time.ts'

// A node that is busy answers at the second or third try; one that is down is tried again at the next look.
const RETRIES = 2
const RETRY_MS = 250
// Asked beside each other for the time of their blocks; public nodes refuse more.
const BLOCKS_AT_ONCE = 8
const REASON_COLUMNS = 120

export function openChain(source: ChainSource): ChainReader {
  const signature = parseEvent(source.event)
  if ('wrong' in signature) throw new AppError('unavailable', `external source "${source.id}": event ${signature.wrong}`)
  const event = parseAbiItem(eventText(signature)) as AbiEvent
  const client: PublicClient = createPublicClient({ cacheTime: 0, transport: http(source.rpcUrl, { retryCount: RETRIES, retryDelay: RETRY_MS, timeout: source.timeoutMs }) })
  const address = source.contract as `0x${string}`
  const asked = <T>(signal: AbortLike, request: () => Promise<T>): Promise<T> => {
    if (signal.aborted) return Promise.reject(new AppError('unavailable', `external source "${source.id}" was not read: purser is stopping`))
    return request().catch(error => { throw faultOf(error, source) })
  }
  const blockAt = (number: number, signal: AbortLike): Promise<(Block & { readonly at: Instant }) | null> => asked(signal, async () => {
    const found = await client.getBlock({ blockNumber: BigInt(number) }).catch(error => { if (nameOf(error) === 'BlockNotFoundError') return null; throw error })
    return found && found.hash !== null ? { number, hash: found.hash, at: instant(Number(found.timestamp) * 1_000) } : null
  })
  return {
    topic: toEventSelector(event),
    chainId: signal => asked(signal, () => client.getChainId()),
    hasContract: signal => asked(signal, async () => ((await client.getCode({ address })) ?? '0x') !== '0x'),
    head: signal => asked(signal, async () => Number(await client.getBlockNumber())),
    block: async (number, signal) => {
      const found = await blockAt(number, signal)
      return found && { number: found.number, hash: found.hash }
    },
    async events({ from, to }, signal) {
      let logs: readonly Log[]
      try {
        logs = (await client.getLogs({ address, event, fromBlock: BigInt(from), toBlock: BigInt(to), strict: true })) as readonly Log[]
      } catch (error) {
        const smaller = tooMuch(error)
        if (smaller !== null) return { smaller }
        throw faultOf(error, source)
      }
      const times = await timesOf(logs, number => blockAt(number, signal))
      return { events: logs.filter(log => !log.removed).map(log => eventFrom(log, source, times)) }
    },
  }
}

/** What a node says of one event; viem's own type depends on the event, which comes from a config. */
interface Log {
  readonly args: Readonly<Record<string, unknown>>
  readonly blockNumber: bigint
  readonly blockHash: string
  readonly transactionHash: string
  readonly logIndex: number
  readonly removed: boolean
}

async function timesOf(logs: readonly Log[], blockAt: (number: number) => Promise<{ readonly at: Instant } | null>): Promise<ReadonlyMap<number, Instant>> {
  const numbers = [...new Set(logs.map(({ blockNumber }) => Number(blockNumber)))]
  const times = new Map<number, Instant>()
  for (let at = 0; at < numbers.length; at += BLOCKS_AT_ONCE) {
    const some = numbers.slice(at, at + BLOCKS_AT_ONCE)
    const found = await Promise.all(some.map(blockAt))
    for (const [index, block] of found.entries()) if (block) times.set(some[index] as number, block.at)
  }
  return times
}

function eventFrom(log: Log, source: ChainSource, times: ReadonlyMap<number, Instant>): ChainEvent {
  const number = Number(log.blockNumber), at = times.get(number)
  if (at === undefined) throw new AppError('unavailable', `external source "${source.id}": block ${number} went away while it was read; it is read again at the next look`)
  const said = (parameter: string): string => (parameter === '' ? '' : sessionText(String(log.args[parameter] ?? '')))
  return {
    transaction: log.transactionHash.toLowerCase(), logIndex: log.logIndex, block: { number, hash: log.blockHash }, at,
    session: said(source.from.session), account: said(source.from.account), amount: { digits: BigInt(String(log.args[source.amount] ?? 0n)), scale: 0 },
  }
}

const nameOf = (error: unknown): string => String((error as { name?: unknown } | null)?.name ?? '')

/** viem wraps errors in errors; the one that says most is inside. */
function* chainOf(error: unknown): Generator<Readonly<Record<string, unknown>>> {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 8; depth++) {
    yield at as Readonly<Record<string, unknown>>
    at = (at as { cause?: unknown }).cause
  }
}

// Nodes have no common code for "too many blocks" or "too many events"; these are their words, seen with the large ones.
const TOO_MUCH = /too (many|large|wide|big)|range|limit(ed)? (to|exceeded)|exceed|more than \d|response size|query (returned|timeout)/i

/** The node's words when it was asked for too much at once; null for every other failure. */
function tooMuch(error: unknown): string | null {
  for (const each of chainOf(error)) {
    const details = String(each['details'] ?? each['message'] ?? '')
    if (each['status'] === 413) return 'the answer is too large'
    if (nameOf(each) === 'RpcRequestError' && (each['code'] === -32005 || TOO_MUCH.test(details))) return fit(terminalSafe(redact(details.split('\n')[0] ?? '')), REASON_COLUMNS)
  }
  return null
}

const FAULTS: Readonly<Record<string, string>> = { ECONNREFUSED: 'is not listening', ENOTFOUND: 'is not known to the name service', ECONNRESET: 'broke the connection', ETIMEDOUT: 'does not answer' }

function faultOf(error: unknown, source: ChainSource): AppError {
  if (error instanceof AppError) return error
  const { host } = new URL(source.rpcUrl)
  const failed = (what: string): AppError => new AppError('unavailable', `external source "${source.id}": ${host} ${what}`)
  for (const each of chainOf(error)) {
    if (typeof each['status'] === 'number') return failed(`answered ${each['status']}`)
    if (nameOf(each) === 'TimeoutError') return failed(`did not answer within ${source.timeoutMs / 1_000} s`)
    const fault = FAULTS[String(each['code'] ?? '')]
    if (fault !== undefined) return failed(fault)
    if (nameOf(each) === 'RpcRequestError') return failed(`refused: ${fit(terminalSafe(redact(String(each['details'] ?? '').split('\n')[0] ?? '')), REASON_COLUMNS)}`)
  }
  return failed('could not be reached')
}
