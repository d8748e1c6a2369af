// What the config file says, parsed, checked and complete: the form every other room reads. Holds no file, no line and
// no TOML; src/config makes it, src/config/explain says where each value came from.
import type { Account } from '../accounts/account.ts'
import type { Budget } from '../budgets/budget.ts'
import type { FailoverSettings } from '../failover/policy.ts'
import type { ExternalSource } from '../external/source.ts'
import type { NanoUsd } from '../money.ts'
import type { NamedSession, PoolSettings } from '../sessions/pool.ts'
import type { TaskCaps } from '../tasks/task.ts'
import type { ChannelSettings } from '../machine/channel-settings.ts'

export interface Settings {
  /** IANA zone of reports and of budgets that name none. */
  readonly zone: string
  readonly logs: LogSettings
  /** In file order; ids are unique. */
  readonly budgets: readonly Budget[]
  readonly notify: readonly NotifySettings[]
  /** In file order; ids and homes are unique. */
  readonly accounts: readonly Account[]
  /** In file order; ids are unique. */
  readonly external: readonly ExternalSource[]
  readonly pool: PoolSettings
  /** In file order; names are unique and outside the pool's range. */
  readonly sessions: readonly NamedSession[]
  readonly tasks: TaskCaps
  readonly enforcement: EnforcementSettings
  readonly retention: { readonly auditDays: number }
  /** `allocation` null: an amount has to be said. */
  readonly defaults: { readonly allocation: NanoUsd | null }
  readonly risk: RiskSettings
  /** `write`: agents may reserve, settle and claim through the MCP server. */
  readonly mcp: { readonly write: boolean }
  /** `port` 0: none. */
  readonly http: { readonly port: number }
  readonly failover: FailoverSettings
}

/** Who judges a request; empty lists: nobody. Rules are texts that `parseRule` takes. */
export interface RiskSettings { readonly rules: readonly string[]; readonly command: readonly string[]; readonly timeoutMs: number }

export interface LogSettings {
  /** Absolute folders to read beside the agents' own. */
  readonly roots: readonly string[]
  readonly allowOutsideHome: boolean
  /** How many files are followed, the most recently written first; 0 = all. */
  readonly maxFiles: number
  /** Between two looks at every followed file. */
  readonly sweepMs: number
  /** Growth of one file in one step that is worth a warning. */
  readonly warnGrowthBytes: number
}

export interface EnforcementSettings {
  /** Whether the ladder may end in SIGKILL. */
  readonly sigkill: boolean
  /** Further calls that may save work after a breach: command prefixes or tool names; `['none']` allows none at all. */
  readonly saveWork: readonly string[]
}

/** One place to tell. `id` names it in the config: the channel, with `-2` and so on for further ones of its kind. */
export type NotifySettings = ChannelSettings & { readonly id: string }
