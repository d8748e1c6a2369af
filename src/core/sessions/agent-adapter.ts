// What purser knows about one agent product. Knowledge, never activity: an adapter opens no file and sends no signal.
// A capability an agent lacks is an absent member, not a method that throws.
import type { HookCall, HookVerdict } from '../enforcement/hook-verdict.ts'
import type { Instant } from '../time.ts'
import type { ParsedLine } from '../usage/usage-event.ts'
import type { ProcessInfo } from '../machine/process-table.ts'

export interface Environment { readonly home: string; readonly platform: 'linux' | 'darwin' | 'win32'; readonly variables: Readonly<Record<string, string | undefined>> }

/** A folder that may hold logs, and the account (config home) its logs belong to. */
export interface LogRoot {
  readonly path: string
  readonly account: string
  readonly configHome: string
  /** The path is not a root itself: every folder of this name, at most `depth` below it, is one, with its parent as config home. */
  readonly nested?: { readonly folder: string; readonly depth: number; /** Only first folders whose lower-case name contains this. */ readonly first?: string }
}

/** What the position of a file under its root already says. */
export interface LogPlace { readonly session: string; readonly subagent: string }

export interface AgentAdapter {
  /** `claude-code`: the name in scopes, tables and the command line. */
  readonly name: string
  readonly displayName: string
  readonly logs: {
    roots(environment: Environment): readonly LogRoot[]
    /** True for a path (relative to the root, `/`-separated) that is a log of this agent. */
    owns(relativePath: string): boolean
    place(relativePath: string): LogPlace
    /** Byte marker without which a line cannot matter; the scanner skips lines that lack all of them. */
    readonly markers: readonly string[]
    /** Parses one complete line (no newline). Never throws, on any bytes. `writtenAt` stands in for a damaged time. */
    parseLine(line: Uint8Array, place: LogPlace, writtenAt: Instant): ParsedLine
  }
  readonly process: {
    /** Is this the agent itself (not its helper, launcher or a child)? Judged by exe and argv, never by the name alone. */
    role(process: ProcessInfo): 'session' | 'background-session' | 'helper' | 'ide' | null
  }
  readonly registry?: {
    /** Folder of the agent's own live registry below a config home. */
    folder(configHome: string): string
    parse(fileName: string, text: string): RegisteredSession | null
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
