// The port through which a client's settings file is changed: pure text in, text out. os/files/hook-files reads and writes
// the file; what a hook entry looks like is the agent's knowledge.

export type SettingsEdit =
  | { readonly edit: 'unchanged' }
  | { readonly edit: 'changed'; readonly text: string }
  /** The text is not one we may touch; `line` is where. */
  | { readonly edit: 'refused'; readonly line: number; readonly problem: string }

export interface SettingsFindings {
  /** Why the file could not be read as settings; the other fields are then empty. */
  readonly problem: { readonly line: number; readonly problem: string } | null
  /** Events on which this script is registered, and those on which it should be. */
  readonly registered: readonly string[]
  readonly missing: readonly string[]
  /** purser scripts of other state folders that this file also names. */
  readonly otherScripts: readonly string[]
  /** Settings in this file that keep hooks from running. */
  readonly risks: readonly string[]
}

export interface HookSettings {
  /** The client's display name, for messages. */
  readonly client: string
  /** Events the script is registered on. */
  readonly events: readonly string[]
  /** Ways around hooks that no settings file shows: for `status` and the documents. */
  readonly bypasses: readonly string[]
  merge(text: string, scriptFile: string): SettingsEdit
  unmerge(text: string, scriptFile: string): SettingsEdit
  inspect(text: string, scriptFile: string): SettingsFindings
  /** The block a person can paste where we may not write. */
  block(scriptFile: string): string
}
