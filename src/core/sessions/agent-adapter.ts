// What purser knows about one agent product. Knowledge, never activity: an adapter opens no file and sends no signal.
// A capability an agent lacks is an absent member, not a method that throws.
import type { ClaimedIdentity } from '../accounts/identity.ts'
import type { HookCall, HookVerdict } from '../enforcement/hook-verdict.ts'
import type { Instant } from '../time.ts'
import type { AgentLaunch } from '../launch/agent-launch.ts'
import type { ProcessInfo } from '../machine/process-table.ts'
import type { LogSource } from './log-source.ts'

export interface Environment { readonly home: string; readonly platform: 'linux' | 'darwin' | 'win32'; readonly variables: Readonly<Record<string, string | undefined>> }

export interface AgentAdapter {
  /** `claude-code`: the name in scopes, tables and the command line. */
  readonly name: string
  readonly displayName: string
  /** Present when its counts are guesses, with the reason: its spend is shown as estimated and never triggers a hard action. */
  readonly estimated?: string
  /** Every kind of log it writes. The first source that owns a path reads it. */
  readonly sources: readonly LogSource[]
  readonly process: {
    /** Is this the agent itself (not its helper, launcher or a child)? Judged by exe and argv, never by the name alone. */
    role(process: ProcessInfo): 'session' | 'background-session' | 'helper' | 'ide' | null
    /** It starts itself again with the same arguments and waits: only of such an agent may a session be taken for the launcher of its child. */
    readonly relaunches?: true
  }
  /** How it is started under supervision; absent: like any program. */
  readonly launch?: AgentLaunch
  /** How a session is taken up again in its own folder: the words of the command. */
  readonly resume?: {
    argv(session: string): readonly string[]
    /** The checks a session runs with, where its command line can say them: it comes back with no fewer. */
    readonly permissions?: {
      /** What a line of its log that tells the mode contains. */
      readonly marker: string
      /** The mode such a line tells; null for any other line. */
      modeIn(line: string): string | null
      /** Words that start it in this mode; null for one that asks for nothing, and for one we do not know. */
      words(mode: string): readonly string[] | null
      /** Words that start it in the mode that asks. */
      readonly careful: readonly string[]
    }
    /** An option of a running command line (without the program) that a resumption would not have though it may matter; '' none. */
    loses?(args: readonly string[]): string
    /** Did its quota stop it? As the newest record that tells says it; null for a record that does not. */
    readonly stopped?: { readonly marker: string; stoppedIn(line: string): boolean | null }
  }
  /** How its logins are kept apart: present where several can be used side by side. */
  readonly accounts?: {
    /** The variable that binds a process to a config home. */
    readonly variable: string
    /** Variables that would put another login in place of the one in the home. */
    readonly overrides: readonly string[]
    /** The home while the variable is not set. */
    defaultHome(environment: Environment): string
    /** Files that say whose login it is, absolute; the first that says so counts. */
    identityFiles(home: string, environment: Environment): readonly string[]
    /** Never throws. null when the text says nothing of a login. Picks ids by name; tokens beside them are left behind. */
    identify(text: string): ClaimedIdentity | null
    /** The file that holds the login itself. Only looked at from outside, never opened for it; null where the system keeps it elsewhere. */
    loginFile(home: string, environment: Environment): string | null
    /** What to type to sign in to a home, for people. */
    signIn(account: { readonly home: string; readonly isDefault: boolean }): string
    /** Folders of a home that hold its conversations: what a resume from another home needs. */
    readonly conversations: readonly string[]
    /** Would the client work in this folder without asking first whether it may? As an identity file says it. Never throws. */
    trusts?(text: string, folder: string): boolean
  }
  readonly registry?: {
    /** Folder of the agent's own live registry below a config home. */
    folder(configHome: string): string
    parse(fileName: string, text: string): RegisteredSession | null
  }
  /** What its logs tell of a request that hooks reserved for. */
  readonly calls?: {
    /** The log that an answer is written to: of the main conversation (''), or of a subagent; '' when there can be none. */
    logOf(transcript: string, subagent: string): string
    /** What a line contains that tells of an error in place of an answer, and when that was; null for any other line. */
    readonly marker: string
    failedAt(line: string): Instant | null
  }
  readonly hooks?: {
    decode(event: string, payload: unknown): HookCall | null
    /** The client's dialect of our verdict: what to print, and with which exit code. */
    encode(call: HookCall, verdict: HookVerdict): { readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  }
}

/** A live session according to the agent's own registry. */
export interface RegisteredSession {
  readonly pid: number
  /** Start time in the platform's own unit (Linux: clock ticks, field 22 of stat); '' when the agent does not say. */
  readonly startTime: string
  readonly session: string
  readonly cwd: string
  readonly kind: 'foreground' | 'background'
  readonly status: 'busy' | 'idle' | 'waiting' | 'unknown'
  /** The client's id for its own stop command; background sessions only. */
  readonly job: string
  /** Machine and pid namespace as the agent wrote it; '' unknown. */
  readonly pidDomain: string
  readonly updatedAt: Instant | null
}
