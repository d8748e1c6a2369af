// Every way from the command line into the daemon's rooms, each behind a dynamic import: a warm `status --json` loads
// none of them but the first. Tests put other doors here.
import type { ConfigCheckAnswer, ControlPlane } from '../api/control-plane.ts'
import type { DaemonOptions, DemoOptions } from '../api/daemon-options.ts'
import type { HooksAnswer, HooksRequest } from '../api/hooks-answer.ts'
import type { RunDoor, RunOutcome } from '../api/run-door.ts'
import type { ClaimAsker } from '../api/claim-answers.ts'
import type { GitHookAnswer, GitHookDoor, GuardDoor, GuardOutcome, StagedAnswer } from '../api/guard-door.ts'
import type { McpDoor } from '../api/mcp-door.ts'
import type { HookAnswer } from '../api/server.ts'
import type { StatuslineAnswer, StatuslineSetup } from '../api/statusline-answer.ts'
import type { LedgerExportAnswer, LedgerExportRequest, LedgerVerifyAnswer, LedgerVerifyRequest } from '../api/ledger-answers.ts'
import type { UninstallAnswer } from '../api/uninstall-answer.ts'
import type { Clock } from '../core/machine/clock.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { Painted } from '../core/text/paint-line.ts'

/** Paths a command may name or print; the rest of `Places` is not its business. */
export interface Machine {
  readonly clock: Clock
  /** Version of this command line, from its own package. */
  version(): string
  /** This very process, as it proves itself to a daemon. */
  asker(): ClaimAsker
  readonly places: { readonly configFile: string; readonly state: string; readonly locks: string; readonly socket: string; readonly log: string }
}

export interface TopDoor { readonly plane: ControlPlane; readonly clock: Clock; readonly screen: Painted; readonly user: string; readonly signal: AbortSignal }

export interface Doors {
  machine(environment: Environment): Promise<Machine>
  socket(path: string): ControlPlane
  inProcess(options: { environment: Environment }): Promise<ControlPlane>
  daemon(options: DaemonOptions): Promise<number>
  /** Starts `command` (argv) as a daemon of its own that outlives us, its output appended to the log; `said` is what that was. */
  detach(options: { environment: Environment; command: readonly string[] }): Promise<{ pid: number; exited: Promise<number>; said?: () => string }>
  hooks(request: HooksRequest): Promise<HooksAnswer>
  hook(request: { agent: string; event: string; body: string; environment: Environment }): Promise<HookAnswer>
  /** One line for a client's payload, each ended; needs neither a database nor a good configuration. */
  statusline(request: { body: string; environment: Environment }): Promise<string>
  statuslineSetup(request: StatuslineSetup): Promise<StatuslineAnswer>
  /** Takes over the terminal until the person leaves. */
  top(options: TopDoor): Promise<number>
  demo(options: DemoOptions): Promise<number>
  /** Starts a program and waits for its end; at its terminal, with its streams. */
  run(options: RunDoor): Promise<RunOutcome>
  /** Shows a terminal of ours in this one until the person leaves it; its exit code. */
  attach(options: { readonly argv: readonly string[]; readonly environment: Environment }): Promise<number>
  /** Runs a command for as long as its claim is current; at its terminal, with its streams. */
  guard(options: GuardDoor): Promise<GuardOutcome>
  gitHook(options: GitHookDoor): Promise<GitHookAnswer>
  /** Speaks with an agent's client on stdin and stdout until that goes. */
  mcp(options: McpDoor): Promise<number>
  /** What the commit at hand changes. */
  staged(options: { folder: string }): Promise<StagedAnswer>
  /** Looks at the file on disk; needs neither a daemon nor a database, nor a good configuration. */
  checkConfig(options: { file: string; environment: Environment }): Promise<ConfigCheckAnswer>
  /** Read the records beside whoever uses them; need no daemon, and do not keep one waiting. */
  verifyLedger(request: LedgerVerifyRequest): Promise<LedgerVerifyAnswer>
  exportLedger(request: LedgerExportRequest): Promise<LedgerExportAnswer>
  uninstall(options: { environment: Environment; purge: boolean }): Promise<UninstallAnswer>
}
