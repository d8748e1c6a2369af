// A chain in memory that can be cut and grown again: what a node answers, without a node. Blocks are named by all that
// stands before them, as on a real chain.
import type { ChainEvent, ChainReader } from '../../src/core/external/chain.ts'
import { AppError } from '../../src/core/errors.ts'
import { instant } from '../../src/core/time.ts'

export interface Spending { readonly transaction: string; readonly session?: string; readonly amount: bigint }

const GENESIS = Date.UTC(2026, 10, 21)

export class FakeChain implements ChainReader {
  readonly topic = '0xec9c3fe9'
  id = 31_337
  contract = true
  /** The node answers for so many blocks at once at most. */
  spanMax = Infinity
  /** Called before each answer: a test breaks the node here, or changes the chain under a reader. */
  before: (asked: string) => void = () => undefined
  /** Says everything twice. */
  echoes = false
  readonly asked: string[] = []
  #blocks: { readonly hash: string; readonly spent: readonly Spending[] }[] = [{ hash: '0xgenesis', spent: [] }]

  get height(): number { return this.#blocks.length - 1 }

  mine(...spent: readonly Spending[]): this {
    const parent = this.#blocks.at(-1)?.hash ?? ''
    this.#blocks.push({ spent, hash: `${parent.slice(0, 40)}/${this.#blocks.length}:${spent.map(({ transaction, amount }) => `${transaction}=${amount}`).join(',')}`.slice(-60) + this.fork })
    return this
  }

  /** Differs between two chains of the same height. */
  fork = ''

  empty(blocks: number): this {
    for (let at = 0; at < blocks; at++) this.mine()
    return this
  }

  /** Takes the last blocks off; what is mined then is another chain. */
  cut(blocks: number): this {
    this.#blocks.length -= blocks
    this.fork += '\''
    return this
  }

  async chainId(): Promise<number> { this.#answer('chainId'); return this.id }
  async hasContract(): Promise<boolean> { this.#answer('hasContract'); return this.contract }
  async head(): Promise<number> { this.#answer('head'); return this.height }

  async block(number: number): ReturnType<ChainReader['block']> {
    this.#answer(`block ${number}`)
    const found = this.#blocks[number]
    return found ? { number, hash: found.hash } : null
  }

  async events({ from, to }: { from: number; to: number }): ReturnType<ChainReader['events']> {
    this.#answer(`events ${from} to ${to}`)
    if (to - from + 1 > this.spanMax) return { smaller: `more than ${this.spanMax} blocks` }
    const events = this.#blocks.slice(from, to + 1).flatMap(({ hash, spent }, place) => spent.map((each, logIndex): ChainEvent => ({
      transaction: each.transaction, logIndex, block: { number: from + place, hash }, at: instant(GENESIS + (from + place) * 12_000), session: each.session ?? 's1', account: '', amount: { digits: each.amount, scale: 0 },
    })))
    return { events: this.echoes ? [...events, ...events] : events }
  }

  #answer(asked: string): void {
    this.asked.push(asked)
    this.before(asked)
  }
}

export const nodeDown = (): never => { throw new AppError('unavailable', 'external source "chain": 127.0.0.1:8545 is not listening') }
