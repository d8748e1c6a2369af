// The rate card: what each model costs over half-open time intervals, and the factors a way of billing puts on it.
// Knows no file and no network; the bundled card is generated (rate-card-data.ts), tests build their own.
import { nanoUsd } from '../money.ts'
import type { NanoUsd, PicoUsdPerToken } from '../money.ts'
import { DAY_MS, MINUTE_MS, instant } from '../time.ts'
import type { Instant } from '../time.ts'

/** What the vendor lists, per token; null = not listed. */
export interface Rates {
  readonly input: PicoUsdPerToken
  readonly output: PicoUsdPerToken
  readonly cacheRead: PicoUsdPerToken | null
  readonly cacheWrite5m: PicoUsdPerToken | null
  readonly cacheWrite1h: PicoUsdPerToken | null
}

/** What we charge per token after the rule for unlisted columns; NaN = nobody knows. Numbers: every rate is below 2^53. */
export interface Charges { readonly input: number; readonly output: number; readonly cacheRead: number; readonly cacheWrite5m: number; readonly cacheWrite1h: number }

/** A prompt larger than `above` (input + cache read + cache write) moves the whole request to these rates, output too. */
export interface LongPromptTier { readonly above: number; readonly rates: Rates; readonly charges: Charges }

/** Minutes of the UTC day, half-open. */
export interface DailyHours { readonly from: number; readonly to: number; readonly weekdaysOnly: boolean }

export interface RateRow {
  /** Half-open [from, to); null = open. */
  readonly from: Instant | null
  readonly to: Instant | null
  /** null = all day. A row with hours follows the row it interrupts, and wins there. */
  readonly hours: DailyHours | null
  readonly rates: Rates
  readonly charges: Charges
  /** Ascending by `above`. */
  readonly tiers: readonly LongPromptTier[]
  /** Per web search request; null = no fee listed. */
  readonly webSearch: NanoUsd | null
  readonly source: string
}

export type ModifierKind = 'fast' | 'batch' | 'priority' | 'regional' | `geo:${string}`
/** An exact factor on token prices, never on search fees. */
export interface Modifier {
  readonly kind: ModifierKind
  readonly numerator: bigint
  readonly denominator: bigint
  readonly from: Instant | null
  readonly to: Instant | null
  readonly source: string
}

export interface ModelRates {
  readonly id: string
  readonly vendor: string
  readonly aliases: readonly string[]
  readonly rows: readonly RateRow[]
  readonly modifiers: readonly Modifier[]
}

/** Where a logged model name led. */
export interface Resolution {
  readonly id: string
  /** Served through a regional cloud endpoint (a Bedrock geography, a Vertex location): some models cost more there. */
  readonly regional: boolean
  /** As written, by alias, or after removing affixes. */
  readonly how: 'exact' | 'alias' | 'stripped'
}

export interface RateCard {
  /** Month of the last edit and a digest of the content: `2026.11-1a2b3c4d`. Stored with every entry. */
  readonly version: string
  readonly asOf: string
  readonly notice: string
  /** Maps, not objects: a model called `__proto__` is just an unknown model. */
  readonly models: ReadonlyMap<string, ModelRates>
  readonly aliases: ReadonlyMap<string, string>
  /** Names already resolved, bounded by resolve-model; derived, so sharing it changes no answer. */
  readonly resolved: Map<string, Resolution | null>
}

type CompactRates = readonly [input: number, output: number, cacheRead: number | null, cacheWrite5m: number | null, cacheWrite1h: number | null]
type CompactTier = readonly [above: number, rates: CompactRates]
type CompactRow = readonly [from: string | null, to: string | null, source: number, rates: CompactRates, webSearch: number | null,
  tiers?: readonly CompactTier[], hours?: readonly [from: number, to: number, weekdaysOnly: boolean]]
type CompactModel = readonly [id: string, vendor: string, aliases: readonly string[], rows: readonly CompactRow[]]
/** `models` is a list of ids, or one vendor for all of its models. */
type CompactModifier = readonly [kind: ModifierKind, numerator: number, denominator: number, source: number, from: string | null, to: string | null, models: readonly string[] | string]

/** The generated form: rates in pico-USD per token, search fees in nano-USD, dates as ISO text. */
export interface CardData {
  readonly version: string
  readonly asOf: string
  readonly notice: string
  readonly sources: readonly string[]
  readonly models: readonly CompactModel[]
  readonly modifiers: readonly CompactModifier[]
}

/** Unfolds the generated tuples: 290 models in about 3 ms, cold. */
export function buildRateCard(data: CardData): RateCard {
  const models = new Map<string, ModelRates>()
  const aliases = new Map<string, string>()
  for (const [id, vendor, names, rows] of data.models) {
    const modifiers = data.modifiers.filter(([, , , , , , owners]) => (typeof owners === 'string' ? owners === vendor : owners.includes(id)))
    models.set(id, { id, vendor, aliases: names, rows: rows.map(row => unfoldRow(row, vendor, data)), modifiers: modifiers.map(modifier => unfoldModifier(modifier, data)) })
    for (const name of names) aliases.set(name, id)
  }
  return { version: data.version, asOf: data.asOf, notice: data.notice, models, aliases, resolved: new Map() }
}

/** The row in force: the last one whose interval (and hours) contain the instant, or null. */
export function rowAt(rows: readonly RateRow[], at: Instant): RateRow | null {
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index]
    if (row && inForce(row, at) && (row.hours === null || withinHours(row.hours, at))) return row
  }
  return null
}

export const inForce = (span: { readonly from: Instant | null; readonly to: Instant | null }, at: Instant): boolean =>
  (span.from === null || at >= span.from) && (span.to === null || at < span.to)

function withinHours(hours: DailyHours, at: Instant): boolean {
  if (hours.weekdaysOnly && (new Date(at).getUTCDay() + 6) % 7 >= 5) return false
  const minute = Math.floor((at % DAY_MS) / MINUTE_MS)
  return minute >= hours.from && minute < hours.to
}

/** The rates for a prompt of this size: strictly greater than a threshold moves the whole request up. */
export function chargesFor(row: RateRow, prompt: number): Charges {
  let charges = row.charges
  for (const tier of row.tiers) if (prompt > tier.above) charges = tier.charges
  return charges
}

function unfoldRow([from, to, source, rates, webSearch, tiers, hours]: CompactRow, vendor: string, data: CardData): RateRow {
  const listed = unfoldRates(rates)
  return {
    from: dateOf(from), to: dateOf(to), hours: hours ? { from: hours[0], to: hours[1], weekdaysOnly: hours[2] } : null,
    rates: listed, charges: chargesOf(listed, vendor),
    tiers: (tiers ?? []).map(([above, upper]) => ({ above, rates: unfoldRates(upper), charges: chargesOf(unfoldRates(upper), vendor) })),
    webSearch: webSearch === null ? null : nanoUsd(BigInt(webSearch)), source: data.sources[source] ?? '',
  }
}

function unfoldModifier([kind, numerator, denominator, source, from, to]: CompactModifier, data: CardData): Modifier {
  return { kind, numerator: BigInt(numerator), denominator: BigInt(denominator), from: dateOf(from), to: dateOf(to), source: data.sources[source] ?? '' }
}

function unfoldRates([input, output, cacheRead, cacheWrite5m, cacheWrite1h]: CompactRates): Rates {
  return { input: perToken(input), output: perToken(output), cacheRead: perTokenOrNull(cacheRead), cacheWrite5m: perTokenOrNull(cacheWrite5m), cacheWrite1h: perTokenOrNull(cacheWrite1h) }
}

/**
 * Unlisted columns. Anthropic: none is assumed, since its cache reads range from 0.025x to 0.1x of input by model.
 * Others: a cached token without a listed discount is an input token, and writing a cache costs nothing on top.
 */
function chargesOf(rates: Rates, vendor: string): Charges {
  const input = Number(rates.input)
  const unlisted = vendor === 'anthropic' ? Number.NaN : input
  const cacheWrite5m = rates.cacheWrite5m === null ? unlisted : Number(rates.cacheWrite5m)
  return {
    input, output: Number(rates.output), cacheRead: rates.cacheRead === null ? unlisted : Number(rates.cacheRead), cacheWrite5m,
    cacheWrite1h: rates.cacheWrite1h === null ? (vendor === 'anthropic' ? unlisted : cacheWrite5m) : Number(rates.cacheWrite1h),
  }
}

const perToken = (pico: number): PicoUsdPerToken => BigInt(pico) as PicoUsdPerToken
const perTokenOrNull = (pico: number | null): PicoUsdPerToken | null => (pico === null ? null : perToken(pico))
const dateOf = (text: string | null): Instant | null => (text === null ? null : instant(Date.parse(text)))
