// The projection of locks and markers to one file each, for hooks that must decide while the daemon is down. Derived
// from database rows and rebuilt from them whenever a file differs; one bad file is reported and never hides the rest.
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf } from '../../core/errors.ts'
import { isLockId, LOCK_FILE_CHARS_MAX, lockFileText, readLockFile, type Marker, type Projected, type ProjectedLock } from '../../core/enforcement/lock-file.ts'
import type { Instant } from '../../core/time.ts'
import { slotFolderName } from './save-slots.ts'

const HEARTBEAT = 'heartbeat'
const USED = 'used'
const OURS = /^[A-Za-z0-9_-]{1,80}\.(lock|mark)$/
const UNFINISHED = /^\..*\.tmp$/
// A writer that has not renamed its file for a minute is gone.
const UNFINISHED_MS = 60_000
// More locks than any machine has; a bound for a hook that must answer in milliseconds.
const FILES_MAX = 2_000

export interface FileProblem { readonly file: string; readonly problem: string }
export interface ProjectionChanges {
  readonly written: readonly string[]
  readonly removed: readonly string[]
  readonly unchanged: number
  /** Files that were there and not what we wrote; rebuilt. */
  readonly damaged: readonly FileProblem[]
  /** Names in the folder that we never give; left alone. */
  readonly foreign: readonly string[]
  /** What could not be written or removed; the others were. */
  readonly failed: readonly FileProblem[]
}

/**
 * Brings the folder to exactly these locks and markers. Doing it again changes nothing. Expired locks are taken out.
 * The files are there for every reader when this returns; `syncFolder` lets them survive a power cut.
 */
export function projectLocks(want: { readonly folder: string; readonly locks: readonly ProjectedLock[]; readonly markers: readonly Marker[]; readonly now: Instant }): ProjectionChanges {
  const { folder, now } = want
  ensureFolder(folder)
  const locks = want.locks.filter(({ lock }) => lock.released === null && (lock.expiresAt === null || lock.expiresAt > now))
  const wanted = new Map([...locks, ...want.markers].map(projected => [fileNameOf(projected), lockFileText(projected)]))
  const written: string[] = [], removed: string[] = [], damaged: FileProblem[] = [], foreign: string[] = [], failed: FileProblem[] = []
  let unchanged = 0
  for (const [name, text] of wanted) {
    const found = readWhole(join(folder, name))
    if (found.state === 'read' && found.text === text && found.private) { unchanged++; continue }
    const problem = damageOf(found, name)
    if (problem !== null) damaged.push({ file: name, problem })
    attempt(failed, name, () => { writeWhole(folder, name, text); written.push(name) })
  }
  for (const name of readdirSync(folder)) {
    if (wanted.has(name) || name === HEARTBEAT || name === USED) continue
    if (OURS.test(name)) attempt(failed, name, () => { rmSync(join(folder, name)); removed.push(name) })
    else if (UNFINISHED.test(name)) attempt(failed, name, () => removeUnfinished(join(folder, name), now))
    else foreign.push(name)
  }
  removeUsed(folder, new Set(locks.map(({ lock }) => slotFolderName(lock.id))))
  return { written, removed, unchanged, damaged, foreign, failed }
}

/** The daemon's sign of life: fail-closed rules trust the projection while it is young. Not synced: losing it is safe. */
export function beat(folder: string, now: Instant): void {
  ensureFolder(folder)
  const unfinished = join(folder, `.${HEARTBEAT}.${process.pid}.tmp`)
  const handle = openSync(unfinished, 'w', 0o600)
  try { writeSync(handle, `${now}\n`) } finally { closeSync(handle) }
  renameSync(unfinished, join(folder, HEARTBEAT))
}

/** On a clean stop: nobody vouches from here on. */
export function stopBeating(folder: string): void {
  rmSync(join(folder, HEARTBEAT), { force: true })
}

export interface ReadProjection {
  readonly locks: readonly ProjectedLock[]
  readonly markers: readonly Marker[]
  readonly damaged: readonly FileProblem[]
  readonly beatAt: Instant | null
}

/** What the folder says now. Never throws: a folder that is not there says nothing. */
export function readProjection(folder: string): ReadProjection {
  const locks: ProjectedLock[] = [], markers: Marker[] = [], damaged: FileProblem[] = []
  for (const name of namesIn(folder).filter(found => OURS.test(found)).slice(0, FILES_MAX)) {
    const found = readWhole(join(folder, name))
    if (found.state === 'missing') continue
    const problem = damageOf(found, name)
    if (problem !== null || found.state !== 'read') { damaged.push({ file: name, problem: problem ?? 'unreadable' }); continue }
    const read = readLockFile(found.text)
    if (read.ok && read.projected.kind === 'lock') locks.push(read.projected)
    else if (read.ok && read.projected.kind === 'marker') markers.push(read.projected)
  }
  return { locks, markers, damaged, beatAt: readBeat(folder) }
}

function readBeat(folder: string): Instant | null {
  const found = readWhole(join(folder, HEARTBEAT))
  return found.state === 'read' && /^\d{1,15}\n?$/.test(found.text) ? Number(found.text) as Instant : null
}

/** Lock ids are ours; a marker is named by a digest, because rule ids are what a person typed. */
export function fileNameOf(projected: Projected): string {
  if (projected.kind === 'lock') {
    if (!isLockId(projected.lock.id)) throw new AppError('internal', `"${projected.lock.id}" cannot be the name of a lock file`)
    return `${projected.lock.id}.lock`
  }
  const { why, rule, per, perValue } = projected
  return `M${createHash('sha256').update(JSON.stringify([why, rule, per, perValue])).digest('hex').slice(0, 24)}.mark`
}

type Found = { readonly state: 'missing' } | { readonly state: 'odd'; readonly problem: string } | { readonly state: 'read'; readonly text: string; readonly private: boolean }

function readWhole(path: string): Found {
  try {
    const entry = lstatSync(path, { throwIfNoEntry: false })
    if (!entry) return { state: 'missing' }
    if (!entry.isFile()) return { state: 'odd', problem: 'not a regular file' }
    if (entry.size > LOCK_FILE_CHARS_MAX) return { state: 'odd', problem: `${entry.size} bytes` }
    return { state: 'read', text: readFileSync(path, 'utf8'), private: (entry.mode & 0o777) === 0o600 }
  } catch (error) {
    return { state: 'odd', problem: messageOf(error) }
  }
}

function damageOf(found: Found, name: string): string | null {
  if (found.state === 'missing') return null
  if (found.state === 'odd') return found.problem
  const read = readLockFile(found.text)
  if (!read.ok) return read.problem
  // A copy under another name would outlive the lock it was copied from.
  return fileNameOf(read.projected) === name ? null : `holds what belongs into ${fileNameOf(read.projected)}`
}

/** Temporary file, fsync, rename: a reader sees the old text or the new one, after a power loss too. */
function writeWhole(folder: string, name: string, text: string): void {
  const unfinished = join(folder, `.${name}.${process.pid}.tmp`)
  rmSync(unfinished, { force: true })
  const handle = openSync(unfinished, 'wx', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    renameSync(unfinished, join(folder, name))
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

function ensureFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new AppError('unavailable', `the folder for lock files ${folder} cannot be made (${messageOf(error)}); hooks would not deny while the daemon is down`, { cause: error })
  }
}

/** Beside whatever else there is to do: the first signal must not wait for a slow disk to write a folder. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot sync a folder. What a power cut takes is written again from the rows when the daemon starts.
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

function removeUnfinished(path: string, now: Instant): void {
  if (now - statSync(path).mtimeMs > UNFINISHED_MS) rmSync(path, { force: true })
}

/** Save-work counters of locks that are gone. */
function removeUsed(folder: string, kept: ReadonlySet<string>): void {
  for (const name of namesIn(join(folder, USED))) if (!kept.has(name)) rmSync(join(folder, USED, name), { recursive: true, force: true })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function attempt(failed: FileProblem[], file: string, deed: () => void): void {
  try {
    deed()
  } catch (error) {
    failed.push({ file, problem: messageOf(error) })
  }
}
