// What `purser statusline` asks and answers. Works without daemon and database, so it is no operation of the control plane.
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { HookFile, HooksScope } from './hooks-answer.ts'

export type StatuslineVerb = 'install' | 'uninstall' | 'status'

export interface StatuslineSetup {
  readonly verb: StatuslineVerb
  readonly scope: HooksScope
  /** Absolute working directory: where `project` settings live. */
  readonly folder: string
  readonly environment: Environment
}

export interface StatuslineAnswer {
  readonly agent: string
  readonly scope: HooksScope
  /** State after the verb: `outdated` = ours but of another version, `other` = only a command of the person's own is there. */
  readonly state: 'installed' | 'outdated' | 'other' | 'absent'
  /** False when the verb found nothing to do. */
  readonly changed: boolean
  /** The person's own command: it runs before ours, or is there alone; '' when there is none. */
  readonly own: string
  readonly files: readonly HookFile[]
  /** Things a person should know: a settings file that cannot be read, a missing curl, a project's own status line. */
  readonly warnings: readonly string[]
}
