// A ledger with rules whose clock only the test moves, and sources that say what the test lets them say.
import type { ChainSource, ExternalSource, TableSource } from '../../src/core/external/source.ts'
import { usdText } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import type { ExternalReaders, ExternalWorld, Synced } from '../../src/flows/external/post.ts'
import { syncSource } from '../../src/flows/external/sync.ts'
import { chainSource, tableSource } from './external-sources.ts'
import { FakeChain } from './fake-chain.ts'
import { LedgerWorld } from './ledger-world.ts'

export class OutsideWorld extends LedgerWorld implements ExternalWorld {
  /** What the bill says now. */
  text = '[]'
  bill: TableSource = tableSource()
  chain: ChainSource = chainSource()
  readonly node1 = new FakeChain()
  live = true

  judges = (): boolean => this.live
  readonly readers: ExternalReaders = { text: async () => this.text, chain: async () => this.node1 }

  sync(source: ExternalSource = this.bill): Promise<Synced> { return syncSource(this, source, new AbortController().signal) }

  /** The bill shows this much in total. */
  async shows(amount: string): Promise<Synced> {
    this.text = JSON.stringify([{ amount }])
    return this.sync()
  }

  /** Dollars the ledger holds from outside, by key. */
  async held(): Promise<Readonly<Record<string, string>>> {
    const sums: Record<string, bigint> = {}
    const newest = await this.stores.read(() => this.stores.history.newest())
    const entries = await this.stores.read(() => this.stores.history.page({ upTo: newest, since: null, until: null }, null, 5_000))
    for (const { key, cost } of entries) if (key.startsWith('external:')) sums[key] = (sums[key] ?? 0n) + (cost ?? 0n)
    return Object.fromEntries(Object.entries(sums).map(([key, sum]) => [key, usdText(sum)]))
  }

  /** All of it. */
  async spentOutside(): Promise<string> {
    const rows = await this.stores.read(() => this.stores.ledger.spend(instant(0), null))
    return usdText(rows.filter(({ scope }) => scope.agent === 'external').reduce((sum, { cost }) => sum + cost, 0n))
  }
}
