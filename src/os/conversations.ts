// Conversations as files: how long one is, and whether it lies where another login would find it. Their text is not read here.
import { realpathSync, statSync } from 'node:fs'
import { sep } from 'node:path'

/** null where there is no such file. */
export function bytesOf(path: string): number | null {
  try {
    const found = statSync(path)
    return found.isFile() ? found.size : null
  } catch {
    return null
  }
}

/** Is it, whatever links lead there, a file below one of these folders? The folders are real paths. */
export function liesBelow(path: string, folders: readonly string[]): boolean {
  try {
    const real = realpathSync.native(path)
    return folders.some(folder => real.startsWith(folder.endsWith(sep) ? folder : folder + sep))
  } catch {
    return false
  }
}
