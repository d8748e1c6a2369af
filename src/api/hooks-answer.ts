// What `purser hooks` asks and answers. Works without daemon and database, so it is no operation of the control plane.
import type { Environment } from '../core/sessions/agent-adapter.ts'

export type HooksVerb = 'install' | 'uninstall' | 'status'
/** `user`: the client's own settings, every project. `project`: the settings file inside one project folder. */
export type HooksScope = 'user' | 'project'

export interface HooksRequest {
  readonly verb: HooksVerb
  readonly scope: HooksScope
  /** Absolute working directory: where `project` settings live. */
  readonly folder: string
  readonly environment: Environment
}

export interface HooksAnswer {
  readonly agent: string
  readonly scope: HooksScope
  /** State after the verb: `outdated` = ours but of another version, `partial` = some of our events are missing. */
  readonly state: 'installed' | 'absent' | 'outdated' | 'partial'
  /** False when the verb found nothing to do. */
  readonly changed: boolean
  readonly files: readonly HookFile[]
  /** Client event names our hook listens to in these settings. */
  readonly events: readonly string[]
  /** Hooks of the user's own in the same settings, left as they are. */
  readonly others: number
  /** Things a person should know: switches that skip user hooks, a managed settings file that forbids them, a missing curl. */
  readonly warnings: readonly string[]
}

/** One file the verb looked at: the settings, the script. `backup` is where the earlier content went. */
export interface HookFile {
  readonly path: string
  readonly what: 'settings' | 'script'
  readonly did: 'wrote' | 'removed' | 'kept' | 'absent'
  readonly backup: string | null
}
