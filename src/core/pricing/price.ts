// One response, one card, one price: exact rational arithmetic, rounded half-up once. Pure and called for every
// response of a cold index, so the common case stays in doubles where they are exact integers and becomes bigint at
// the end. What the card has no rate for is unknown, never zero and never a neighbour's price.
import { assert } from '../errors.ts'
import type { Price } from '../ledger/entry.ts'
import { divideHalfUp, nanoUsd } from '../money.ts'
import type { NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'
import { promptTokens } from '../usage/tokens.ts'
import type { TokenCounts } from '../usage/tokens.ts'
import type { Billing } from '../usage/usage-event.ts'
import { chargesFor, inForce, rowAt } from './rate-card.ts'
import type { Charges, ModelRates, ModifierKind, RateCard, Resolution } from './rate-card.ts'
import { resolveModel } from './resolve-model.ts'

export interface Priceable {
  readonly model: string
  /** The response's own instant: rates are those of its date. */
  readonly at: Instant
  readonly tokens: TokenCounts
  readonly billing: Billing
  /** The tokens are those of several requests: what one whole request is charged by its length does not apply. */
  readonly ofSum?: boolean
}

const UNKNOWN_MODEL: Price = { price: 'unknown', why: 'unknown_model' }
const NO_RATE: Price = { price: 'unknown', why: 'no_rate_at_that_time' }
const PICOS_PER_NANO = 1_000
// Below this, sums and products of whole numbers in doubles are exact; a product that passed it cannot come back below.
const EXACT_MAX = Number.MAX_SAFE_INTEGER

/**
 * Cost in nano-USD of one response at the rates of its own instant. Fast, batch, priority and geography multiply the
 * tokens; web searches are a fee on top. A mode without a rate is `no_rate_at_that_time`, like a date without one.
 */
export function price(card: RateCard, response: Priceable): Price {
  const resolution = resolveModel(card, response.model)
  const model = resolution === null ? undefined : card.models.get(resolution.id)
  if (resolution === null || model === undefined) return UNKNOWN_MODEL
  const { tokens, billing } = response
  const row = rowAt(model.rows, response.at)
  if (row === null) return NO_RATE
  const charges = row.tiers.length === 0 || response.ofSum === true ? row.charges : chargesFor(row, promptTokens(tokens))

  const factor = isPlain(billing, resolution) ? ONE : factorOf(model, response, resolution)
  if (factor === null) return NO_RATE
  const cost = tokenCost(tokens, charges, factor)
  if (cost === null) return NO_RATE
  if (billing.webSearches === 0) return { price: 'known', cost, card: card.version }
  if (row.webSearch === null) return NO_RATE
  return { price: 'known', cost: nanoUsd(cost + row.webSearch * BigInt(billing.webSearches)), card: card.version }
}

// A price of negative counts would be the price of a difference, which is never what a difference costs.
const NOT_A_DIFFERENCE = 'token counts reach pricing range-checked, as counts of a whole response'

interface Factor { readonly numerator: number; readonly denominator: number }
const ONE: Factor = { numerator: 1, denominator: 1 }

const isPlain = (billing: Billing, resolution: Resolution): boolean =>
  billing.speed === 'standard' && billing.tier === 'standard' && billing.geo === '' && !resolution.regional

/** The product of every modifier this response is billed with; null when the card has no rate for its speed or tier. */
function factorOf(model: ModelRates, { billing, at }: Priceable, { regional }: Resolution): Factor | null {
  const required: ModifierKind[] = []
  if (billing.speed === 'fast') required.push('fast')
  if (billing.tier !== 'standard') required.push(billing.tier)
  let numerator = 1n
  let denominator = 1n
  for (const kind of required) {
    const modifier = model.modifiers.find(candidate => candidate.kind === kind && inForce(candidate, at))
    if (!modifier) return null
    numerator *= modifier.numerator
    denominator *= modifier.denominator
  }
  // A place costs more only where the card says so, and once: a regional endpoint already is a geography.
  const place: ModifierKind | null = regional ? 'regional' : billing.geo === '' ? null : `geo:${billing.geo}`
  const surcharge = place === null ? undefined : model.modifiers.find(candidate => candidate.kind === place && inForce(candidate, at))
  if (surcharge) {
    numerator *= surcharge.numerator
    denominator *= surcharge.denominator
  }
  return { numerator: Number(numerator), denominator: Number(denominator) }
}

/** Null when a column with tokens has no rate. */
function tokenCost(tokens: TokenCounts, charges: Charges, factor: Factor): NanoUsd | null {
  assert(tokens.input >= 0 && tokens.output >= 0 && tokens.cacheRead >= 0 && tokens.cacheWrite5m >= 0 && tokens.cacheWrite1h >= 0, NOT_A_DIFFERENCE)
  const scaled = (tokens.input * charges.input + tokens.output * charges.output + tokens.cacheRead * charges.cacheRead
    + tokens.cacheWrite5m * charges.cacheWrite5m + tokens.cacheWrite1h * charges.cacheWrite1h) * factor.numerator
  if (!(scaled <= EXACT_MAX)) return wideTokenCost(tokens, charges, factor)
  const divisor = PICOS_PER_NANO * factor.denominator
  const remainder = scaled % divisor
  const whole = (scaled - remainder) / divisor
  return BigInt(remainder * 2 >= divisor ? whole + 1 : whole) as NanoUsd
}

const COLUMNS = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const

/** The same sum in bigint: past 2^53, and where an unlisted column makes the quick sum NaN although it has no tokens. */
function wideTokenCost(tokens: TokenCounts, charges: Charges, factor: Factor): NanoUsd | null {
  let pico = 0n
  for (const column of COLUMNS) {
    if (tokens[column] === 0) continue
    if (Number.isNaN(charges[column])) return null
    pico += BigInt(tokens[column]) * BigInt(charges[column])
  }
  return nanoUsd(divideHalfUp(pico * BigInt(factor.numerator), BigInt(PICOS_PER_NANO * factor.denominator)))
}
