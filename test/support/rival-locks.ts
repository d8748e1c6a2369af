// Two other ways to hold a name, raced beside ours: how looop 0.29.1 keeps its claims, written anew from a description of
// its behaviour, and `proper-lockfile` as it is published. Each is a folder of files.
import { closeSync, openSync, readFileSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { lock, unlock } from 'proper-lockfile'

/** One contestant in one process. */
export interface Lock {
  /** What proves the grant, as text; null: somebody else has it. */
  take(name: string): Promise<string | null>
  release(name: string): Promise<void>
}

// As often as looop tries when a holder turned out to be gone.
const TRIES_MAX = 8

/**
 * A file per name with the session in it. It is made and written in two steps; whatever cannot be read has no holder; a
 * holder whose pid is nobody's is removed without a second look, and then the taker tries again.
 */
export function looopLock(folder: string): Lock {
  const fileOf = (name: string): string => join(folder, `${name}.json`)
  const holderOf = (name: string): string => {
    try {
      return String((JSON.parse(readFileSync(fileOf(name), 'utf8')) as { session?: unknown }).session ?? '')
    } catch {
      return ''
    }
  }
  const own = String(process.pid)
  const remove = (name: string): void => { try { unlinkSync(fileOf(name)) } catch { /* its error is not looked at either */ } }
  const create = (name: string): boolean => {
    try {
      const file = openSync(fileOf(name), 'wx')
      writeSync(file, JSON.stringify({ session: own, name }))
      closeSync(file)
      return true
    } catch {
      return false
    }
  }
  return {
    async take(name) {
      for (let tries = 0; tries < TRIES_MAX; tries++) {
        if (create(name)) return 'held'
        const holder = holderOf(name)
        if (holder === own) return 'held'
        if (holder !== '' && isAlive(Number(holder))) return null
        remove(name)
      }
      return null
    },
    async release(name) {
      const holder = holderOf(name)
      if (holder === '' || holder === own || !isAlive(Number(holder))) remove(name)
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** As its documentation shows it: ten seconds without a sign of life and a lock counts as stale. */
export function properLock(folder: string): Lock {
  const fileOf = (name: string): string => join(folder, name)
  return {
    async take(name) {
      writeFileSync(fileOf(name), '', { flag: 'a' })
      try {
        await lock(fileOf(name), { stale: 10_000, onCompromised: () => undefined })
        return 'held'
      } catch {
        return null
      }
    },
    async release(name) { await unlock(fileOf(name)).catch(() => undefined) },
  }
}
