// Is a process a certain program, and with which arguments? Judged by the executable, and by the script where a runtime
// runs one; never by the kernel's name alone, which any process may choose.
import type { ProcessInfo } from '../core/machine/process-table.ts'

export interface Program {
  /** Base names of the program's own executable, without `.exe`. */
  readonly binaries: readonly string[]
  /** The script's path where node, bun, deno or python runs it; absent: it is always an executable of its own. */
  readonly script?: RegExp
}

const RUNTIME = /^(?:node|bun|deno|python(?:\d+(?:\.\d+)*)?)$/

/** What follows the program's own name; null when the process is another program. */
export function argumentsOf(process: ProcessInfo, { binaries, script }: Program): readonly string[] | null {
  const { argv } = process
  const exe = process.exe.replace(/ \(deleted\)$/, '')
  // Some platforms do not tell the executable; then the first word has to do.
  const program = baseName(exe === '' ? argv[0] ?? '' : exe)
  if (binaries.includes(program)) return argv.slice(1)
  if (!script || exe === '' || !RUNTIME.test(program)) return null
  // `python -m module` names no script; flags with a value of their own in front of the script are not used by these launchers.
  const at = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'))
  return at > 0 && script.test(argv[at] ?? '') ? argv.slice(at + 1) : null
}

/** The last part of a path without `.exe`. */
export const baseName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.exe$/i, '')

/** The first word that is no flag, nor the value of one of these flags; '' when there is none. */
export const firstWord = (args: readonly string[], withValue: readonly string[] = []): string =>
  args.find((word, at) => !word.startsWith('-') && !withValue.includes(args[at - 1] ?? '')) ?? ''
