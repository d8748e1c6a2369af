// What is asked and answered about the pool: sessions in terminals of purser's own.

export interface SeatAnswer {
  /** Name of its terminal. */
  readonly name: string
  /** `pool`, `dedicated` (the configuration names it), `task`, `moved` (a failover brought it here). */
  readonly kind: 'pool' | 'dedicated' | 'task' | 'moved'
  readonly state: 'busy' | 'idle' | 'waiting' | 'running' | 'starting' | 'unproven' | 'ended'
  readonly agent: string
  /** '' until a hook, a registry or its log tells. */
  readonly session: string
  readonly account: string
  readonly cwd: string
  readonly pid: number | null
  readonly driver: 'tmux' | 'headless'
  readonly openedAt: string
}

export interface PoolAnswer {
  readonly opened: readonly string[]
  readonly closed: readonly string[]
  /** Neither, although it was asked for, and why. */
  readonly left: readonly { readonly name: string; readonly because: string }[]
  /** As it is now. */
  readonly seats: readonly SeatAnswer[]
  /** Seats there are for sessions of the pool and tasks together. */
  readonly max: number
}

export interface PoolOperations {
  /** Opens the sessions the configuration names, and those of the pool up to `min`. */
  'pool.up': { in: Record<never, never>; out: PoolAnswer }
  /** Ends idle sessions; `force`: those that work as well. Tasks go on. */
  'pool.down': { in: { force?: boolean }; out: PoolAnswer }
  /** As many sessions of the pool. Those that work are never closed for it. */
  'pool.scale': { in: { size: number }; out: PoolAnswer }
  /** A seat by its name, or by the session that sits in it: the command that shows it. */
  'session.attach': { in: { target: string }; out: { name: string; session: string; argv: readonly string[] } }
}
