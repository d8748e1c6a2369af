// A ledger in miniature for tests of reading: keeps the cursors and merges what batches bring, as the real one does.
import { lstatSync } from 'node:fs'
import path from 'node:path'
import { sessionLogs } from '../../src/agents/claude-code/adapter.ts'
import { KNOWN_AGENTS } from '../../src/agents/known-agents.ts'
import type { FollowedFile, Flaw } from '../../src/core/tailing/cursor-store.ts'
import type { FileRead, FoundLog, ScanBatch, ScanJob } from '../../src/core/tailing/scan.ts'
import { instant } from '../../src/core/time.ts'
import { merge } from '../../src/core/usage/fuller.ts'
import type { MeterReading, QuotaSignal, UsageEvent } from '../../src/core/usage/usage-event.ts'
import { scanFiles, type BatchBounds } from '../../src/os/logs/scan-files.ts'

export class Reading {
  readonly root: string
  readonly cursors = new Map<string, FollowedFile>()
  readonly events = new Map<string, UsageEvent>()
  readonly meters: MeterReading[] = []
  readonly quotas: QuotaSignal[] = []
  readonly flaws: Flaw[] = []
  readonly batches: ScanBatch[] = []

  constructor(root: string) {
    this.root = root
  }

  log(file: string): FoundLog {
    const relative = path.relative(this.root, file).split(path.sep).join('/')
    const stat = lstatSync(file, { throwIfNoEntry: false })
    const place = sessionLogs.place(relative)
    return { path: file, agent: 'claude-code', source: 'sessions', root: this.root, account: '~/.claude', place, size: stat?.size ?? 0, modifiedAt: instant(Math.trunc(stat?.mtimeMs ?? 0)) }
  }

  job(file: string): ScanJob {
    return { log: this.log(file), cursor: this.cursors.get(file) }
  }

  /** Reads these files on to their present ends; returns what became of each. */
  read(files: readonly string[], bounds?: BatchBounds): FileRead[] {
    const reads: FileRead[] = []
    for (const batch of scanFiles(files.map(file => this.job(file)), KNOWN_AGENTS, bounds)) {
      this.commit(batch)
      reads.push(...batch.files)
    }
    return reads
  }

  /** Reads one file; returns its transition, or its outcome where there is none. */
  look(file: string): string {
    const [read] = this.read([file])
    if (read?.outcome !== 'read') return read?.outcome ?? 'nothing'
    return read.transition.kind === 'rotate' ? `rotate ${read.transition.why}` : read.transition.kind
  }

  commit(batch: ScanBatch): void {
    this.batches.push(batch)
    for (const { fact } of batch.usage) {
      const known = this.events.get(fact.key)
      this.events.set(fact.key, known ? merge(known, fact) : fact)
    }
    this.meters.push(...batch.meters.map(({ fact }) => fact))
    this.quotas.push(...batch.quotas.map(({ fact }) => fact))
    for (const read of batch.files) {
      if (read.outcome === 'read') {
        this.cursors.set(read.log.path, read.file)
        this.flaws.push(...read.flaws)
      } else if (read.outcome === 'unreadable') this.flaws.push(read.flaw)
    }
  }

  /** Message ids of what was counted, without the agent's prefix. */
  get ids(): string[] { return [...this.events.keys()].map(key => key.replace('claude-code:', '')).toSorted() }
  get output(): number { return [...this.events.values()].reduce((sum, event) => sum + event.tokens.output, 0) }
}
