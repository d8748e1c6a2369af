// What is wrong with a config, as a list: every problem with its line, its key and what to type instead. Collecting
// them all is the point; fixing a file one error at a time is how people give up on strict schemas.
import { AppError } from '../core/errors.ts'

export interface Problem {
  /** Line and column from 1; 0 for what does not stand in the file. */
  readonly line: number
  readonly column: number
  /** The table it is about, as a person would call it: `[logs]`, `budget "web-daily"`, `environment`. */
  readonly where: string
  /** The key, '' where it is about a whole table or the syntax. */
  readonly key: string
  /** A clause that needs no more context: `limit is 1e3: not an amount ...`. */
  readonly message: string
  /** What to type next; '' where the message says it. */
  readonly fix: string
}

// More would scroll the first ones, which often cause the rest, off the screen.
const SHOWN_MAX = 20

/** The one error a bad config gives: all problems in file order, and in `context.problems` for programs. */
export function configInvalid(file: string, problems: readonly Problem[]): AppError {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
  const more = sorted.length > SHOWN_MAX ? [`  and ${sorted.length - SHOWN_MAX} more`] : []
  const [only] = sorted
  const message = sorted.length === 1 && only
    ? `${file}, ${problemText(only)}`
    : [`${file} has ${sorted.length} problems:`, ...sorted.slice(0, SHOWN_MAX).map(problem => `  ${problemText(problem)}`), ...more].join('\n')
  return new AppError('config_invalid', message, { context: { file, problems: sorted } })
}

/** `line 4, budget "web": limit is 1e3: not an amount of US dollars. Write: limit = "20.00"`. */
export function problemText({ line, where, message, fix }: Problem): string {
  const at = [...(line > 0 ? [`line ${line}`] : []), ...(where === '' ? [] : [where])].join(', ')
  return `${at}: ${message}${fix === '' ? '' : `${message.endsWith('?') ? '' : '.'} ${fix}`}`
}
