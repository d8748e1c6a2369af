// What doctor knows before it judges. The machine's part is gathered by os/doctor-facts; the rest comes from the database,
// the configuration and the daemon of whoever asks. Facts are looked up, never interpreted; the rules do that.
import type { Flaw } from '../tailing/cursor-store.ts'
import type { Finding as WalkFinding } from '../tailing/scan.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'

/** What could not be found out, and why. Told as such: silence would look like health. */
export interface Unknown { readonly unknown: string }
export type Maybe<T> = T | Unknown
export const isUnknown = (fact: unknown): fact is Unknown => typeof fact === 'object' && fact !== null && 'unknown' in fact

/** `wanted`: the configuration has sessions for terminals of their own. `shortfall`: why there are none; '' when there are. */
export interface SeatFacts { readonly wanted: boolean; readonly shortfall: string }

export interface DoctorFacts extends MachineFacts, PurserFacts { readonly now: Instant }

/** Found by looking at this machine; needs neither database nor daemon. */
export interface MachineFacts {
  /** `process.versions.node`. */
  readonly nodeVersion: string
  readonly platform: PlatformFacts
  readonly places: readonly PlaceFact[]
  /** The disk under the state folder; null while there is no such folder. */
  readonly disk: Maybe<DiskFact | null>
  readonly socket: SocketFact
  /** Processes that hold the database open, ourselves left out. */
  readonly openers: Maybe<readonly DatabaseOpener[]>
  /** Version of the `sqlite3` in PATH; null when there is none. */
  readonly systemSqlite: Maybe<string | null>
  /** The kernel's limits on file watching for this user. */
  readonly inotify: Maybe<{ readonly watchesMax: number; readonly instancesMax: number }>
  readonly retention: readonly RetentionFact[]
  /** When the hook script was last written; null when there is none. */
  readonly hookScriptAt: Instant | null
}

export interface PlatformFacts {
  readonly system: 'linux' | 'darwin' | 'win32' | 'other'
  /** Windows Subsystem for Linux: its generation, 0 when this is none. */
  readonly wsl: 0 | 1 | 2
  /** What says that this is a container: `/.dockerenv`; '' when nothing does. */
  readonly container: string
  /** Whether all processes of the machine can be seen from here. */
  readonly pidNamespace: 'initial' | 'own' | 'unknown'
}

export interface PlaceFact {
  readonly what: 'state' | 'runtime' | 'database' | 'config'
  readonly path: string
  readonly kind: 'folder' | 'file' | 'link' | 'missing' | 'other' | 'unreadable'
  /** Permission bits; 0 when it is missing, and on platforms without them. */
  readonly mode: number
  readonly owner: 'us' | 'another' | 'unknown'
}

export interface DiskFact { readonly path: string; /** Bytes this user may still take. */ readonly free: number; readonly writable: boolean }

export interface SocketFact { readonly path: string; readonly state: 'answers' | 'refuses' | 'missing' | 'not_permitted' | 'silent' }

export interface DatabaseOpener { readonly pid: number; /** Base name of the executable. */ readonly program: string }

/** How long a client keeps its logs, by one of its settings files. */
export interface RetentionFact {
  readonly client: string
  readonly file: string
  /** null: not set here, the client's default applies. */
  readonly days: number | null
  /** Why the file could not be read as settings; '' when it could. */
  readonly problem: string
}

/** Known to whoever asks: from its database, configuration and daemon. */
export interface PurserFacts {
  /** `daemon` null: none is running. */
  readonly versions: { readonly installed: string; readonly daemon: string | null }
  readonly sqlite: Maybe<{ readonly driver: string; readonly version: string }>
  readonly config: ConfigFacts
  readonly hooks: Maybe<HookFacts>
  readonly pricing: Maybe<PricingFacts>
  readonly clock: Maybe<ClockFacts>
  readonly logs: Maybe<LogFacts>
  /** `degraded`: why watching was given up for looking; '' while it works. */
  readonly watching: Maybe<{ readonly folders: number; readonly degraded: string }>
  readonly processes: ProcessFacts
  readonly notices: Maybe<NoticeFacts>
  readonly claims: Maybe<ClaimFacts>
  readonly seats: Maybe<SeatFacts>
}

export interface ConfigFacts {
  readonly file: string
  /** What is wrong with the file now; '' when nothing is. The last good one is in force then. */
  readonly problem: string
  /** It holds a token or a secret address. */
  readonly holdsSecrets: boolean
  /** Labels of channels that send a secret over http to another machine. */
  readonly plainChannels: readonly string[]
  /** Ids of budgets that deny or terminate, and of those that terminate. */
  readonly stopping: readonly string[]
  readonly terminating: readonly string[]
  readonly armed: boolean
  readonly observing: boolean
}

export interface HookFacts {
  readonly client: string
  readonly script: { readonly file: string; readonly present: boolean; readonly current: boolean }
  readonly program: { readonly present: boolean }
  readonly files: readonly {
    readonly file: string; readonly exists: boolean; readonly registered: readonly string[]; readonly missing: readonly string[]
    readonly problem: { readonly line: number; readonly problem: string } | null; readonly risks: readonly string[]; readonly otherScripts: readonly string[]
  }[]
  /** When a hook last reached this daemon. */
  readonly heardAt: Instant | null
  /** Since when this daemon listens; null when none runs. */
  readonly listeningSince: Instant | null
  /** When the newest session began, as logs and the client's registry tell. */
  readonly newestSessionAt: Instant | null
}

export interface PricingFacts {
  readonly card: string
  readonly unpriced: readonly { readonly model: string; readonly responses: number }[]
  /** Models whose cost differs from the client's own beyond tolerance, with the difference in tenths of a percent. */
  readonly disagreements: readonly { readonly model: string; readonly ours: NanoUsd; readonly client: NanoUsd; readonly perMille: number }[]
}

export interface ClockFacts {
  /** The latest instant at which purser has written anything. */
  readonly writtenUntil: Instant | null
  /** Entries dated after now, and the latest of them. */
  readonly futureEntries: number
  readonly latestEntryAt: Instant | null
  /** Backward steps this daemon has seen, and the longest. */
  readonly backwardSteps: number
  readonly longestBackMs: number
}

export interface LogFacts extends Pick<WalkFinding, 'waiting' | 'roots' | 'refused' | 'unreadable' | 'links'> {
  readonly files: number
  readonly flaws: readonly Flaw[]
  /** Files that grew more than `warn_growth` in one step. */
  readonly grown: readonly string[]
  readonly warnGrowthBytes: number
  /** When all logs were last read to their end; null when never. */
  readonly caughtUpAt: Instant | null
}

export interface ProcessFacts {
  /** What the process table of this platform does not show; '' when nothing is missing. */
  readonly shortfall: string
  /** Agents of other users of this machine; null when they cannot be counted. */
  readonly othersAgents: number | null
  /** Whether stopping was proven on a child here; null where no such proof is asked for. */
  readonly childVerified: boolean | null
}

export interface NoticeFacts {
  readonly channels: number
  readonly failed: readonly { readonly channel: string; readonly count: number; readonly why: string }[]
  readonly waiting: number
  readonly oldestWaitingAt: Instant | null
}

export interface ClaimFacts {
  /** How many names are held. */
  readonly held: number
  /** Strict ones whose holder is gone, the oldest first; `proof` says how that is known. */
  readonly orphans: readonly { readonly name: string; readonly holder: string; readonly since: Instant; readonly proof: string }[]
}
