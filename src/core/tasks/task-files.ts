// The port to what of a task lies in files of its owner's, and nowhere else: its text, its verification's words, its output.
export interface TaskText { readonly text: string; /** The verification command; empty for none. */ readonly verify: readonly string[] }

export interface TaskFiles {
  write(task: string, text: TaskText): void
  /** null when it is gone: a task without its text cannot begin. */
  read(task: string): TaskText | null
  /** Tasks that have a text. */
  withText(): readonly string[]
  /** The text goes; outputs that were asked for stay. */
  forget(task: string): void
  /**
   * The words that wait at a gate with this program behind it, and become it: same process, its text on standard input,
   * its output in a file if that is asked for.
   */
  gated(task: string, attempt: string, options: { readonly file: string; readonly args: readonly string[]; readonly keepOutput: boolean }): Promise<readonly string[]>
  /** Nobody will come through this gate any more. */
  shut(task: string, attempt: string): void
  /** Opens the gate. shut: nobody waits at it now. gone: whoever waited has gone through. */
  letGo(task: string, attempt: string): Promise<'opened' | 'shut' | 'gone'>
  /** The last of what it said; null when nothing was kept. */
  output(task: string, attempt: string, bytesMax: number): { readonly text: string; readonly bytes: number; readonly path: string } | null
}
