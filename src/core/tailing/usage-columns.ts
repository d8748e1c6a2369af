// The responses of a batch as columns of numbers and a few dictionaries: what a gigabyte of logs becomes while it is read,
// what crosses from a scanning thread, and what becomes objects again one at a time. Thousands of objects that live as
// long as a batch are copied twice by the garbage collector; columns are not.
import type { NanoUsd } from '../money.ts'
import { instant } from '../time.ts'
import { merge, owner } from '../usage/fuller.ts'
import { STANDARD_BILLING, type Billing, type Origin, type UsageEvent } from '../usage/usage-event.ts'
import type { Located, LocatedUsage } from './scan.ts'

/** `numbers` holds COLUMNS values per response, or null: they lie where `encode` was told to put them. */
export interface EncodedUsage {
  readonly numbers: Float64Array | null
  /** Keys in order, joined by SEPARATOR: one string instead of thousands. */
  readonly keys: string
  readonly origins: readonly Origin[]
  readonly models: readonly string[]
  readonly geos: readonly string[]
  /** What agents say a response cost, where they do: row and cost. */
  readonly givenCosts: readonly (readonly [row: number, cost: NanoUsd])[]
}

const FILE = 0, AT = 1, OWNED_AT = 2, INPUT = 3, OUTPUT = 4, CACHE_READ = 5, CACHE_WRITE_5M = 6, CACHE_WRITE_1H = 7, WEB_SEARCHES = 8
const FLAGS = 9, ORIGIN = 10, MODEL = 11, GEO = 12
export const COLUMNS = 13
// Keys are storable text, which holds no control character.
const SEPARATOR = '\n'
const FINAL = 1, SIDECHAIN = 2, APPROXIMATE = 4, DAMAGED = 8, FAST = 16, BATCH = 32, PRIORITY = 64
const ROWS_AT_FIRST = 64

export class UsageColumns implements LocatedUsage {
  #numbers: Float64Array = new Float64Array(0)
  #keys: string[] = []
  #origins = new Dictionary<Origin>(({ cwd, branch, session, subagent }) => `${cwd}\n${branch}\n${session}\n${subagent}`)
  #models = new Dictionary<string>(model => model)
  #geos = new Dictionary<string>(geo => geo)
  #givenCosts = new Map<number, NanoUsd>()

  static of(usage: Iterable<Located<UsageEvent>>): UsageColumns {
    const columns = new UsageColumns()
    for (const { fact, file } of usage) columns.add(fact, file)
    return columns
  }

  /** Lossless: `decode(encode())` holds the same responses, as long as `room` is what it was. */
  static decode({ numbers, keys, origins, models, geos, givenCosts }: EncodedUsage, room?: Float64Array): UsageColumns {
    const columns = new UsageColumns()
    const found = numbers ?? room
    if (!found) throw new Error('responses were put into a room that is not given')
    columns.#numbers = found
    // Every response has an origin.
    columns.#keys = origins.length === 0 ? [] : keys.split(SEPARATOR)
    columns.#origins.values.push(...origins)
    columns.#models.values.push(...models)
    columns.#geos.values.push(...geos)
    columns.#givenCosts = new Map(givenCosts)
    return columns
  }

  /** Puts the numbers into `room` where one is given and large enough. */
  encode(room?: Float64Array): EncodedUsage {
    const numbers = this.#numbers.subarray(0, this.length * COLUMNS), fits = room !== undefined && numbers.length <= room.length
    if (fits) room.set(numbers)
    return {
      numbers: fits ? null : numbers.slice(), keys: this.#keys.join(SEPARATOR),
      origins: this.origins, models: this.#models.values, geos: this.#geos.values, givenCosts: [...this.#givenCosts],
    }
  }

  get length(): number { return this.#keys.length }
  get origins(): readonly Origin[] { return this.#origins.values }

  *[Symbol.iterator](): Generator<Located<UsageEvent>> {
    for (let row = 0; row < this.length; row++) yield this.at(row)
  }

  at(row: number): Located<UsageEvent> {
    return { fact: this.#eventAt(row), file: this.#numbers[row * COLUMNS + FILE] as number }
  }

  add(event: UsageEvent, file: number): void {
    if ((this.length + 1) * COLUMNS > this.#numbers.length) this.#grow()
    this.#keys.push(event.key)
    this.#write(this.length - 1, event, file)
  }

  /** Merges another copy of the response in `row`; returns the session that only repeats it, or null when both copies share one. */
  absorb(row: number, copy: UsageEvent, file: number): string | null {
    if (this.#onlyGrew(row, copy)) return null
    const known = this.#eventAt(row)
    const owned = owner(known, copy)
    this.#write(row, merge(known, copy), owned === copy ? file : this.#numbers[row * COLUMNS + FILE] as number)
    if (known.origin.session === copy.origin.session) return null
    return owned === copy ? known.origin.session : copy.origin.session
  }

  /**
   * The usual copy, for which `merge` is four comparisons: the same response a moment later, from the same place, with
   * more output or nothing new. True when it was taken; anything else goes the whole way.
   */
  #onlyGrew(row: number, copy: UsageEvent): boolean {
    const numbers = this.#numbers, at = row * COLUMNS, { tokens } = copy
    const flags = flagsOf(copy), known = numbers[at + FLAGS] as number
    const same = (flags | FINAL) === (known | FINAL) && (flags & (APPROXIMATE | DAMAGED)) === 0 && copy.billing === STANDARD_BILLING
      && copy.at >= (numbers[at + AT] as number) && Number.isNaN(numbers[at + OWNED_AT]) && copy.ownedAt === undefined
      && copy.givenCost === undefined && !this.#givenCosts.has(row)
      && numbers[at + WEB_SEARCHES] === 0 && this.#geos.values[numbers[at + GEO] as number] === ''
      && this.#origins.values[numbers[at + ORIGIN] as number] === copy.origin && this.#models.values[numbers[at + MODEL] as number] === copy.model
    if (!same || tokens.output < (numbers[at + OUTPUT] as number)) return false
    const grew = tokens.output > (numbers[at + OUTPUT] as number)
    if (!grew && !this.#sameTokens(at, copy)) return false
    if (grew) this.#writeTokens(at, copy)
    numbers[at + FLAGS] = known | flags
    return true
  }

  #sameTokens(at: number, { tokens }: UsageEvent): boolean {
    const numbers = this.#numbers
    return numbers[at + INPUT] === tokens.input && numbers[at + OUTPUT] === tokens.output && numbers[at + CACHE_READ] === tokens.cacheRead
      && numbers[at + CACHE_WRITE_5M] === tokens.cacheWrite5m && numbers[at + CACHE_WRITE_1H] === tokens.cacheWrite1h
  }

  #writeTokens(at: number, { tokens }: UsageEvent): void {
    const numbers = this.#numbers
    numbers[at + INPUT] = tokens.input
    numbers[at + OUTPUT] = tokens.output
    numbers[at + CACHE_READ] = tokens.cacheRead
    numbers[at + CACHE_WRITE_5M] = tokens.cacheWrite5m
    numbers[at + CACHE_WRITE_1H] = tokens.cacheWrite1h
  }

  #write(row: number, event: UsageEvent, file: number): void {
    const numbers = this.#numbers, at = row * COLUMNS
    numbers[at + FILE] = file
    numbers[at + AT] = event.at
    numbers[at + OWNED_AT] = event.ownedAt ?? Number.NaN
    this.#writeTokens(at, event)
    numbers[at + WEB_SEARCHES] = event.billing.webSearches
    numbers[at + FLAGS] = flagsOf(event)
    numbers[at + ORIGIN] = this.#origins.indexOf(event.origin)
    numbers[at + MODEL] = this.#models.indexOf(event.model)
    numbers[at + GEO] = this.#geos.indexOf(event.billing.geo)
    if (event.givenCost !== undefined) this.#givenCosts.set(row, event.givenCost)
    else this.#givenCosts.delete(row)
  }

  #eventAt(row: number): UsageEvent {
    const numbers = this.#numbers, at = row * COLUMNS
    const value = (column: number): number => numbers[at + column] as number
    const flags = value(FLAGS), ownedAt = value(OWNED_AT), givenCost = this.#givenCosts.get(row)
    return {
      key: this.#keys[row] as string, at: instant(value(AT)), model: this.#models.values[value(MODEL)] as string,
      tokens: { input: value(INPUT), output: value(OUTPUT), cacheRead: value(CACHE_READ), cacheWrite5m: value(CACHE_WRITE_5M), cacheWrite1h: value(CACHE_WRITE_1H) },
      billing: billingOf(flags, this.#geos.values[value(GEO)] as string, value(WEB_SEARCHES)), origin: this.#origins.values[value(ORIGIN)] as Origin,
      final: (flags & FINAL) !== 0, sidechain: (flags & SIDECHAIN) !== 0, approximateTime: (flags & APPROXIMATE) !== 0, damaged: (flags & DAMAGED) !== 0,
      ...(givenCost === undefined ? {} : { givenCost }),
      ...(Number.isNaN(ownedAt) ? {} : { ownedAt: instant(ownedAt) }),
    }
  }

  #grow(): void {
    const wider = new Float64Array(Math.max(ROWS_AT_FIRST * COLUMNS, this.#numbers.length * 2))
    wider.set(this.#numbers)
    this.#numbers = wider
  }
}

const flagsOf = ({ final, sidechain, approximateTime, damaged, billing }: UsageEvent): number =>
  (final ? FINAL : 0) | (sidechain ? SIDECHAIN : 0) | (approximateTime ? APPROXIMATE : 0) | (damaged ? DAMAGED : 0)
  | (billing.speed === 'fast' ? FAST : 0) | (billing.tier === 'batch' ? BATCH : billing.tier === 'priority' ? PRIORITY : 0)

function billingOf(flags: number, geo: string, webSearches: number): Billing {
  if ((flags & (FAST | BATCH | PRIORITY)) === 0 && geo === '' && webSearches === 0) return STANDARD_BILLING
  const tier = (flags & BATCH) !== 0 ? 'batch' : (flags & PRIORITY) !== 0 ? 'priority' : 'standard'
  return { speed: (flags & FAST) !== 0 ? 'fast' : 'standard', tier, geo, webSearches }
}

/** Distinct values in order of first use. Neighbours mostly repeat, so the last one is tried before the map. */
class Dictionary<T> {
  readonly values: T[] = []
  readonly #keyOf: (value: T) => string
  readonly #indexes = new Map<string, number>()
  #last: T | undefined
  #lastIndex = 0

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf
  }

  indexOf(value: T): number {
    if (value === this.#last) return this.#lastIndex
    const key = this.#keyOf(value)
    let index = this.#indexes.get(key)
    if (index === undefined) {
      index = this.values.push(value) - 1
      this.#indexes.set(key, index)
    }
    this.#last = value
    this.#lastIndex = index
    return index
  }
}
