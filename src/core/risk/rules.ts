// Risk by rule: conditions on what is asked, at what hour, and how fast its project is burning. Every rule that holds
// applies; the strictest verdict and the lowest ceiling win, so that the order of rules never matters.
import { matches } from '../budgets/selector.ts'
import { offsetMs } from '../budgets/zone.ts'
import { codeOf } from '../errors.ts'
import { parseGlob } from '../budgets/glob.ts'
import { parseUsd, usdText, type NanoUsd } from '../money.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.ts'
import { HARMLESS, type Assessment, type Ceiling, type RiskQuestion, type RiskVerdict } from './assessor.ts'

const DIMENSIONS = ['project', 'branch', 'agent', 'account', 'session'] as const
export type RuleDimension = (typeof DIMENSIONS)[number]

export type Condition =
  | { readonly on: 'scope'; readonly dimension: RuleDimension; readonly glob: string }
  | { readonly on: 'model'; readonly glob: string }
  /** Minutes since midnight on the wall; `from` after `to` goes over midnight. */
  | { readonly on: 'hours'; readonly from: number; readonly to: number }
  /** The last hour of the project against the median of its active days, as a multiple. */
  | { readonly on: 'burn'; readonly over: number }
  | { readonly on: 'amount'; readonly over: NanoUsd }

export interface RiskRule { readonly text: string; readonly conditions: readonly Condition[]; readonly verdict: RiskVerdict; readonly ceiling: Ceiling }

/** `burn` null: not enough is known, and no rule on it holds. */
export interface RiskFacts { readonly zone: string; readonly burn: Burn | null }
export interface Burn { readonly lastHour: bigint; readonly usualHour: bigint }

export type ParsedRule = { readonly ok: true; readonly rule: RiskRule } | { readonly ok: false; readonly why: string }

const FORM = 'write CONDITION [and CONDITION] -> allow|ask|deny [full|half|tenth|zero], with conditions like model=*opus*, project=web-*, hours=22:00-06:00, burn>3, amount>5'
const VERDICTS = ['allow', 'ask', 'deny'] as const
const CEILINGS = ['full', 'half', 'tenth', 'zero'] as const
const CONDITIONS_MAX = 10

/** `model=*opus* and hours=22:00-06:00 -> ask tenth`. */
export function parseRule(text: string): ParsedRule {
  const [when, then, ...more] = text.split('->').map(part => part.trim())
  if (when === undefined || then === undefined || more.length > 0 || when === '') return wrong(`has no single "->"; ${FORM}`)
  const [verdict, ceiling = verdict === 'deny' ? 'zero' : 'full', ...rest] = then.split(/\s+/)
  if (!VERDICTS.includes(verdict as RiskVerdict)) return wrong(`says "${verdict}" behind the arrow; ${FORM}`)
  if (!CEILINGS.includes(ceiling as Ceiling) || rest.length > 0) return wrong(`says "${[ceiling, ...rest].join(' ')}" as a ceiling; write full, half, tenth or zero`)
  const parts = when.split(/\s+and\s+/)
  if (parts.length > CONDITIONS_MAX) return wrong(`has more than ${CONDITIONS_MAX} conditions`)
  const conditions: Condition[] = []
  for (const part of parts) {
    const found = conditionOf(part)
    if (typeof found === 'string') return wrong(found)
    conditions.push(found)
  }
  return { ok: true, rule: { text, conditions, verdict: verdict as RiskVerdict, ceiling: ceiling as Ceiling } }
}
const wrong = (why: string): ParsedRule => ({ ok: false, why })

function conditionOf(text: string): Condition | string {
  const [, name = '', sign, value = ''] = /^([a-z]+)\s*(=|>)\s*(\S+)$/.exec(text) ?? []
  if (sign === '=' && (name === 'model' || (DIMENSIONS as readonly string[]).includes(name))) {
    const parsed = parseGlob(value)
    if (!parsed.ok) return `has the pattern "${value}", which ${parsed.problem.message}`
    return name === 'model' ? { on: 'model', glob: value } : { on: 'scope', dimension: name as RuleDimension, glob: value }
  }
  if (sign === '=' && name === 'hours') return hoursOf(value) ?? `has the hours "${value}"; write them like 22:00-06:00`
  if (sign === '>' && name === 'burn') return /^\d{1,4}(\.\d{1,2})?$/.test(value) && Number(value) > 0 ? { on: 'burn', over: Number(value) } : `compares burn with "${value}"; write a multiple like burn>3`
  if (sign === '>' && name === 'amount') return amountOf(value) ?? `compares the amount with "${value}"; write US dollars like amount>5`
  return `has the condition "${text}"; ${FORM}`
}

function hoursOf(text: string): Condition | null {
  const [, a, b, c, d] = /^(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?$/.exec(text) ?? []
  if (a === undefined || c === undefined) return null
  const [from, to] = [Number(a) * 60 + Number(b ?? 0), Number(c) * 60 + Number(d ?? 0)]
  return from > DAY_MINUTES || to > DAY_MINUTES || from === to || Number(b ?? 0) > 59 || Number(d ?? 0) > 59 ? null : { on: 'hours', from, to }
}
const DAY_MINUTES = 24 * 60

function amountOf(text: string): Condition | null {
  try {
    return { on: 'amount', over: parseUsd(text) }
  } catch (error) {
    if (codeOf(error) !== 'invalid_input') throw error
    return null
  }
}

const VERDICT_RANK: Readonly<Record<RiskVerdict, number>> = { allow: 0, ask: 1, deny: 2 }
const CEILING_RANK: Readonly<Record<Ceiling, number>> = { full: 0, half: 1, tenth: 2, zero: 3 }

export function assessByRules(rules: readonly RiskRule[], question: RiskQuestion, facts: RiskFacts): Assessment {
  return rules.filter(rule => rule.conditions.every(condition => holds(condition, question, facts))).reduce((worst, rule) => stricter(worst, said(rule, question)), HARMLESS)
}

const said = (rule: RiskRule, { amount }: RiskQuestion): Assessment => ({
  verdict: rule.verdict, ceiling: rule.ceiling, by: `the rule "${rule.text}"`,
  because: rule.verdict === 'allow' ? '' : `the rule "${rule.text}" ${rule.verdict === 'ask' ? 'asks for a person\'s word on' : 'denies'} $${usdText(amount)}`,
})

/** The stricter word of two, and the lower ceiling of both. */
export function stricter(a: Assessment, b: Assessment): Assessment {
  const word = VERDICT_RANK[b.verdict] > VERDICT_RANK[a.verdict] ? b : a, low = CEILING_RANK[b.ceiling] > CEILING_RANK[a.ceiling] ? b : a
  return { verdict: word.verdict, because: word.because, ceiling: low.ceiling, by: word.verdict === 'allow' ? low.by : word.by }
}

export const needsBurn = (rules: readonly RiskRule[]): boolean => rules.some(({ conditions }) => conditions.some(({ on }) => on === 'burn'))

const HUNDRED = 100n

function holds(condition: Condition, { scope, model, amount, now }: RiskQuestion, { zone, burn }: RiskFacts): boolean {
  switch (condition.on) {
    case 'scope': return matches({ [condition.dimension]: condition.glob }, scope)
    case 'model': return matches({ session: condition.glob }, { ...scope, session: model })
    case 'amount': return amount > condition.over
    case 'hours': return within(condition, Math.floor((((now + offsetMs(zone, now)) % DAY_MS) + DAY_MS) % DAY_MS / MINUTE_MS))
    case 'burn': return burn !== null && burn.lastHour * HUNDRED > burn.usualHour * BigInt(Math.round(condition.over * 100))
  }
}
const within = ({ from, to }: { readonly from: number; readonly to: number }, minute: number): boolean => (from < to ? minute >= from && minute < to : minute >= from || minute < to)

/** Days looked at: the last active ones before today's last hour. Fewer than three say nothing. */
export const ACTIVE_DAYS = 14
const ACTIVE_DAYS_MIN = 3

/** What the last hour cost, and the median over active days of what an active hour cost. `hours`: spending by hour slot. */
export function burnOf(hours: readonly { readonly start: number; readonly cost: bigint }[], lastHour: bigint, now: number): Burn | null {
  const days = new Map<number, { cost: bigint; hours: bigint }>()
  for (const { start, cost } of hours) {
    if (cost <= 0n || start > now - 2 * HOUR_MS) continue
    const day = Math.floor(start / DAY_MS), sum = days.get(day) ?? { cost: 0n, hours: 0n }
    days.set(day, { cost: sum.cost + cost, hours: sum.hours + 1n })
  }
  const rates = [...days].sort(([a], [b]) => b - a).slice(0, ACTIVE_DAYS).map(([, { cost, hours: active }]) => cost / active).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  if (rates.length < ACTIVE_DAYS_MIN) return null
  const middle = Math.floor(rates.length / 2)
  const median = rates.length % 2 === 1 ? rates[middle] as bigint : ((rates[middle - 1] as bigint) + (rates[middle] as bigint)) / 2n
  return { lastHour, usualHour: median }
}
