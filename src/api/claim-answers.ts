// What claims are asked and answered: exclusive rights on a name, taken by a proven holder. Shapes are the JSON contract
// of docs/claims.md, which any language may speak over the socket.

/**
 * Who asks. The daemon looks at this process and its ancestors: the nearest agent session among them holds, else the
 * leader of the terminal's session, a person's shell. Nothing that is only said counts.
 */
export interface ClaimAsker {
  /** The asking process: a program names itself. */
  readonly pid: number
  /** Its start time as the platform counts it (Linux: field 22 of stat). Given, it is compared; it closes a race with a reused pid. */
  readonly startTime?: string
  /** Selects among the identities that the caller can prove; any other is `unproven`. */
  readonly session?: string
  /**
   * `process`: the asking process itself holds, and whatever runs below it works under its claim. For programs that live
   * as long as they need the claim (`purser run`, `purser guard`), so that two of them in one shell exclude each other.
   */
  readonly as?: 'session' | 'process'
}

export interface ClaimHolder {
  /** The agent, `shell` for a person's terminal, `process` for a program that holds by itself. */
  readonly agent: string
  /** The session's id; `shell-4711` or `process-4711` where there is none. */
  readonly session: string
  /** Grows whenever this session comes back in another process. */
  readonly generation: number
  readonly node: string
  readonly pid: number
  /** What says so: `registry`, `hook`, `run` (it was started by `purser run`), `process`, `terminal`. */
  readonly proof: string
}

export interface ClaimAnswer {
  /** In its one spelling: `path:/home/dev/web/src`, `branch:/home/dev/web#main`, `deploy`. */
  readonly name: string
  /** null: nobody holds it; its token stays. */
  readonly holder: ClaimHolder | null
  /** Grows with every grant of this name, and never goes back. */
  readonly token: number
  readonly acquiredAt: string | null
  /** Until when its holder need not be heard from on another machine; a holder on this one keeps it while it lives. */
  readonly expiresAt: string | null
  readonly strict: boolean
  readonly reason: string
  /** Only where somebody asks: the asker holds it. */
  readonly mine?: boolean
}

export type ClaimHow = 'granted' | 'renewed' | 'reclaimed'

/** Somebody else holds what was asked for, or something that it contains or is contained in. */
export interface ClaimHeld {
  readonly ok: false
  readonly refused: 'held'
  /** What was asked for, in its one spelling. */
  readonly asked: string
  /** What stands in the way: the same name, a folder above, something below, a repository around it. */
  readonly name: string
  readonly heldBy: ClaimHolder
  readonly since: string
  /** null: it does not end by itself. */
  readonly expiresAt: string | null
  readonly reason: string
  readonly token: number
  readonly strict: boolean
  /** One sentence for a person or a model: who, since when, why, until when, what to do. */
  readonly says: string
  /** Asked with `wait`: the place in the queue, 1 is next. Ask again with the same ticket. */
  readonly waiting?: { readonly ticket: string; readonly position: number }
  /** Of `claim.wait`: its deadline is not over, ask again. */
  readonly again?: true
}

/** Nobody holds it, but somebody else has waited for it longer. */
export interface ClaimQueued {
  readonly ok: false
  readonly refused: 'queued'
  readonly asked: string
  readonly says: string
  readonly waiting?: { readonly ticket: string; readonly position: number }
}

export interface ClaimRefused {
  readonly ok: false
  /** deadlock: the holder waits, perhaps through others, for what the asker holds. lost: held with another token, or no more. */
  readonly refused: 'unproven' | 'deadlock' | 'lost'
  readonly asked: string
  readonly says: string
}

export type ClaimRefusal = ClaimHeld | ClaimQueued | ClaimRefused

export interface ClaimTaken {
  readonly ok: true
  /** In the order asked for. */
  readonly claims: readonly (ClaimAnswer & { readonly how: ClaimHow })[]
}

interface Asked {
  /** As typed: `path:src`, `repo:.`, `branch:main`, `deploy`. */
  readonly names: readonly string[]
  readonly asker: ClaimAsker
  /** Absolute: what relative paths, `repo:.` and `branch:NAME` are meant in. */
  readonly cwd: string
}

export interface ClaimOperations {
  /** All names or none. With `wait` the first answer comes at once and each further one within 20 s; `held` and `queued` then mean: ask again with the same ticket. */
  'claim.take': {
    in: Asked & {
      /** Durations as in the configuration: `60s`, `10m`. How long another machine waits for word of the holder. */
      readonly ttl?: string
      readonly reason?: string
      readonly strict?: boolean
      /** `ticket`: made by the client, any id; `until`: the instant (ISO 8601) at which it gives up. */
      readonly wait?: { readonly ticket: string; readonly until: string }
    }
    out: ClaimTaken | ClaimRefusal
  }
  /** A sign of life by hand; the daemon gives it by itself for every holder on its machine. A new `reason` replaces the old one. */
  'claim.renew': { in: Asked & { readonly ttl?: string; readonly reason?: string; readonly token?: number }; out: ClaimTaken | ClaimRefusal }
  /** Releasing what is free succeeds; what another live holder has is refused. With tokens only those very grants. */
  'claim.release': { in: Asked & { readonly tokens?: Readonly<Record<string, number>> }; out: { readonly ok: true; readonly released: readonly { readonly name: string; readonly token: number; readonly was: 'held' | 'free' }[] } | ClaimRefusal }
  /** Gives what the asker holds to a process below it, token and all: what `purser run` does for the session it started. */
  'claim.hand': { in: Asked & { readonly to: { readonly pid: number; readonly startTime?: string } }; out: { readonly ok: true; readonly claims: readonly ClaimAnswer[] } | ClaimRefusal }
  /** The fence: does the asker, or what it runs below, hold all of this still, with these tokens where they are given? */
  'claim.check': { in: Asked & { readonly tokens?: Readonly<Record<string, number>> }; out: { readonly ok: true; readonly claims: readonly ClaimAnswer[] } | ClaimRefusal }
  /** May the asker write here? Refused where another live holder has a claim over it; what nobody claimed is free to all. */
  'claim.touch': { in: Asked & { /** Further paths, absolute or below `cwd`: what a commit holds. */ readonly paths?: readonly string[] }; out: { readonly ok: true } | ClaimRefusal }
  /** Returns once nobody else holds any of it, within 20 s; takes nothing. */
  'claim.wait': { in: Asked & { readonly until: string }; out: { readonly ok: true } | ClaimRefusal }
  'claim.list': { in: { readonly all?: boolean; readonly asker?: ClaimAsker }; out: { readonly claims: readonly ClaimAnswer[] } }
  'claim.show': { in: { readonly name: string; readonly cwd: string; readonly asker?: ClaimAsker }; out: ClaimShown }
  /** By hand, for the audit trail: whoever held it holds it no more, and its token is worth nothing. */
  'claim.break': { in: { readonly name: string; readonly cwd: string; readonly reason: string; readonly by: string }; out: { readonly claim: ClaimAnswer; readonly brokenFrom: ClaimHolder } }
}

export interface ClaimShown {
  readonly claim: ClaimAnswer
  /** Claims on something that contains it or that it contains, held now. */
  readonly around: readonly ClaimAnswer[]
  /** In the order they will be served. */
  readonly waiting: readonly { readonly ticket: string; readonly session: string; readonly names: readonly string[]; readonly since: string; readonly until: string }[]
}
