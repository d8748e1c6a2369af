// One log file, opened so that nothing but that very file can be read, and the looks at it that a cursor is compared with.
// Knows no line and no agent.
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, realpathSync, type BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { HEAD_BYTES_MAX, TAIL_BYTES, type Cursor, type Look } from '../../core/tailing/cursor.ts'
import { digest } from '../../core/tailing/digest.ts'
import { instant, type Instant } from '../../core/time.ts'

export interface OpenLog {
  readonly fd: number
  readonly device: string
  readonly inode: string
  readonly size: number
  readonly modifiedAt: Instant
}
export type Opening =
  | { readonly opened: true; readonly log: OpenLog }
  | { readonly opened: false; readonly gone: true }
  | { readonly opened: false; readonly gone: false; readonly why: string }

// O_NONBLOCK: opening a FIFO that nobody writes to would wait for good.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a log below a resolved root. Refuses links (the file's own and any folder's above it), devices and folders; says
 * `gone` only when that is proven. `checked` remembers folders already resolved in this pass.
 */
export function openLog(path: string, root: string, checked: Map<string, string>): Opening {
  const folder = realFolder(dirname(path), checked)
  if (folder !== '' && folder !== dirname(path)) return refused(`its folder is now a link to ${folder}`)
  let fd: number
  try {
    fd = openSync(path, OPEN_FLAGS)
  } catch (error) {
    return isGone(path, root) ? { opened: false, gone: true } : refused(faultText(error))
  }
  try {
    const opened = fstatSync(fd, { bigint: true }), named = lstatSync(path, { bigint: true })
    if (!opened.isFile()) return closed(fd, 'it is not a regular file')
    if (opened.ino !== named.ino || opened.dev !== named.dev) return closed(fd, 'it was replaced while being opened')
    return { opened: true, log: { fd, ...identityOf(opened), size: Number(opened.size), modifiedAt: modifiedAt(opened.mtimeMs) } }
  } catch (error) {
    return closed(fd, faultText(error))
  }
}

const refused = (why: string): Opening => ({ opened: false, gone: false, why })

function closed(fd: number, why: string): Opening {
  closeSync(fd)
  return refused(why)
}

/** Whole milliseconds: every look at a file must come to the same number. */
export const modifiedAt = (mtimeMs: number | bigint): Instant => instant(Math.trunc(Number(mtimeMs)))

const identityOf = (stat: BigIntStats): { device: string; inode: string } => ({ device: String(stat.dev), inode: String(stat.ino) })

/** '' when it cannot be resolved; the open that follows then says why. */
function realFolder(folder: string, checked: Map<string, string>): string {
  const known = checked.get(folder)
  if (known !== undefined) return known
  let real = ''
  try {
    real = realpathSync.native(folder)
  } catch { /* the open says it better */ }
  checked.set(folder, real)
  return real
}

/** True only when the file itself does not exist while its root can be listed; an unmounted or forbidden root proves nothing. */
export function isGone(path: string, root: string): boolean {
  try {
    lstatSync(path)
    return false
  } catch (error) {
    if (codeOfFault(error) !== 'ENOENT') return false
  }
  try {
    readdirSync(root)
    return true
  } catch {
    return false
  }
}

export const codeOfFault = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? 'unknown')
const faultText = (error: unknown): string => `it cannot be read (${codeOfFault(error)})`

/** The bytes a cursor's fingerprints were taken over, as they are now, beside the digests for `transition`. */
export interface Prints { readonly look: Look; readonly head: Uint8Array; readonly tail: Uint8Array }

export function lookAt(log: OpenLog, cursor: Cursor | undefined): Prints {
  const head = cursor ? bytesAt(log.fd, 0, Math.min(cursor.headLength, HEAD_BYTES_MAX)) : NOTHING
  const tail = cursor ? bytesAt(log.fd, Math.max(0, cursor.offset - TAIL_BYTES), Math.min(cursor.offset, TAIL_BYTES)) : NOTHING
  const { device, inode, size } = log
  return {
    head: head ?? NOTHING, tail: tail ?? NOTHING,
    look: { device, inode, size, headNow: head && digest(head), tailNow: tail && digest(tail) },
  }
}

const NOTHING = new Uint8Array(0)

/** Exactly `length` bytes from `position`; null when the file is shorter. */
function bytesAt(fd: number, position: number, length: number): Uint8Array | null {
  const bytes = new Uint8Array(length)
  let read = 0
  while (read < length) {
    const got = readSync(fd, bytes, read, length - read, position + read)
    if (got === 0) return null
    read += got
  }
  return bytes
}
