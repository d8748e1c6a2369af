// A client's settings file as bytes: read with its mode through symbolic links, written back whole and only if nobody
// else wrote it meanwhile. Knows nothing of what is inside.
import { createHash } from 'node:crypto'
import { chmodSync, closeSync, existsSync, fchmodSync, fchownSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { shellWord } from '../../core/doctor/finding.ts'
import { AppError, messageOf } from '../../core/errors.ts'

export interface SettingsBytes {
  /** The file itself, links resolved: what is written, so that a link into a dotfiles folder stays one. */
  readonly target: string
  /** null when there is no file yet. */
  readonly bytes: Buffer | null
}

// A settings file has kilobytes; a larger one is something else.
const BYTES_MAX = 4 * 1024 * 1024

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

export function readSettings(file: string): SettingsBytes {
  const entry = reading(file, () => lstatSync(file, { throwIfNoEntry: false }))
  if (!entry) return { target: file, bytes: null }
  const target = entry.isSymbolicLink() ? linkTarget(file) : file
  const found = statSync(target)
  if (!found.isFile()) throw new AppError('invalid_input', `${target} is not a regular file`)
  if (found.size > BYTES_MAX) throw new AppError('invalid_input', `${target} is larger than ${BYTES_MAX} bytes: not a settings file`)
  return { target, bytes: reading(target, () => readFileSync(target)) }
}

function linkTarget(file: string): string {
  try {
    return realpathSync(file)
  } catch (error) {
    throw new AppError('invalid_input', `${file} is a symbolic link to nothing; make its target or remove the link`, { cause: error })
  }
}

/** The text, or `invalid_input`: bytes that are no UTF-8 would not survive being read as text. */
export function settingsText(read: SettingsBytes): string {
  try {
    return read.bytes === null ? '' : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read.bytes)
  } catch {
    throw new AppError('invalid_input', `${read.target} is not UTF-8 text; it was left untouched`)
  }
}

/** Replaces the file by a rename, with its mode and owner. `conflict` when it is no longer what was read. */
export function writeSettings(read: SettingsBytes, bytes: Buffer): void {
  const { target } = read
  const before = reading(target, () => statSync(target, { throwIfNoEntry: false }))
  if (before && (before.mode & 0o200) === 0) throw new AppError('unavailable', `${target} is read-only; allow writing with: chmod u+w ${shellWord(target)}`)
  const unfinished = join(dirname(target), `.${basename(target)}.purser-${process.pid}`)
  writing(target, unfinished, () => {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
    rmSync(unfinished, { force: true })
    const handle = openSync(unfinished, 'wx', 0o600)
    try {
      writeSync(handle, bytes)
      if (before) {
        if (process.getuid?.() === 0) fchownSync(handle, before.uid, before.gid)
        fchmodSync(handle, before.mode & 0o7777)
      }
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  })
  if (!unchangedSince(read)) {
    rmSync(unfinished, { force: true })
    throw new AppError('conflict', `${target} was changed by somebody else at this moment; nothing was written, try again`)
  }
  writing(target, unfinished, () => renameSync(unfinished, target))
}

/** Removes a file that did not exist before us. `conflict` when it is no longer what was read. */
export function removeSettings(read: SettingsBytes): void {
  if (!unchangedSince(read)) throw new AppError('conflict', `${read.target} was changed by somebody else at this moment; nothing was removed, try again`)
  writing(read.target, null, () => rmSync(read.target))
}

function unchangedSince(read: SettingsBytes): boolean {
  const now = statSync(read.target, { throwIfNoEntry: false }) ? readFileSync(read.target) : null
  return now === null || read.bytes === null ? now === read.bytes : now.equals(read.bytes)
}

/** Puts one of purser's own files in place: temporary file, then rename. */
export function putFile(file: string, bytes: Buffer | string, mode: number): void {
  const unfinished = `${file}.${process.pid}.tmp`
  writing(file, unfinished, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    rmSync(unfinished, { force: true })
    const handle = openSync(unfinished, 'wx', mode)
    try {
      writeSync(handle, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    chmodSync(unfinished, mode)
    renameSync(unfinished, file)
  })
}

function reading<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw closed(file, 'read', error)
  }
}

function writing(file: string, unfinished: string | null, write: () => void): void {
  try {
    write()
  } catch (error) {
    if (unfinished !== null) removeIfThere(unfinished)
    throw closed(file, 'written', error)
  }
}

/** What was begun beside it. A folder that does not exist, or may not be written, holds none. */
function removeIfThere(unfinished: string): void {
  try { rmSync(unfinished, { force: true }) } catch { /* the fault that is being reported says it all */ }
}

/** The machine's state, not a refusal of ours: waiting or a person helps. */
function closed(file: string, deed: 'read' | 'written', error: unknown): AppError {
  const { code } = error as { code?: unknown }
  const look = code === 'ENOSPC' || code === 'EDQUOT' ? `free some space: df -h ${shellWord(nearest(dirname(file)))}` : `look who may: ls -ld ${shellWord(nearest(dirname(file)))} ${shellWord(file)}`
  return new AppError('unavailable', `${file} cannot be ${deed} (${messageOf(error)})\n${look}`, { cause: error })
}

/** The folder itself, or the first above it that is there to be looked at. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder))
}
