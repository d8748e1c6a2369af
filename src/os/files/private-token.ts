// A secret of our own in a file that only its owner may read: made once, the same ever after.
import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'

const BYTES = 32
const PRIVATE = 0o600

/** The token in that file; made where there is none. Of two that make it at once, both use what is there then. */
export function privateToken(file: string): string {
  try {
    writeFileSync(file, `${randomBytes(BYTES).toString('base64url')}\n`, { mode: PRIVATE, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  // A copy that came back from a backup may be readable by others.
  chmodSync(file, PRIVATE)
  return readFileSync(file, 'utf8').trim()
}
