// What purser knows about starting one agent under its supervision: which of its variables a session leaves to whatever it
// starts, how it takes a session's id, whether it holds a limit itself. Knowledge only; os/ starts the process.
import type { NanoUsd } from '../money.ts'
import type { Environment } from '../sessions/agent-adapter.ts'

export interface LaunchWish {
  /** A new id, for a client that lets one be given. */
  readonly minted: string
  /** What may be spent, for a client that holds a limit itself; null when nothing limits it. */
  readonly limit: NanoUsd | null
  /** The client's own version where its package says it; '' unknown. */
  readonly version: string
}

export interface Prepared {
  readonly ok: true
  /** The words behind the program's name. */
  readonly args: readonly string[]
  /** The session's id where it is known before the start; '' when only its log will tell, or when there is none. */
  readonly session: string
  /** It takes up what was there before: then only what is spent from now on is this run's. */
  readonly resumed: boolean
  /** False for a command that starts no conversation (`claude doctor`), and so spends nothing. */
  readonly conversation: boolean
  /** False where the client was told to keep no log: nothing would ever say what it cost. */
  readonly logged: boolean
  /** The client was given the limit, by us or by the person. */
  readonly limited: boolean
}
/** Typed in a way that cannot be supervised. `instead` is what to type. */
export interface Unlaunchable { readonly ok: false; readonly because: string; readonly instead: string }

/** How a client works through one prompt on its standard input, without a person, and ends. */
export interface Headless {
  /** Permission modes it takes by name; one that asks for nothing at all is not among them. */
  readonly modes: readonly string[]
  /** The words behind the program's name. `mode` and `model` '' = of its settings. */
  words(wish: { readonly mode: string; readonly model: string }): readonly string[]
}

export interface AgentLaunch {
  /** What people type, without folder and `.exe`. */
  readonly programs: readonly string[]
  /** Variables that a session of this agent leaves to what it starts, and that would make another session think it is part of it. `NAME`, or a beginning: `NAME_*`. */
  readonly leftovers: readonly string[]
  /** Set for a supervised start. */
  readonly variables: Readonly<Record<string, string>>
  /** The login it will use, as scopes name it. */
  account(environment: Environment): string
  prepare(args: readonly string[], wish: LaunchWish): Prepared | Unlaunchable
  /** Absent: it was never seen to work that way. */
  readonly headless?: Headless
}

/** The agent a program is, by the name it was typed with; null for any other program. */
export function recognised<A extends { readonly launch?: AgentLaunch }>(program: string, agents: readonly A[]): (A & { readonly launch: AgentLaunch }) | null {
  const name = program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1).replace(/\.(?:exe|cmd)$/i, '')
  const known = agents.find(({ launch }) => launch?.programs.includes(name))
  return known?.launch ? { ...known, launch: known.launch } : null
}

/** A program nobody knows anything about: it is started as it was typed. */
export const anyProgram = (args: readonly string[]): Prepared => ({ ok: true, args, session: '', resumed: false, conversation: true, logged: true, limited: false })
