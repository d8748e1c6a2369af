// One reader per kind of value: what TOML holds in, what we mean out, or words for what is wrong. A reader knows no
// file and no line. Numbers arrive as the digits that were written, because a double has already lost some of them.
import { parseGlob } from '../core/budgets/glob.ts'
import { zoneValid } from '../core/budgets/zone.ts'
import { parseDecimal, signOf } from '../core/external/decimal.ts'
import { nearestWord } from '../core/config/nearest.ts'
import { messageOf } from '../core/errors.ts'
import { parseUsd, type NanoUsd } from '../core/money.ts'
import { durationText, parseDurationMs } from '../core/time.ts'

/** A TOML number as written: `0.1`, `1_000`, `1e3`, `nan`. */
export class NumberText {
  readonly text: string
  constructor(text: string) { this.text = text }
}

/** `instead` is the TOML that was most likely meant, where that is plain. */
export type Read<T> = { readonly value: T } | { readonly wrong: string; readonly instead?: string }
export type Reader<T> = (input: unknown) => Read<T>

const value = <T>(found: T): Read<T> => ({ value: found })
const wrong = (message: string, instead?: string): Read<never> => ({ wrong: message, ...(instead !== undefined && { instead: JSON.stringify(instead) }) })

/** How a value is shown in an error: as written, and short. */
export function shown(input: unknown): string {
  if (input instanceof NumberText) return input.text
  const text = typeof input === 'string' ? JSON.stringify(input) : Array.isArray(input) ? 'a list' : typeof input === 'object' ? 'a table or date' : String(input)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

const not = (input: unknown, expected: string, instead?: string): Read<never> => wrong(`is ${shown(input)}, but must be ${expected}`, instead)

// Control characters have no place in a name, an address or a token, and would reach a terminal from there; half a
// surrogate pair cannot be written to a file.
const CONTROL = /[\p{Cc}\p{Cs}]/u
const TEXT_LENGTH_MAX = 2_000

export const text = (expected = 'text in quotes'): Reader<string> => input => {
  if (typeof input !== 'string' || input === '') return not(input, expected)
  if (input.length > TEXT_LENGTH_MAX) return wrong(`is longer than ${TEXT_LENGTH_MAX} characters`)
  return CONTROL.test(input) ? wrong('holds control characters') : value(input)
}

export const flag: Reader<boolean> = input => (typeof input === 'boolean' ? value(input) : not(input, 'true or false, without quotes'))

/** One of a few words; `alias` maps what users also say. */
export const choice = <T extends string>(words: readonly T[], alias: Readonly<Record<string, T>> = {}): Reader<T> => input => {
  const found = words.find(word => word === input) ?? (typeof input === 'string' ? alias[input] : undefined)
  if (found !== undefined) return value(found)
  const meant = typeof input === 'string' ? nearestWord(input, [...words, ...Object.keys(alias)].filter(word => word !== '')) : null
  const list = words.map(word => JSON.stringify(word)).join(', ')
  return not(input, `one of ${list}`, meant === null ? undefined : alias[meant] ?? meant)
}

const WHOLE = /^\d{1,15}$/

export const whole = (least: number, most: number): Reader<number> => input => {
  const digits = input instanceof NumberText ? input.text.replaceAll('_', '').replace(/^\+/, '') : ''
  const number = WHOLE.test(digits) ? Number(digits) : Number.NaN
  return number >= least && number <= most ? value(number) : not(input, `a whole number from ${least} to ${most}`)
}

/** US dollars from decimal text, quoted or not; never by way of a double. */
export const money: Reader<NanoUsd> = input => {
  if (!(input instanceof NumberText) && typeof input !== 'string') return not(input, 'an amount of US dollars such as "20.00"')
  try {
    return value(parseUsd(input instanceof NumberText ? input.text.replaceAll('_', '') : input))
  } catch (error) {
    return wrong(`is ${shown(input)}: ${messageOf(error).replace(/^".*?" is not/, 'not')}`)
  }
}

export const duration = (leastMs: number, mostMs: number): Reader<number> => input => {
  // A bare zero needs no unit.
  const ms = input instanceof NumberText && input.text === '0' ? 0 : typeof input === 'string' ? parseDurationMs(input) : null
  if (ms === null) return not(input, 'a duration with its unit, such as "30s", "5m" or "500ms"')
  const range = `from "${leastMs < 1000 ? `${leastMs}ms` : durationText(leastMs)}" to "${durationText(mostMs)}"`
  return ms >= leastMs && ms <= mostMs ? value(ms) : not(input, range)
}

const SIZE = /^(\d{1,9})\s*(B|kB|KB|KiB|MB|MiB|GB|GiB)$/
const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, KB: 1e3, KiB: 2 ** 10, MB: 1e6, MiB: 2 ** 20, GB: 1e9, GiB: 2 ** 30 }

export const size = (least: number, most: number): Reader<number> => input => {
  const match = typeof input === 'string' ? SIZE.exec(input.trim()) : null
  if (!match) return not(input, 'a size with its unit, such as "10MiB"')
  const bytes = Number(match[1]) * (SIZE_UNITS[match[2] ?? ''] as number)
  return bytes >= least && bytes <= most ? value(bytes) : not(input, `from ${least} to ${most} bytes`)
}

export const zone: Reader<string> = input => {
  if (typeof input !== 'string') return not(input, 'an IANA time zone such as "Europe/Paris" or "UTC"')
  if (zoneValid(input)) return value(input)
  const meant = nearestWord(input, Intl.supportedValuesOf('timeZone'))
  return wrong(`is ${shown(input)}, which is not a time zone of the IANA list`, meant ?? undefined)
}

/** A zone, or '' for the one of the whole file. */
export const zoneOrEmpty: Reader<string> = input => (input === '' ? value('') : zone(input))

export const glob: Reader<string> = input => {
  if (typeof input !== 'string') return not(input, 'a pattern in quotes, such as "web-*"')
  if (CONTROL.test(input)) return wrong('holds control characters')
  const parsed = parseGlob(input)
  return parsed.ok ? value(input) : wrong(`${input === '' ? '' : `is ${shown(input)}, a pattern that `}${parsed.problem.message}`)
}

/** An absolute folder, or one below the home folder. */
export const folder: Reader<string> = input => {
  const read = text('a folder such as "/srv/logs" or "~/logs"')(input)
  if ('wrong' in read) return read
  return /^(\/|~\/|[A-Za-z]:[\\/])/.test(read.value) ? read : not(input, 'an absolute folder, or one that begins with "~/"')
}

export const list = <T>(item: Reader<T>, most: number): Reader<readonly T[]> => input => {
  if (!Array.isArray(input)) return not(input, 'a list in square brackets')
  if (input.length > most) return wrong(`has ${input.length} items, but at most ${most} are taken`)
  const found: T[] = []
  for (const [position, each] of input.entries()) {
    const read = item(each)
    if ('wrong' in read) return wrong(`item ${position + 1} ${read.wrong}`)
    found.push(read.value)
  }
  return value(found)
}

/** An http(s) address. Credentials in it would end up in messages; a token has its own key. */
export const address: Reader<string> = input => {
  if (typeof input !== 'string' || !URL.canParse(input)) return not(input, 'a web address such as "https://ntfy.example/purser"')
  const url = new URL(input)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return wrong('must begin with https:// or http://')
  return url.username === '' && url.password === '' ? value(input) : wrong('holds a user name or password; put a token into the key "token"')
}

const DAY = /^\d{4}-\d\d-\d\d$/
/** A day of the calendar, or '' for none. */
export const dayOrEmpty: Reader<string> = input => {
  const real = typeof input === 'string' && DAY.test(input) && new Date(`${input}T00:00:00Z`).toISOString().startsWith(input)
  return input === '' || real ? value(input as string) : not(input, 'a day such as "2026-11-21", or ""')
}

/** A price above zero as decimal text of any precision. */
export const positive: Reader<string> = input => {
  const said = input instanceof NumberText ? input.text.replaceAll('_', '') : typeof input === 'string' ? input : ''
  const amount = parseDecimal(said)
  return amount !== null && signOf(amount) > 0 ? value(said) : not(input, 'an amount of US dollars above zero, such as "0.9998"')
}

/** The address of a contract; case is a checksum that not everyone writes. */
export const contract: Reader<string> = input =>
  (typeof input === 'string' && /^0x[0-9a-fA-F]{40}$/.test(input) ? value(input.toLowerCase()) : not(input, 'an address of 40 hexadecimal digits behind 0x'))

/** The http(s) address of a node; its path may be a key, so it is not shown. */
export const nodeAddress: Reader<string> = input => {
  if (typeof input !== 'string' || !URL.canParse(input) || !/^https?:$/.test(new URL(input).protocol)) return wrong('must be a web address such as "http://127.0.0.1:8545"')
  const { username, password } = new URL(input)
  return username === '' && password === '' ? value(input) : wrong('holds a user name or password, which no node is sent')
}

// A budget's id is typed in commands and stands in lock names and events.
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
export const id: Reader<string> = input =>
  typeof input === 'string' && ID.test(input) ? value(input) : not(input, 'a name of letters, digits, ".", "_" and "-", at most 64 long')
