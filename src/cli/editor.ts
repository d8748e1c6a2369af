// The person's editor on a file: the variable is split into words and started without a shell.
import { AppError } from '../core/errors.ts'

/** `$VISUAL`, else `$EDITOR`, as argv; null when neither says anything. */
export function editorCommand(variables: Readonly<Record<string, string | undefined>>): readonly [string, ...string[]] | null {
  const [program, ...rest] = words(variables.VISUAL?.trim() || variables.EDITOR?.trim() || '')
  return program === undefined ? null : [program, ...rest]
}

/** Words, with 'single' and "double" quotes around what contains blanks; nothing else is special. */
export function words(text: string): readonly string[] {
  const found: string[] = []
  for (const match of text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)) found.push(match[0].replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  return found
}

/** Opens the editor in this terminal and waits for it. The folder is made, private, when it is not there yet. */
export async function runEditor([program, ...args]: readonly [string, ...string[]], file: string): Promise<void> {
  const [{ spawn }, { mkdirSync }, { dirname }] = await Promise.all([import('node:child_process'), import('node:fs'), import('node:path')])
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, [...args, file], { stdio: 'inherit' })
    child.on('error', cause => reject(new AppError('invalid_input', `cannot start the editor "${program}": ${cause.message}\nset another: EDITOR=nano purser config edit`, { cause })))
    child.on('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new AppError('unavailable', `the editor ended with ${signal ?? `exit ${String(code)}`}; the file is as it left it`))
    })
  })
}
