// What can be asked of spend that no log shows, and what is answered.

export type ExternalDriftState = 'in_step' | 'lower' | 'ahead' | 'compared'

export interface ExternalSourceAnswer {
  readonly id: string
  readonly kind: 'json' | 'csv' | 'evm'
  readonly asset: string
  /** `compare`: nothing is posted. */
  readonly mode: 'spend' | 'compare'
  /** False for a source that left the configuration: what it said stays counted. */
  readonly configured: boolean
  /** What the ledger holds because of it. */
  readonly cost: string
  readonly entries: number
  /** Amounts it reads; for evm the sessions that spent. */
  readonly subjects: number
  /** Amounts that are below their highest, and those the ledger holds more of. */
  readonly lower: number
  readonly ahead: number
  readonly syncedAt: string | null
  readonly nextAt: string | null
  /** Why it cannot be read, and since when. */
  readonly failure: string | null
  readonly failingSince: string | null
  /** evm only. `nextBlock`: the first that was not read. `withdrawn`: events that a reorganisation took off. */
  readonly chain: { readonly id: number; readonly contract: string; readonly nextBlock: number; readonly withdrawn: number } | null
}

export interface ExternalSubjectAnswer {
  /** '' is all of the source. */
  readonly subject: string
  readonly account: string
  readonly project: string
  readonly branch: string
  readonly session: string
  /** In whole units: the newest reading, and the highest. */
  readonly latest: string
  readonly highest: string
  /** What the newest reading is worth, what the ledger holds for it, and the difference. */
  readonly says: string
  readonly ledger: string
  readonly drift: string
  readonly state: ExternalDriftState
  readonly readAt: string
}

/** What one session spent by a source. */
export interface ExternalSessionAnswer {
  readonly source: string
  readonly session: string
  readonly cost: string
  readonly entries: number
  /** In whole units, as the chain says it; null where the source is a bill. */
  readonly amount: string | null
  readonly asset: string
  readonly firstAt: string
  readonly lastAt: string
}

export interface ExternalShowAnswer {
  /** null when a session was asked for. */
  readonly source: ExternalSourceAnswer | null
  readonly subjects: readonly ExternalSubjectAnswer[]
  readonly sessions: readonly ExternalSessionAnswer[]
  /** Of all that is listed. */
  readonly cost: string
  /** Rows beyond those listed. */
  readonly more: number
}

export interface ExternalSyncAnswer {
  readonly source: string
  readonly entries: number
  readonly cost: string
  readonly lower: number
  readonly ahead: number
  readonly restarted: number
  readonly withdrawn: number
  /** Ids of locks that it caused. */
  readonly locked: readonly string[]
  readonly failure: string | null
  /** True: it was cut off and can go on at once. */
  readonly more: boolean
}

export interface ExternalOperations {
  'external.list': { in: Record<never, never>; out: { sources: readonly ExternalSourceAnswer[] } }
  /** By source, or what one session spent by all of them. */
  'external.show': { in: { id?: string; session?: string }; out: ExternalShowAnswer }
  /** Reads one source now, or all of them. */
  'external.sync': { in: { id?: string }; out: { results: readonly ExternalSyncAnswer[] } }
  /** Counting goes on from the newest reading; for evm it reads again from the beginning. Nothing that was posted changes. */
  'external.reset': { in: { id: string; reason: string; by: string; subject?: string }; out: { source: string; subjects: readonly { readonly subject: string; readonly from: string; readonly to: string }[]; fromBlock: number | null } }
}
