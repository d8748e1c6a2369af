// The form of what doctor says, and how it is made. A finding that is not fine always says what to type.
import { isUnknown, type Unknown } from './facts.ts'

export interface Finding {
  /** Stable: `sqlite`, `place.state`, `log.malformed`. */
  readonly id: string
  readonly level: 'ok' | 'info' | 'warn' | 'error'
  readonly title: string
  readonly detail: string
  /** What to do, with the command to type between backquotes; '' when all is well. */
  readonly remedy: string
}

interface Wrong { readonly title: string; readonly detail: string; readonly remedy: string }

export const fine = (id: string, title: string, detail = ''): Finding => ({ id, level: 'ok', title, detail, remedy: '' })
export const note = (id: string, wrong: Wrong): Finding => ({ id, level: 'info', ...wrong })
export const warning = (id: string, wrong: Wrong): Finding => ({ id, level: 'warn', ...wrong })
export const problem = (id: string, wrong: Wrong): Finding => ({ id, level: 'error', ...wrong })

/** Judges a fact, or says that it could not be found out: an unknown is never taken for health. */
export function judged<T extends object | string | null>(id: string, what: string, fact: T | Unknown, judge: (known: T) => readonly Finding[]): readonly Finding[] {
  if (!isUnknown(fact)) return judge(fact)
  return [note(id, { title: `Not checked: ${what}`, detail: fact.unknown, remedy: 'Ask again with the daemon running: `purser up --detach`, then `purser doctor`' })]
}

const NAMES_MAX = 3

/** `a, b, c and 4 more`. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).join(', ')
  return names.length > NAMES_MAX ? `${shown} and ${names.length - NAMES_MAX} more` : shown
}

/** `1 file`, `3 files`. */
export const count = (number: number, one: string, many = `${one}s`): string => `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`

/** A path or name as one word of a POSIX shell, for a command to paste. */
export const shellWord = (text: string): string => (/^[A-Za-z0-9_./:@%+=,~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** Major, minor, patch of `v20.19.0` or `3.51.3`; what is no number counts as 0. */
export function atLeastVersion(version: string, least: readonly number[]): boolean {
  const parts = version.replace(/^v/, '').split(/[.+-]/).map(part => Number.parseInt(part, 10) || 0)
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}
