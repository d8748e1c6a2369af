// A folder written as a `file:` address, as agents that grew up in editors write it.
import { safeText } from '../core/tailing/safe-text.ts'

const DRIVE = /^\/[a-z]:/i

/** `file:///home/dev/my%20web` is `/home/dev/my web`; '' for anything that is no local folder. Core is compiled without URL. */
export function pathOfFileUri(uri: unknown): string {
  if (typeof uri !== 'string' || !/^file:\/\/(?:localhost)?\//i.test(uri)) return ''
  const path = decoded(uri.replace(/^file:\/\/(?:localhost)?/i, ''))
  return safeText(DRIVE.test(path) ? path.slice(1).replaceAll('/', '\\') : path.length > 1 ? path.replace(/\/+$/, '') : path)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
