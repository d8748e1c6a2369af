// The port through which a client's settings file is given our status line: pure text in, text out. os/files/statusline-files
// reads and writes the file; what the entry looks like is the agent's knowledge.
import type { SettingsEdit } from '../enforcement/hook-installation.ts'

export interface StatuslineFindings {
  /** Why the file could not be read as settings; the other fields are then empty. */
  readonly problem: { readonly line: number; readonly problem: string } | null
  /** `ours`: this very script. `other`: a command of the person's own, or of another purser. */
  readonly line: 'ours' | 'other' | 'none'
  /** The command of the person's own: the one beside ours, or the one that is there alone; '' when there is none. */
  readonly own: string
}

export interface StatuslineSettings {
  /** The client's display name, for messages. */
  readonly client: string
  /** Puts our script in place of the command that is there and keeps that one inside, to be run first. */
  merge(text: string, scriptFile: string): SettingsEdit
  /** The command of before in its place again. */
  unmerge(text: string, scriptFile: string): SettingsEdit
  inspect(text: string, scriptFile: string): StatuslineFindings
  /** The block a person can paste where we may not write. */
  block(scriptFile: string): string
}
