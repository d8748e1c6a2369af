// What arrives over the socket about claims, checked once: any program may speak there, and a typing error of its author
// is told by name. Behind this door shapes are trusted.
import type { ClaimAsker } from '../../api/claim-answers.ts'
import { REASON_CHARS_MAX, TTL_MAX_MS, TTL_MIN_MS, TTL_MS } from '../../core/claims/claim.ts'
import { AppError } from '../../core/errors.ts'
import { DAY_MS, durationText, instant, isoText, parseDurationMs, parseInstant, type Instant } from '../../core/time.ts'

const TICKET = /^[A-Za-z0-9_-]{1,80}$/
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

export interface AskedInput { readonly names: readonly string[]; readonly cwd: string; readonly asker: ClaimAsker }

export function askedFrom(input: unknown): AskedInput {
  const { names, cwd, asker } = fields(input)
  if (!Array.isArray(names) || !names.every(name => typeof name === 'string')) throw wrong('names', 'a list of texts')
  return { names, cwd: folderFrom(cwd), asker: askerFrom(asker) }
}

export function placedFrom(input: unknown): Omit<AskedInput, 'names'> {
  const { cwd, asker } = fields(input)
  return { cwd: folderFrom(cwd), asker: askerFrom(asker) }
}

/** One name and the folder it is meant in. */
export function placeFrom(input: unknown): { readonly name: string; readonly cwd: string } {
  const { name, cwd } = fields(input)
  if (typeof name !== 'string') throw wrong('name', 'a text')
  return { name, cwd: folderFrom(cwd) }
}

function folderFrom(cwd: unknown): string {
  if (typeof cwd !== 'string' || !cwd.startsWith('/')) throw wrong('cwd', 'an absolute folder')
  return cwd
}

export function askerFrom(asker: unknown): ClaimAsker {
  const { pid, startTime, session, as } = fields(asker, 'asker')
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) throw wrong('asker.pid', 'the pid of the program that asks')
  if (as !== undefined && as !== 'session' && as !== 'process') throw wrong('asker.as', '"session" or "process"')
  return { pid, ...textIf('startTime', startTime), ...textIf('session', session), ...(as === undefined ? {} : { as }) }
}

function textIf<N extends string>(name: N, value: unknown): Partial<Record<N, string>> {
  if (value === undefined) return {}
  if (typeof value !== 'string' || value === '') throw wrong(`asker.${name}`, 'a text')
  return { [name]: value } as Record<N, string>
}

/** null: nothing was said. One line that a terminal can show. */
export function reasonOf(given: unknown): string | null {
  if (given === undefined) return null
  if (typeof given !== 'string') throw wrong('reason', 'a text')
  const reason = given.replace(UNSEEN, ' ').replace(/ +/g, ' ').trim()
  if (reason.length > REASON_CHARS_MAX) throw new AppError('invalid_input', `a reason has at most ${REASON_CHARS_MAX} characters; this one has ${reason.length}`)
  return reason
}

export function ttlOf(given: unknown): number {
  if (given === undefined) return TTL_MS
  const ms = typeof given === 'string' ? parseDurationMs(given) : null
  if (ms === null || ms < TTL_MIN_MS || ms > TTL_MAX_MS) throw wrong('ttl', `a duration from ${durationText(TTL_MIN_MS)} to ${durationText(TTL_MAX_MS)}, like 10m`)
  return ms
}

/** A day at most: what waits longer is forgotten by whoever asked. */
export function deadlineOf(given: unknown, now: Instant): Instant {
  const at = typeof given === 'string' ? parseInstant(given) : null
  if (at === null) throw wrong('until', `an instant like ${isoText(now)}`)
  return instant(Math.min(at, now + DAY_MS))
}

export function ticketOf(given: unknown): string {
  if (typeof given !== 'string' || !TICKET.test(given)) throw wrong('ticket', 'an id of letters, digits, - and _')
  return given
}

export function tokenOf(given: unknown, name = 'token'): number | null {
  if (given === undefined) return null
  if (typeof given !== 'number' || !Number.isSafeInteger(given) || given < 1) throw wrong(name, 'the number that claim.take answered')
  return given
}

export function tokensFrom(given: unknown): readonly (readonly [string, number])[] {
  if (given === undefined) return []
  return Object.entries(fields(given, 'tokens')).map(([name, token]) => [name, tokenOf(token, `tokens["${name.slice(0, 40)}"]`) as number])
}

// A commit of more files is looked at by its first ones; git itself takes longer to list them.
const PATHS_MAX = 10_000

export function pathsFrom(given: unknown): readonly string[] {
  if (given === undefined) return []
  if (!Array.isArray(given) || !given.every((path): path is string => typeof path === 'string' && path !== '')) throw wrong('paths', 'a list of paths')
  return given.slice(0, PATHS_MAX)
}

export function fields(value: unknown, name = 'the request'): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, 'an object')
  return value as Readonly<Record<string, unknown>>
}

const wrong = (name: string, wanted: string): AppError => new AppError('invalid_input', `${name} has to be ${wanted}`)
