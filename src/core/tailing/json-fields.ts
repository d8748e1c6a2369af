// Fields of foreign JSON, picked by name from values that may be anything. Nothing here throws.
import { instant, isPlausible, parseInstant, SECOND_MS, type Instant } from '../time.ts'
import { safeText } from './safe-text.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object at this path of keys; an empty one when any step of it is missing or something else. */
export function objectIn(value: unknown, ...keys: readonly string[]): JsonObject {
  let here: unknown = value
  for (const key of keys) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined
  return isObject(here) ? here : {}
}

/** A string as storable text; '' for anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? safeText(value) : '')

/** The first of these that is a string with something in it, as storable text. */
export function firstText(...values: readonly unknown[]): string {
  for (const value of values) if (typeof value === 'string' && value !== '') return safeText(value)
  return ''
}

/** Parsed JSON, or undefined where the text is none. */
export function parsedJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

// No agent's log is older than this in milliseconds (1973); every date since 1973 is smaller in seconds.
const SECONDS_BELOW = 100_000_000_000

// What SQLite's datetime() writes: UTC without saying so.
const SQLITE_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)$/

/** Epoch milliseconds, epoch seconds (whole or not), RFC 3339, or SQLite's own text; null for anything else and for implausible dates. */
export function instantOf(value: unknown): Instant | null {
  if (typeof value === 'string') return parseInstant(value.replace(SQLITE_TIME, '$1T$2Z'))
  const number = typeof value === 'bigint' ? Number(value) : value
  if (typeof number !== 'number') return null
  const epochMs = Math.trunc(number < SECONDS_BELOW ? number * SECOND_MS : number)
  return isPlausible(epochMs) ? instant(epochMs) : null
}
