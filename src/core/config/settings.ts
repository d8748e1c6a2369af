// What the config file says, parsed, checked and complete: the form every other room reads. Holds no file, no line and
// no TOML; src/config makes it, src/config/explain says where each value came from.
import type { Budget } from '../budgets/budget.ts'
import type { EventLevel } from '../events/event.ts'

export interface Settings {
  /** IANA zone of reports and of budgets that name none. */
  readonly zone: string
  readonly logs: LogSettings
  /** In file order; ids are unique. */
  readonly budgets: readonly Budget[]
  readonly notify: readonly NotifySettings[]
  readonly enforcement: EnforcementSettings
  readonly retention: { readonly auditDays: number }
}

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

export type ChannelName = 'desktop' | 'ntfy' | 'telegram' | 'slack' | 'webhook' | 'command'
export const CHANNEL_NAMES = ['desktop', 'ntfy', 'telegram', 'slack', 'webhook', 'command'] as const satisfies readonly ChannelName[]

/** One place to tell. `id` names it in the outbox: the channel, with `-2` and so on for further ones of its kind. */
export type NotifySettings = { readonly id: string; readonly minLevel: EventLevel } & (
  | { readonly channel: 'desktop' }
  /** `url` ends in the topic. `token` '' = none. */
  | { readonly channel: 'ntfy'; readonly url: string; readonly token: string }
  | { readonly channel: 'telegram'; readonly url: string; readonly token: string; readonly chat: string }
  | { readonly channel: 'slack'; readonly url: string }
  /** `token` is sent as a bearer token, `secret` signs; '' = none. */
  | { readonly channel: 'webhook'; readonly url: string; readonly token: string; readonly secret: string }
  /** An argv array, run without a shell; the notice comes on its standard input. */
  | { readonly channel: 'command'; readonly command: readonly string[] }
)
