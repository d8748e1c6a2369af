// What SQLite's faults mean, and what their reader is told to do. The two drivers number them differently: not at all.
import { basename, dirname } from 'node:path'
import { shellWord } from '../../core/doctor/finding.ts'
import { AppError } from '../../core/errors.ts'

const BUSY = 5, CONSTRAINT = 19
const FULL = 13, CORRUPT = 11, IO_ERROR = 10, NOT_A_DATABASE = 26, READ_ONLY = 8, CANNOT_OPEN = 14
// What the optional driver throws from `all` carries no number, only SQLite's own fixed sentence.
const SENTENCES: readonly (readonly [RegExp, number])[] = [
  [/database (?:table )?is locked|busy/i, BUSY], [/database or disk is full/, FULL], [/readonly database/, READ_ONLY], [/disk image is malformed/, CORRUPT],
  [/file is not a database/, NOT_A_DATABASE], [/unable to open database file/, CANNOT_OPEN], [/disk I\/O error/, IO_ERROR], [/constraint failed/, CONSTRAINT],
]

const errorNumber = (error: unknown): number => {
  const { errcode } = error as { errcode?: unknown }
  if (typeof errcode === 'number') return errcode
  const message = String((error as Error).message)
  return SENTENCES.find(([sentence]) => sentence.test(message))?.[1] ?? 0
}
// The low byte is the primary code; the rest tells which kind of it it was.
const primaryOf = (error: unknown): number => errorNumber(error) & 0xff
export const isBusy = (error: unknown): boolean => primaryOf(error) === BUSY
/** A key is taken, a reference leads nowhere, or a value is not allowed. */
export const isConstraint = (error: unknown): boolean => primaryOf(error) === CONSTRAINT

const UNUSABLE = new Map([
  [FULL, 'the disk is full; free some space, nothing was lost'],
  [IO_ERROR, 'the disk failed while the database was read or written; look at its health, nothing half-done was kept'],
  [CORRUPT, 'the file is damaged'],
  [NOT_A_DATABASE, 'the file is not a purser database'],
  [READ_ONLY, 'the database is read-only; check the permissions of the state folder'],
  [CANNOT_OPEN, 'the database file cannot be opened; check that the state folder exists and is yours'],
])

export interface Where {
  readonly path: string
  /** What a person does about a file that is no good, one line each: whoever keeps copies knows better than an engine. */
  readonly cure?: () => readonly string[]
}

/** The fault as an `AppError` that says what to do; anything unknown as it is. */
export function translated(error: unknown, { path, cure = () => [anewFrom(path)] }: Where, failing = 'the database'): unknown {
  if (error instanceof AppError) return error
  const primary = primaryOf(error)
  if (primary === BUSY) return new AppError('store_busy', 'the database is locked by another process; try again', { cause: error })
  const why = UNUSABLE.get(primary)
  if (why === undefined) return error
  const lines = [`${failing} ${path}: ${why}`, ...(primary === CORRUPT || primary === NOT_A_DATABASE ? cure() : [])]
  return new AppError('store_unusable', lines.join('\n'), { cause: error })
}

/**
 * Logs are read again; what only the database knew stays in what is moved. With it go the files beside it: a log of one
 * database would be folded into the next one of that name.
 */
export const anewFrom = (path: string): string => `start anew from the logs: ${setAside(path)} && purser index)`
/** Ends within an open bracket, in the folder of the file. */
export const setAside = (path: string): string => `(cd ${shellWord(dirname(path))} && mkdir -p damaged && mv ${shellWord(basename(path))}* damaged/`
