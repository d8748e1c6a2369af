// A batch as few flat values, so that it crosses from a scanning thread at a tenth of what cloning its objects costs.
// Lossless: decode(encode(batch)) equals the batch.
import { instant } from '../time.ts'
import { STANDARD_BILLING, type Billing, type Origin, type UsageEvent } from '../usage/usage-event.ts'
import type { Located, ScanBatch } from './scan.ts'

/** `numbers` holds COLUMNS values per response; its buffer is meant to be transferred. */
export interface EncodedBatch extends Omit<ScanBatch, 'usage'> {
  readonly numbers: Float64Array<ArrayBuffer>
  /** Keys in order, joined by SEPARATOR: one string instead of two thousand. */
  readonly keys: string
  readonly origins: readonly Origin[]
  readonly models: readonly string[]
  readonly geos: readonly string[]
}

const COLUMNS = 13
// Keys are storable text, which holds no control character.
const SEPARATOR = '\n'
const FINAL = 1, SIDECHAIN = 2, APPROXIMATE = 4, DAMAGED = 8, FAST = 16, BATCH = 32, PRIORITY = 64

export function encodeBatch(batch: ScanBatch): EncodedBatch {
  const { usage, ...rest } = batch
  const numbers = new Float64Array(usage.length * COLUMNS)
  const origins = new Dictionary<Origin>(({ cwd, branch, session, subagent }) => `${cwd}\n${branch}\n${session}\n${subagent}`)
  const models = new Dictionary<string>(model => model), geos = new Dictionary<string>(geo => geo)
  for (const [index, { fact, file }] of usage.entries()) {
    const { tokens } = fact
    numbers.set([
      file, fact.at, fact.ownedAt ?? Number.NaN, tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h,
      fact.billing.webSearches, flagsOf(fact), origins.indexOf(fact.origin), models.indexOf(fact.model), geos.indexOf(fact.billing.geo),
    ], index * COLUMNS)
  }
  return { ...rest, numbers, keys: usage.map(({ fact }) => fact.key).join(SEPARATOR), origins: origins.values, models: models.values, geos: geos.values }
}

export function decodeBatch(encoded: EncodedBatch): ScanBatch {
  const { numbers, keys, origins, models, geos, ...rest } = encoded
  const count = numbers.length / COLUMNS
  const names = count === 0 ? [] : keys.split(SEPARATOR)
  const usage: Located<UsageEvent>[] = []
  for (let index = 0; index < count; index++) {
    const at = index * COLUMNS
    const value = (column: number): number => numbers[at + column] as number
    const flags = value(9)
    usage.push({
      file: value(0),
      fact: {
        key: names[index] as string, at: instant(value(1)), model: models[value(11)] as string,
        tokens: { input: value(3), output: value(4), cacheRead: value(5), cacheWrite5m: value(6), cacheWrite1h: value(7) },
        billing: billingOf(flags, geos[value(12)] as string, value(8)), origin: origins[value(10)] as Origin,
        final: (flags & FINAL) !== 0, sidechain: (flags & SIDECHAIN) !== 0, approximateTime: (flags & APPROXIMATE) !== 0, damaged: (flags & DAMAGED) !== 0,
        ...(Number.isNaN(value(2)) ? {} : { ownedAt: instant(value(2)) }),
      },
    })
  }
  return { ...rest, usage }
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
