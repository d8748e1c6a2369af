// The pool: seats whose names are a prefix and a number in one range. A name outside of it is somebody else's, whatever it
// begins with: x-1 is never x-10. Decides which seats to open and close; opens none itself.
import { isTerminalName } from './terminals.ts'

export interface PoolSettings {
  readonly prefix: string
  readonly startIndex: number
  /** Kept open by `pool up`, and at most open, tasks included. */
  readonly min: number
  readonly max: number
  /** What sits in a pool session that is no task. */
  readonly agent: string
  /** Absolute; '' = home. */
  readonly project: string
}

/** A session of a name and a folder of its own, which the configuration keeps. */
export interface NamedSession {
  readonly name: string
  /** Absolute. */
  readonly project: string
  readonly agent: string
  /** Id or home of an account; '' = the one new work starts on. */
  readonly account: string
}

/** Index of a pool seat; null for every other name. */
export function poolIndex({ prefix, startIndex, max }: Pick<PoolSettings, 'prefix' | 'startIndex' | 'max'>, name: string): number | null {
  if (!name.startsWith(prefix)) return null
  const digits = name.slice(prefix.length)
  if (!/^(?:0|[1-9]\d{0,5})$/.test(digits)) return null
  const index = Number(digits)
  return index >= startIndex && index < startIndex + max ? index : null
}

/** Names of the range that nobody has, the lowest first. */
export function freeNames(pool: Pick<PoolSettings, 'prefix' | 'startIndex' | 'max'>, taken: ReadonlySet<string>): readonly string[] {
  return Array.from({ length: pool.max }, (_, at) => `${pool.prefix}${pool.startIndex + at}`).filter(name => !taken.has(name))
}

export const isPoolPrefix = (prefix: string): boolean => prefix === '' ? false : isTerminalName(`${prefix}999999`)

/** What becomes of the sessions of a pool that are no tasks, to be `wanted` many. Busy ones are never closed. */
export interface PoolPlan { readonly open: readonly string[]; readonly close: readonly string[]; /** Would have to go, and work. */ readonly busy: readonly string[]; /** Wanted, and the range has no room. */ readonly missing: number }
export interface PoolSeat { readonly name: string; readonly busy: boolean }

export function planPool(pool: PoolSettings, { wanted, seats, taken }: { readonly wanted: number; /** Sessions of the pool now. */ readonly seats: readonly PoolSeat[]; /** Every name there is, theirs and others'. */ readonly taken: ReadonlySet<string> }): PoolPlan {
  const own = seats.filter(({ name }) => poolIndex(pool, name) !== null)
  if (own.length < wanted) {
    const open = freeNames(pool, taken).slice(0, Math.max(0, Math.min(wanted - own.length, pool.max - own.length)))
    return { open, close: [], busy: [], missing: wanted - own.length - open.length }
  }
  // The highest first, so that a pool shrinks towards its start.
  const surplus = own.toSorted((a, b) => (poolIndex(pool, b.name) ?? 0) - (poolIndex(pool, a.name) ?? 0))
  const close = surplus.filter(({ busy }) => !busy).slice(0, own.length - wanted)
  const left = own.length - wanted - close.length
  return { open: [], close: close.map(({ name }) => name), busy: surplus.filter(({ busy }) => busy).slice(0, left).map(({ name }) => name), missing: 0 }
}
