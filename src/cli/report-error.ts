// What a failure looks like to a person: once, on stderr, what happened and what to type next; and its exit code.
import { codeOf, ERROR_CODES, messageOf } from '../core/errors.ts'
import { faint, strong, toned, type Line } from '../core/text/line.ts'

export interface Failure { readonly lines: readonly Line[]; readonly exit: number }

/** `debug` adds where it was thrown. */
export function failureOf(error: unknown, debug: boolean): Failure {
  const exit = exitOf(error)
  const [first = '', ...rest] = messageOf(error).split('\n')
  const isBug = exit === ERROR_CODES.internal.exit
  const lines: Line[] = [
    [strong('purser: '), toned('bad', isBug ? `this is a bug: ${first}` : first)],
    ...rest.map((line): Line => [INDENT, line]),
    ...(isBug && !debug ? [[INDENT, faint('the details: run it again with PURSER_DEBUG=1, and report them with the output of: purser doctor')]] : []),
    ...(debug ? stackOf(error).map((line): Line => [INDENT, faint(line)]) : []),
  ]
  return { lines, exit }
}

const INDENT = ' '.repeat('purser: '.length)

function exitOf(error: unknown): number {
  const code = codeOf(error)
  // A full disk or a missing permission is the machine's state, not our bug.
  return code === 'internal' && isSystemError(error) ? ERROR_CODES.unavailable.exit : ERROR_CODES[code].exit
}

function isSystemError(error: unknown): boolean {
  const { syscall, errno } = (error ?? {}) as { syscall?: unknown; errno?: unknown }
  return typeof syscall === 'string' && typeof errno === 'number'
}

// Deep enough for any real chain; a cause that points at itself ends here.
const CAUSES_MAX = 5

function stackOf(error: unknown): readonly string[] {
  const lines: string[] = []
  let current: unknown = error
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    lines.push(...(current.stack ?? '').split('\n').slice(depth === 0 ? 1 : 0))
    current = current.cause
  }
  return lines.map(line => line.trim()).filter(line => line !== '')
}
