// Accounts as they are asked for and answered. Fingerprints, never an address: which login is meant is said by its home.
export interface AccountAnswer {
  readonly id: string
  readonly agent: string
  /** As entries, reports and budgets name it: `~/.claude-work`. */
  readonly account: string
  readonly home: string
  readonly role: 'primary' | 'standby'
  /** False for a home that was found with logs in it and has no [[account]] of its own. */
  readonly configured: boolean
  readonly state: 'ok' | 'throttled' | 'exhausted' | 'unknown' | 'auth_broken' | 'quarantined' | 'disabled'
  /** Why, in words; '' when it is ok. */
  readonly because: string
  /** When that ends by itself, where it is known. */
  readonly until: string | null
  readonly login: { readonly kind: 'oauth' | 'api-key' | ''; /** '' while none is known. */ readonly expected: string; readonly found: string; readonly organisation: boolean; readonly sameAs: readonly string[] }
  /** Its owner said that the organisation which manages it was asked. */
  readonly organisationAllowed: boolean
  readonly pinned: boolean
  /** New work of the agent starts on it. */
  readonly inUse: boolean
  readonly unattended: string
  /** Ids of accounts whose conversations it shares. */
  readonly sharesWith: readonly string[]
}

export interface AccountAddRequest {
  readonly id?: string
  readonly home: string
  readonly agent?: string
  readonly role?: string
  readonly organisation?: boolean
}

export interface AccountLoginHelpAnswer { readonly account: AccountAnswer; /** What to type, one command a line. */ readonly type: readonly string[]; readonly notes: readonly string[] }

export interface AccountShareAnswer {
  readonly did: 'shared' | 'would-share' | 'undone' | 'would-undo' | 'nothing'
  /** Of conversations that were copied to the other login. */
  readonly files: number
  readonly bytes: number
  /** What was there before, kept beside the link. */
  readonly backups: readonly string[]
  /** The folder that is a link, or would be. */
  readonly folder: string
}
