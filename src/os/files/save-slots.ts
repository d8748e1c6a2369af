// Bounded counters without a lock: a use is a file created exclusively, so of any number of hooks running at once, in
// the daemon or without it, only as many as there are slots get one. Names are digests: a session id is foreign text.
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Slot } from '../../core/enforcement/judge-hook.ts'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24)

/** Folder name of a lock's counters below `used/`. */
export const slotFolderName = (lock: string): string => digest(lock)

// Advice is told once per session and budget for as long as the daemon lives; past this many it may be told again.
const ADVICE_MAX = 10_000

/** Takes slots below `<locks folder>/used`. A slot that cannot be written counts as gone: the lock itself is certain. */
export function slotTaker(folder: string): (slot: Slot) => boolean {
  const advised = new Set<string>()
  return slot => {
    if (slot.kind === 'advice') {
      const key = `${slot.session}\u001f${slot.lock}`
      if (advised.has(key)) return false
      if (advised.size >= ADVICE_MAX) advised.clear()
      advised.add(key)
      return true
    }
    const place = join(folder, 'used', slotFolderName(slot.lock))
    const stem = `${digest(slot.session)}-${slot.kind}`
    try {
      mkdirSync(place, { recursive: true, mode: 0o700 })
      for (let use = 1; use <= slot.max; use++) if (createdNow(join(place, `${stem}-${use}`))) return true
      return false
    } catch {
      return false
    }
  }
}

function createdNow(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return false
    throw error
  }
}
