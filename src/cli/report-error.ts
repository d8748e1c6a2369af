// What a failure looks like to a person: once, on stderr, what happened and what to type next; and its exit code.
import { shellWord } from '../core/doctor/finding.ts'
import { codeOf, ERROR_CODES, messageOf } from '../core/errors.ts'
import { faint, strong, toned, type Line, type Tone } from '../core/text/line.ts'

export interface Failure { readonly lines: readonly Line[]; readonly exit: number }

/** `debug` adds where it was thrown. */
export function failureOf(error: unknown, debug: boolean): Failure {
  const exit = exitOf(error)
  const [first = '', ...rest] = messageOf(error).split('\n')
  const isBug = exit === ERROR_CODES.internal.exit
  const lines: Line[] = [
    [strong('purser: '), ...spoken(isBug ? `this is a bug: ${first}` : first, 'bad')],
    ...rest.map((line): Line => [INDENT, ...spoken(line, 'plain')]),
    ...placesToLook(error).map((line): Line => [INDENT, ...spoken(line, 'plain')]),
    ...(isBug && !debug ? [[INDENT, faint('the details: run it again with PURSER_DEBUG=1, and report them with the output of: purser doctor')]] : []),
    ...(debug ? stackOf(error).map((line): Line => [INDENT, faint(line)]) : []),
  ]
  return { lines, exit }
}

/** What to type next ends many a message; it stays on one line, to be copied. */
function spoken(text: string, tone: Tone): Line {
  const [, said, command] = /^(.*: +)(purser .*)$/.exec(text) ?? []
  return said === undefined || command === undefined ? [toned(tone, text)] : [toned(tone, said), toned('command', command)]
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

const CLOSED = new Set(['EACCES', 'EPERM', 'EROFS'])

/** A place that is closed to us: how to look at it, and how to name another. */
function placesToLook(error: unknown): readonly string[] {
  const { path, code, syscall } = (error ?? {}) as { path?: unknown; code?: unknown; syscall?: unknown }
  if (!isSystemError(error) || typeof path !== 'string' || !CLOSED.has(String(code))) return []
  // What could not be made is not there to be looked at.
  const look = syscall === 'mkdir' ? 'a folder above it is not yours to write' : `who may write there: ls -ld ${shellWord(path)}`
  return [look, 'another place: PURSER_STATE=FOLDER for the records, PURSER_CONFIG=FILE for the configuration']
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
