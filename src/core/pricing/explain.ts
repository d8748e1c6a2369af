// The card as plain data for people: what `pricing show` prints and what `pricing diagnose` finds. Decides nothing.
import { usdText } from '../money.ts'
import { isoText } from '../time.ts'
import type { Instant } from '../time.ts'
import { inForce, rowAt } from './rate-card.ts'
import type { Charges, DailyHours, ModifierKind, RateCard, RateRow, Rates } from './rate-card.ts'
import { resolveModel } from './resolve-model.ts'

/** USD per million tokens as decimal text; a column nobody lists a price for is absent. */
export interface PricesText { readonly input: string; readonly output: string; readonly cacheRead?: string; readonly cacheWrite5m?: string; readonly cacheWrite1h?: string }

export interface RowText {
  /** ISO instants, half-open; absent = open. */
  readonly from?: string
  readonly to?: string
  /** `01:00-04:00 UTC, Monday to Friday`; absent = all day. */
  readonly hours?: string
  readonly inForce: boolean
  readonly prices: PricesText
  /** Columns the vendor does not list, charged at a rule's rate instead (docs/pricing.md). */
  readonly assumed: readonly (keyof Rates)[]
  readonly longPrompts: readonly { readonly above: number; readonly prices: PricesText }[]
  /** USD per 1000 web searches. */
  readonly webSearch?: string
  readonly source: string
}

export interface ModifierText { readonly kind: ModifierKind; readonly times: string; readonly from?: string; readonly to?: string; readonly inForce: boolean; readonly source: string }

export type ModelExplanation =
  | { readonly known: false; readonly model: string; readonly card: string }
  | {
    readonly known: true; readonly model: string; readonly card: string; readonly id: string; readonly vendor: string
    readonly how: 'exact' | 'alias' | 'stripped'; readonly regional: boolean; readonly aliases: readonly string[]
    readonly rows: readonly RowText[]; readonly modifiers: readonly ModifierText[]
  }

/** Everything the card says about a model name, with the row in force at `at` marked. */
export function explainModel(card: RateCard, model: string, at: Instant): ModelExplanation {
  const resolution = resolveModel(card, model)
  const rates = resolution === null ? undefined : card.models.get(resolution.id)
  if (resolution === null || rates === undefined) return { known: false, model, card: card.version }
  const current = rowAt(rates.rows, at)
  return {
    known: true, model, card: card.version, id: rates.id, vendor: rates.vendor, how: resolution.how, regional: resolution.regional, aliases: rates.aliases,
    rows: rates.rows.map(row => rowText(row, row === current)),
    modifiers: rates.modifiers.map(modifier => ({
      kind: modifier.kind, times: modifier.denominator === 1n ? `${modifier.numerator}` : `${modifier.numerator}/${modifier.denominator}`,
      ...spanText(modifier), inForce: inForce(modifier, at), source: modifier.source,
    })),
  }
}

/** What the ledger holds of one model name, as the store counts it. */
export interface SeenModel { readonly model: string; readonly responses: number; readonly unpriced: number; readonly firstAt: Instant; readonly lastAt: Instant }

export interface PricingFinding {
  readonly model: string
  /** `priced_now`: the card has rates for it at those dates, the entries are from before it learned them. */
  readonly finding: 'unknown_model' | 'no_rate_at_that_time' | 'priced_now'
  readonly responses: number
  readonly text: string
}

/** One finding per model with unpriced responses, the most responses first; none means that every total is exact. */
export function diagnose(card: RateCard, seen: readonly SeenModel[]): readonly PricingFinding[] {
  return seen.filter(model => model.unpriced > 0).map(model => finding(card, model)).sort((a, b) => b.responses - a.responses || (a.model < b.model ? -1 : 1))
}

function finding(card: RateCard, { model, unpriced, firstAt, lastAt }: SeenModel): PricingFinding {
  const resolution = resolveModel(card, model)
  const rows = resolution === null ? [] : card.models.get(resolution.id)?.rows ?? []
  const count = `${unpriced} response${unpriced === 1 ? '' : 's'}`
  if (resolution === null) {
    return { model, finding: 'unknown_model', responses: unpriced, text: `${model}: not in rate card ${card.version}; ${count} counted in tokens, not in cost. A newer purser may know it: update, then run purser pricing reprice` }
  }
  if (rowAt(rows, firstAt) === null || rowAt(rows, lastAt) === null) {
    return { model, finding: 'no_rate_at_that_time', responses: unpriced, text: `${model}: rate card ${card.version} has no rate for ${isoText(firstAt).slice(0, 10)} to ${isoText(lastAt).slice(0, 10)}; ${count} without cost. See purser pricing show ${resolution.id}` }
  }
  return { model, finding: 'priced_now', responses: unpriced, text: `${model}: ${count} without cost, but rate card ${card.version} has its rates; run purser pricing reprice. What stays was billed in a mode the card has no rate for (purser pricing show ${resolution.id})` }
}

function rowText(row: RateRow, current: boolean): RowText {
  return {
    ...spanText(row), ...(row.hours ? { hours: hoursText(row.hours) } : {}), inForce: current,
    prices: pricesText(row.charges), assumed: assumedColumns(row),
    longPrompts: row.tiers.map(tier => ({ above: tier.above, prices: pricesText(tier.charges) })),
    ...(row.webSearch === null ? {} : { webSearch: usdText(row.webSearch * 1_000n) }), source: row.source,
  }
}

// Pico-USD per token is micro-USD per million tokens.
const perMillion = (pico: number): string => usdText(BigInt(pico) * 1_000n)

function pricesText(charges: Charges): PricesText {
  return {
    input: perMillion(charges.input), output: perMillion(charges.output),
    ...(Number.isNaN(charges.cacheRead) ? {} : { cacheRead: perMillion(charges.cacheRead) }),
    ...(Number.isNaN(charges.cacheWrite5m) ? {} : { cacheWrite5m: perMillion(charges.cacheWrite5m) }),
    ...(Number.isNaN(charges.cacheWrite1h) ? {} : { cacheWrite1h: perMillion(charges.cacheWrite1h) }),
  }
}

function assumedColumns(row: RateRow): (keyof Rates)[] {
  const optional = ['cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const
  return optional.filter(column => row.rates[column] === null && !Number.isNaN(row.charges[column]))
}

const spanText = (span: { readonly from: Instant | null; readonly to: Instant | null }): { from?: string; to?: string } =>
  ({ ...(span.from === null ? {} : { from: isoText(span.from) }), ...(span.to === null ? {} : { to: isoText(span.to) }) })

function hoursText(hours: DailyHours): string {
  const clock = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  return `${clock(hours.from)}-${clock(hours.to)} UTC${hours.weekdaysOnly ? ', Monday to Friday' : ''}`
}
