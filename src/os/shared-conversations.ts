// One folder of conversations for two homes: the one home's becomes a link to the other's, after what it held was copied
// there. Nothing is overwritten and nothing deleted: what was there stays beside the link, under a name of its own.
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, type Stats } from 'node:fs'
import { dirname, join } from 'node:path'

/** Behind the folder's own name. */
export const BEFORE = '.before-purser'
const PRIVATE_FOLDER = 0o700
// Homes of a year hold thousands; more than this is no folder of conversations.
const FILES_MAX = 200_000

export type ShareState =
  | { readonly state: 'shared' }
  /** `files`: of its own, to be copied; `taken`: paths that the other home has too, with another content. */
  | { readonly state: 'apart'; readonly files: readonly string[]; readonly bytes: number; readonly taken: readonly string[] }
  | { readonly state: 'elsewhere'; readonly target: string }
  | { readonly state: 'refused'; readonly because: string }

/** `folder`: such as `projects`. Looks only. */
export function shareState(home: string, other: string, folder: string): ShareState {
  const own = join(home, folder), shared = join(other, folder)
  if (!existsSync(shared)) return { state: 'refused', because: `${shared} does not exist; start the client there once` }
  const link = lstatOf(own)
  if (link?.isSymbolicLink()) return realOf(own) === realOf(shared) ? { state: 'shared' } : { state: 'elsewhere', target: realOf(own) ?? 'nowhere' }
  if (link && realOf(own) === realOf(shared)) return { state: 'shared' }
  if (link && !link.isDirectory()) return { state: 'refused', because: `${own} is no folder` }
  if (existsSync(own + BEFORE)) return { state: 'refused', because: `${own}${BEFORE} is there from an earlier time; look at it, and move it away` }
  const files = link ? filesBelow(own) : []
  if (files === null) return { state: 'refused', because: `${own} holds more than ${FILES_MAX} files, or something that is neither file nor folder` }
  const sizes = files.map(file => statSync(join(own, file)).size)
  const taken = files.filter((file, index) => { const there = statOf(join(shared, file)); return there !== null && (!there.isFile() || there.size !== sizes[index]) })
  return { state: 'apart', files, bytes: sizes.reduce((sum, size) => sum + size, 0), taken }
}

/** Copies, then puts the own folder aside, then links; done again after a crash it finds its own work. */
export function share(home: string, other: string, folder: string, files: readonly string[]): { readonly backup: string | null } {
  const own = join(home, folder), shared = join(other, folder)
  for (const file of files) copyWhole(join(own, file), join(shared, file))
  const backup = existsSync(own) ? own + BEFORE : null
  if (backup !== null) renameSync(own, backup)
  mkdirSync(home, { recursive: true, mode: PRIVATE_FOLDER })
  symlinkSync(realpathSync.native(shared), own)
  return { backup }
}

/** The link goes, and what was put aside comes back; what was copied stays with the other home. False where there is no link. */
export function unshare(home: string, folder: string): boolean {
  const own = join(home, folder)
  if (!(lstatOf(own)?.isSymbolicLink() ?? false)) return false
  rmSync(own)
  if (existsSync(own + BEFORE)) renameSync(own + BEFORE, own)
  return true
}

function copyWhole(from: string, to: string): void {
  if (existsSync(to)) return
  mkdirSync(dirname(to), { recursive: true, mode: PRIVATE_FOLDER })
  const beside = `${to}.purser-part`
  copyFileSync(from, beside)
  if (statSync(beside).size !== statSync(from).size) throw new Error(`${from} changed while it was copied`)
  renameSync(beside, to)
}

/** Relative paths of plain files; null where there is anything else, or too much. */
function filesBelow(root: string): readonly string[] | null {
  const found: string[] = []
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue
    if (!entry.isFile() || found.length >= FILES_MAX) return null
    found.push(join(entry.parentPath, entry.name).slice(root.length + 1))
  }
  return found.sort()
}

const lstatOf = (path: string): Stats | null => lstatSync(path, { throwIfNoEntry: false }) ?? null
const statOf = (path: string): Stats | null => statSync(path, { throwIfNoEntry: false }) ?? null
const realOf = (path: string): string | null => { try { return realpathSync.native(path) } catch { return null } }
