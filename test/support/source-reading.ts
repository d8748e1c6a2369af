// A ledger in miniature over a home with any agents' logs: finds, reads from the kept cursors, and merges what comes, as
// the real one does.
import type { AgentAdapter } from '../../src/core/sessions/agent-adapter.ts'
import type { FollowedFile, Flaw } from '../../src/core/tailing/cursor-store.ts'
import type { FileRead, Finding, FoundLog, ScanBatch, ScanJob } from '../../src/core/tailing/scan.ts'
import { merge } from '../../src/core/usage/fuller.ts'
import { NO_TOKENS, type TokenCounts } from '../../src/core/usage/tokens.ts'
import type { QuotaSignal, UsageEvent } from '../../src/core/usage/usage-event.ts'
import { decompressZstd } from '../../src/daemon/zstd.ts'
import { createLogFinder, type FinderOptions } from '../../src/os/logs/log-finder.ts'
import { scanFiles, type BatchBounds } from '../../src/os/logs/scan-files.ts'
import type { ScanTools } from '../../src/os/logs/scan-tools.ts'
import { openForeignSqlite } from '../../src/store/engines/foreign-sqlite.ts'

export const FULL_TOOLS: ScanTools = { now: Date.now, openForeign: openForeignSqlite, decompress: decompressZstd }

export class SourceReading {
  readonly home: string
  readonly cursors = new Map<string, FollowedFile>()
  readonly events = new Map<string, UsageEvent>()
  readonly quotas: QuotaSignal[] = []
  /** What each growing counter came to. */
  readonly counters = new Map<string, TokenCounts>()
  readonly flaws: Flaw[] = []
  readonly batches: ScanBatch[] = []
  readonly #adapters: ReadonlyMap<string, AgentAdapter>
  tools: ScanTools = FULL_TOOLS
  options: Partial<FinderOptions> = {}
  variables: Readonly<Record<string, string>> = {}

  constructor(home: string, adapters: readonly AgentAdapter[]) {
    this.home = home
    this.#adapters = new Map(adapters.map(adapter => [adapter.name, adapter]))
  }

  find(): Finding {
    return createLogFinder({
      adapters: this.#adapters, environment: { home: this.home, platform: 'linux', variables: this.variables }, extraRoots: [], allowOutsideHome: false, maxFiles: 0, ...this.options,
    }).find()
  }

  /** Reads what changed on to its present end, as live following would; returns what became of each log. */
  read(bounds?: BatchBounds): FileRead[] { return this.readLogs(this.find().logs, bounds) }

  readLogs(logs: readonly FoundLog[], bounds?: BatchBounds): FileRead[] {
    const jobs: ScanJob[] = logs.map(log => ({ log, cursor: this.cursors.get(log.path) }))
      .filter(({ log, cursor }) => !cursor || cursor.size !== log.size || cursor.modifiedAt !== log.modifiedAt)
    const reads: FileRead[] = []
    for (const batch of scanFiles(jobs, this.#adapters, bounds, this.tools)) {
      this.commit(batch)
      reads.push(...batch.files)
    }
    return reads
  }

  commit(batch: ScanBatch): void {
    this.batches.push(batch)
    for (const { fact } of batch.usage) {
      const known = this.events.get(fact.key)
      this.events.set(fact.key, known ? merge(known, fact) : fact)
    }
    this.quotas.push(...batch.quotas.map(({ fact }) => fact))
    for (const { fact: { key, tokens } } of batch.counters) this.counters.set(key, larger(tokens, this.counters.get(key) ?? NO_TOKENS))
    for (const read of batch.files) {
      if (read.outcome === 'read') {
        this.cursors.set(read.log.path, read.file)
        this.flaws.push(...read.flaws)
      } else if (read.outcome === 'unreadable') this.flaws.push(read.flaw)
    }
  }

  get keys(): string[] { return [...this.events.keys()].toSorted() }

  /** Sums over every response. */
  get totals(): { responses: number; input: number; output: number; cacheRead: number; cacheWrite: number } {
    return { responses: this.events.size, ...summed([...this.events.values()].map(({ tokens }) => tokens)) }
  }

  /** Sums over every counter. */
  get counted(): { input: number; output: number; cacheRead: number; cacheWrite: number } { return summed([...this.counters.values()]) }
}

const larger = (a: TokenCounts, b: TokenCounts): TokenCounts => ({
  input: Math.max(a.input, b.input), output: Math.max(a.output, b.output), cacheRead: Math.max(a.cacheRead, b.cacheRead),
  cacheWrite5m: Math.max(a.cacheWrite5m, b.cacheWrite5m), cacheWrite1h: Math.max(a.cacheWrite1h, b.cacheWrite1h),
})

function summed(all: readonly TokenCounts[]): { input: number; output: number; cacheRead: number; cacheWrite: number } {
  const sum = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
  for (const tokens of all) {
    sum.input += tokens.input
    sum.output += tokens.output
    sum.cacheRead += tokens.cacheRead
    sum.cacheWrite += tokens.cacheWrite5m + tokens.cacheWrite1h
  }
  return sum
}
