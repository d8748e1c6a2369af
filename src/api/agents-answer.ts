// What `agent list` says of each agent purser knows.

export interface AgentAnswer {
  readonly agent: string
  readonly name: string
  /** It has logs here, or spent something that is in the records. */
  readonly found: boolean
  /** Why its counts are guesses; absent when they are exact. */
  readonly estimated?: string
  readonly folders: readonly string[]
  readonly logs: readonly { readonly source: string; readonly count: number }[]
  readonly unread: number
  readonly accounts: readonly string[]
  readonly responses: number
  /** When its newest log was written, and when the newest response in the records was. */
  readonly lastWrittenAt: string | null
  readonly lastSpentAt: string | null
  readonly unpriced: { readonly responses: number; readonly models: readonly string[] }
  readonly partial: number
  readonly flaws: readonly { readonly kind: string; readonly times: number; readonly files: number }[]
}
