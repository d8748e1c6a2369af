// What `purser uninstall` did, step by step: every path it restored, removed or left.

export interface UninstallStep {
  readonly what: 'daemon' | 'sessions' | 'hooks' | 'statusline' | 'service' | 'runtime' | 'state' | 'config'
  /** Absolute path, or '' where the step has none. */
  readonly path: string
  readonly did: 'stopped' | 'restored' | 'removed' | 'kept' | 'absent' | 'failed'
  /** Why it was kept or failed, and what to type; '' when there is nothing to add. */
  readonly detail: string
}

export interface UninstallAnswer {
  readonly purged: boolean
  readonly steps: readonly UninstallStep[]
}
