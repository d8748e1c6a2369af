// Everything a person or program can ask of purser, as one table of operations. The daemon answers over its socket, the
// command line answers in-process when no daemon runs; callers cannot tell. Shapes are the JSON contract.
import type { Evidence } from '../core/accounts/quota.ts'
import type { EventFields, EventLevel } from '../core/events/event.ts'
import type { ModelExplanation } from '../core/pricing/explain.ts'
import type { AccountAddRequest, AccountAnswer, AccountLoginHelpAnswer, AccountShareAnswer } from './account-answers.ts'
import type { AgentAnswer } from './agents-answer.ts'
import type { CallerOperations } from './caller-answer.ts'
import type { ClaimAnswer, ClaimOperations } from './claim-answers.ts'
import type { ExternalOperations } from './external-answer.ts'
import type { FailoverOperations } from './failover-answers.ts'
import type { LedgerImportAnswer, LedgerProgress, LedgerRebuildAnswer } from './ledger-answers.ts'
import type { ReportAnswer, ReportQuery } from './report-answer.ts'
import type { RunOperations } from './run-answers.ts'
import type {
  AllocateInput, ApprovalAnswer, BudgetReportAnswer, BurnRateAnswer, DoneAnswer, EndedAnswer, FitsAnswer, ForecastAnswer, RecordedAnswer, RecordInput, RefusedAnswer,
  ReservedAnswer, ReserveInput, SettleInput, SpendEntryAnswer, TopUpInput,
} from './reserve-answers.ts'
import type { PoolOperations } from './pool-answers.ts'
import type { TaskOperations } from './task-answers.ts'
import type { SessionRecordAnswer, SessionResumeAnswer, WhichSession } from './session-answers.ts'

export interface UsageCore {
  readonly responses: number
  readonly tokens: { readonly input: number; readonly output: number; readonly cacheRead: number; readonly cacheWrite5m: number; readonly cacheWrite1h: number }
  /** Decimal USD text, up to nine decimals. */
  readonly cost: string
  /** True when the cost is a lower bound: something is unpriced or partial. */
  readonly atLeast: boolean
  readonly unpriced: { readonly responses: number; readonly models: readonly string[] }
  readonly estimated: number
  readonly partial: number
}

export interface BudgetAnswer {
  readonly id: string
  readonly scope: Readonly<Record<string, string>>
  readonly per: string
  /** With `per`: which value this balance is of. */
  readonly perValue?: string
  readonly window: { readonly kind: string; readonly start: string | null; readonly end: string | null; readonly zone: string }
  readonly limit: string
  readonly spent: string
  readonly reserved: string
  readonly remaining: string
  readonly atLeast: boolean
  readonly state: 'active' | 'exhausted' | 'closed'
  readonly onBreach: string
  /** Only where hooks hold what each request may cost: the most it may (`maximum`), or what it usually does (`p95`). */
  readonly reserve?: { readonly by: 'hooks'; readonly estimate: 'maximum' | 'p95' }
  readonly class: 'O' | 'H' | 'R'
  /** `cost` null: nothing stops the spending, `because` says why. `estimate`: not proven maxima only. `unseen`: requests no hook and no log shows. */
  readonly bound: { readonly cost: string | null; readonly because: string; readonly estimate: boolean; readonly unseen: string | null }
  /** Of a budget that was allocated, not configured. */
  readonly task?: { readonly parent: string; /** 0..1; null while nobody said. */ readonly progress: number | null; readonly createdAt: string; readonly updatedAt: string }
}

export interface LockAnswer {
  readonly id: string
  readonly rule: string
  readonly scope: Readonly<Record<string, string>>
  readonly perValue?: string
  readonly window: { readonly kind: string; readonly start: string | null; readonly end: string | null; readonly zone: string }
  readonly reason: string
  readonly limit: string
  readonly spent: string
  readonly lockedAt: string
  readonly expiresAt: string | null
  readonly released?: { readonly at: string; readonly by: string; readonly reason: string }
  readonly needsConfirmation?: boolean
  /** Only where signals may follow. `from`: no signal before this instant; `armed` false: they are only noted. */
  readonly signals?: { readonly from: string; readonly armed: boolean }
  readonly actions: readonly { readonly kind: string; readonly target: string; readonly state: string; readonly at: string; readonly outcome: string }[]
}

export interface SessionAnswer extends UsageCore {
  readonly session: string
  readonly agent: string
  readonly pid: number | null
  readonly state: 'busy' | 'idle' | 'waiting' | 'active' | 'ended'
  readonly project: string
  readonly branch: string
  readonly account: string
  readonly seenAt: string
}

/** What a vendor says of one quota window of an account that is not over. */
export interface QuotaAnswer {
  readonly agent: string
  /** '' when nothing tells whose it is. */
  readonly account: string
  /** The vendor's own name of it. */
  readonly window: string
  readonly minutes: number | null
  /** 0 to 100, more when overdrawn; null when only its exhaustion was said. */
  readonly usedPercent: number | null
  readonly resetsAt: string | null
  /** When this was first heard: use only grows until the reset. */
  readonly observedAt: string
  readonly evidence: Evidence
  readonly exhausted: boolean
}

export interface StatusAnswer {
  readonly version: string
  readonly asOf: string
  readonly zone: string
  readonly config: { readonly file: string; readonly version: string; readonly problem: string | null }
  readonly daemon: { readonly running: boolean; readonly pid: number | null; readonly socket: string; readonly armed: boolean; readonly version: string | null; readonly catchingUp: boolean; /** Started with --observe: never enforces. */ readonly observe?: boolean }
  readonly today: UsageCore
  readonly projects: readonly (UsageCore & { readonly project: string; readonly name: string; readonly branch: string })[]
  readonly sessions: readonly SessionAnswer[]
  readonly budgets: readonly BudgetAnswer[]
  readonly locks: readonly LockAnswer[]
  readonly claims: readonly ClaimAnswer[]
  readonly quota: readonly QuotaAnswer[]
}

/** `status`, and what it cost lately. */
export interface TopAnswer {
  readonly status: StatusAnswer
  /** Cost of each of the last `minutes.length` minutes, the oldest first; the last ends now. */
  readonly minutes: readonly string[]
  /** The last 60 minutes together. */
  readonly hour: string
  /** What each session cost in the last `rateMinutes`; sessions that cost nothing are left out. */
  readonly rates: readonly { readonly agent: string; readonly session: string; readonly cost: string }[]
  readonly rateMinutes: number
  /** What clients' own status lines said of their sessions last; nothing of those that have none. */
  readonly lines: readonly { readonly agent: string; readonly session: string; readonly model: string; /** null when the client does not know. */ readonly contextPercent: number | null; readonly clientCost: string | null; readonly at: string }[]
}

export interface SessionStopAnswer {
  /** null after a check. */
  readonly lock: LockAnswer | null
  /** Its process is proven, so that signals can reach it; `because` says why, or why not. */
  readonly target: boolean
  readonly because: string
  /** Signals are real. */
  readonly armed: boolean
  /** What happens to it, in a sentence. */
  readonly says: string
}

export interface ProcessAnswer {
  readonly pid: number
  readonly startedAt: string | null
  readonly agent: string
  readonly session: string
  readonly cwd: string
  readonly project: string
  readonly target: boolean
  readonly because: string
}

export interface BudgetRequest {
  readonly id?: string
  readonly project?: string
  readonly branch?: string
  readonly session?: string
  readonly agent?: string
  readonly account?: string
  readonly node?: string
  readonly per?: string
  readonly window?: string
  readonly zone?: string
  readonly limit?: string
  readonly onBreach?: string
  readonly failMode?: string
  readonly reserve?: string
  readonly estimate?: string
}

export interface EventAnswer { readonly id: number; readonly at: string; readonly code: string; readonly level: EventLevel; readonly fields: EventFields }
export interface FindingAnswer { readonly id: string; readonly level: 'ok' | 'info' | 'warn' | 'error'; readonly title: string; readonly detail: string; readonly remedy: string }

/** How far reading the logs has come; null when nothing is being read. Rates and remaining time are the reader's arithmetic. */
export interface IndexProgress { readonly files: number; readonly filesTotal: number; readonly bytes: number; readonly bytesTotal: number; readonly responses: number }

/** The configuration file as it is on disk now, not as it was last loaded. */
export interface ConfigCheckAnswer {
  readonly file: string
  readonly exists: boolean
  readonly version: string
  readonly budgets: number
  readonly problems: readonly { readonly line: number | null; readonly key: string; readonly message: string }[]
}

/** Every operation: its input and its answer. Adding one is a line here and a handler in daemon/. */
export interface Operations extends ClaimOperations, CallerOperations, RunOperations, ExternalOperations, TaskOperations, FailoverOperations, PoolOperations {
  /** Who answers: lets a command line notice a daemon of another version before it asks for anything. */
  'hello': { in: Record<never, never>; out: { version: string; pid: number } }
  /** Pollable while `index` or a daemon's first catch-up runs. */
  'index.progress': { in: Record<never, never>; out: { progress: IndexProgress | null } }
  /** Reads the file anew; answers even when the configuration in force, or the file itself, is damaged. */
  'config.check': { in: { file?: string }; out: ConfigCheckAnswer }
  'status': { in: Record<never, never>; out: StatusAnswer }
  /** Everything a live view shows, asked for about once a second. */
  'top': { in: Record<never, never>; out: TopAnswer }
  'report': { in: ReportQuery; out: ReportAnswer }
  'index': { in: { rebuild?: boolean }; out: { files: number; filesRead: number; responses: number; added: number; entriesPosted: number; bytes: number; malformed: number } }
  'budget.set': { in: BudgetRequest; out: { budget: BudgetAnswer; created: boolean; warning: string | null } }
  'budget.list': { in: { all?: boolean }; out: { budgets: readonly BudgetAnswer[] } }
  'budget.show': { in: { id: string }; out: { budgets: readonly BudgetAnswer[]; /** What was told of spending that no log shows, the newest first. */ entries?: readonly SpendEntryAnswer[] } }
  'budget.remove': { in: { id: string }; out: { removed: string } }
  /** Makes a task budget. */
  'budget.allocate': { in: AllocateInput; out: { ok: true; fresh: boolean; budget: BudgetAnswer } | RefusedAnswer }
  /** What `budget.reserve` would answer, without effect. */
  'budget.check': { in: ReserveInput; out: FitsAnswer | RefusedAnswer }
  'budget.reserve': { in: ReserveInput; out: ReservedAnswer | RefusedAnswer }
  /** Many requests in one commit, each assessed, granted or refused for itself. */
  'budget.reserveBatch': { in: { requests: readonly ReserveInput[] }; out: { answers: readonly (ReservedAnswer | RefusedAnswer)[] } }
  'budget.settle': { in: SettleInput; out: EndedAnswer | RefusedAnswer }
  'budget.settleBatch': { in: { requests: readonly SettleInput[] }; out: { answers: readonly (EndedAnswer | RefusedAnswer)[] } }
  'budget.release': { in: { id: string }; out: EndedAnswer | RefusedAnswer }
  'budget.extend': { in: { id: string; ttl?: string }; out: EndedAnswer | RefusedAnswer }
  /** Spending that no log shows and nobody reserved. */
  'budget.record': { in: RecordInput; out: RecordedAnswer | RefusedAnswer }
  'budget.close': { in: { id: string }; out: (BudgetReportAnswer & { ok: true }) | RefusedAnswer }
  'budget.reopen': { in: { id: string }; out: DoneAnswer }
  'budget.topUp': { in: TopUpInput; out: (DoneAnswer & { limit: string }) | RefusedAnswer }
  /** `progress`: 0 to 1 as decimal text. */
  'budget.progress': { in: { id: string; progress: string }; out: DoneAnswer }
  'budget.burnRate': { in: { id: string }; out: BurnRateAnswer }
  'budget.forecast': { in: { id: string }; out: ForecastAnswer }
  'budget.report': { in: { id: string }; out: BudgetReportAnswer }
  'budget.approvals': { in: Record<never, never>; out: { approvals: readonly ApprovalAnswer[] } }
  'budget.approve': { in: { id: string; by: string }; out: DoneAnswer | RefusedAnswer }
  'budget.refuse': { in: { id: string; by: string }; out: DoneAnswer | RefusedAnswer }
  'lock.list': { in: { all?: boolean }; out: { locks: readonly LockAnswer[] } }
  'lock.show': { in: { id: string }; out: { lock: LockAnswer } }
  'lock.release': { in: { id: string; reason: string; raise?: string; by: string }; out: { lock: LockAnswer; raised: string | null } }
  'lock.prune': { in: { before?: string }; out: { removed: number } }
  /** Sessions heard of in the last day and whoever runs now; `all`: as far back as is known. */
  'session.list': { in: { all?: boolean }; out: { sessions: readonly SessionRecordAnswer[] } }
  'session.show': { in: WhichSession; out: { session: SessionRecordAnswer } }
  /** Grants one resumption, for whoever asked to start it at once; nothing is started here. */
  'session.resume': { in: WhichSession; out: SessionResumeAnswer }
  /** Locks one session by hand. `check`: only says what would happen. Durations as in the configuration: `1h`, `0s`. */
  'session.stop': { in: { agent: string; session: string; reason: string; by: string; check?: boolean; lasts?: string; grace?: string }; out: SessionStopAnswer }
  /** Every window that is not over. `id`: of the configured account, '' where none is. `perHour`: percent; null where too little was said. */
  'quota': { in: Record<never, never>; out: { zone: string; windows: readonly (QuotaAnswer & { readonly id: string; readonly forecast: { readonly perHour: number; readonly runsOutAt: string | null; readonly overMinutes: number } | null })[] } }
  'account.add': { in: AccountAddRequest & { readonly by: string }; out: { account: AccountAnswer; created: boolean; warning: string | null } }
  'account.list': { in: Record<never, never>; out: { accounts: readonly AccountAnswer[] } }
  'account.show': { in: { id: string }; out: { account: AccountAnswer; quota: readonly QuotaAnswer[] } }
  /** New work of `purser run` starts there; a failover moves it on. */
  'account.use': { in: { id: string; by: string }; out: { account: AccountAnswer } }
  /** Makes its conversations those of another login of the agent. `check`: only says what would be done. `undo`: takes the link away. */
  'account.share': { in: { id: string; with: string; by: string; check?: boolean; undo?: boolean }; out: AccountShareAnswer }
  'account.remove': { in: { id: string; by: string }; out: { removed: string } }
  'account.enable': { in: { id: string; by: string; acceptLogin?: boolean }; out: { account: AccountAnswer } }
  'account.disable': { in: { id: string; by: string; reason: string }; out: { account: AccountAnswer } }
  'account.pin': { in: { id: string; by: string; off?: boolean }; out: { account: AccountAnswer } }
  'account.login-help': { in: { id: string }; out: AccountLoginHelpAnswer }
  'arm': { in: { confirm?: string; by: string }; out: { armed: boolean; since: string | null; waiting: readonly string[]; confirmed: number; /** Of what was confirmed: no signal before this. */ signalsFrom: string | null } }
  'disarm': { in: { by: string }; out: { armed: boolean } }
  'ps': { in: Record<never, never>; out: { processes: readonly ProcessAnswer[] } }
  'events': { in: { after?: number; limit?: number }; out: { events: readonly EventAnswer[]; last: number } }
  'pricing.show': { in: { model?: string }; out: { card: string; models: readonly ModelExplanation[] } }
  'pricing.diagnose': { in: Record<never, never>; out: { card: string; unpriced: readonly { model: string; responses: number; tokens: number }[]; disagreements: readonly { model: string; clientCost: string; ourCost: string; percent: string }[] } }
  'pricing.reprice': { in: Record<never, never>; out: { repriced: number; cost: string; stillUnpriced: number } }
  /** `file` is absolute; `name` is what messages call it. */
  'ledger.import': { in: { file: string; name: string; dryRun?: boolean }; out: LedgerImportAnswer }
  'ledger.rebuild': { in: { fromLogs?: boolean; keep?: boolean }; out: LedgerRebuildAnswer }
  /** Pollable while one of them runs. */
  'ledger.progress': { in: Record<never, never>; out: { progress: LedgerProgress | null } }
  'agent.list': { in: Record<never, never>; out: { agents: readonly AgentAnswer[] } }
  'agent.doctor': { in: { agent?: string }; out: { findings: readonly FindingAnswer[] } }
  'hooks.heard': { in: Record<never, never>; out: { lastHeardAt: string | null } }
  'notify.test': { in: { channel?: string }; out: { results: readonly { channel: string; ok: boolean; detail: string }[] } }
  'doctor': { in: Record<never, never>; out: { findings: readonly FindingAnswer[] } }
  'config.show': { in: Record<never, never>; out: { file: string; version: string; problem: string | null; values: readonly { key: string; value: string; from: string }[] } }
  'down': { in: Record<never, never>; out: { stopping: boolean } }
}

export type OperationName = keyof Operations
export interface ControlPlane {
  call<N extends OperationName>(name: N, input: Operations[N]['in']): Promise<Operations[N]['out']>
  close(): Promise<void>
}
/** One handler per operation: what the in-process plane and the server both dispatch to. */
export type Handlers = { readonly [N in OperationName]: (input: Operations[N]['in']) => Promise<Operations[N]['out']> }
