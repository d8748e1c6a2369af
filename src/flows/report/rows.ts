// Groups of the ledger folded into the rows of a report: one row for each combination of its keys, in order.
import type { UsageSum } from '../../core/ledger/ledger-store.ts'
import type { SumGroup } from '../../core/ledger/usage-sums.ts'
import { nanoUsd, ZERO_USD } from '../../core/money.ts'
import { dayText, mondayOf, monthText, weekText } from '../../core/reports/periods.ts'
import { isPeriod, type ReportKey } from '../../core/reports/keys.ts'
import { instant, type Instant } from '../../core/time.ts'
import { NO_TOKENS, plusTokens } from '../../core/usage/tokens.ts'

/** A sum that names its models: the priced ones too, and since when each was used. */
export interface Figures { readonly sum: UsageSum; readonly unpricedModels: readonly string[] }
/** One for each speed a model was billed at, where the groups tell. */
export interface ModelFigures extends Figures { readonly model: string; readonly speed: string; readonly firstAt: Instant }

export interface Row extends Figures {
  /** One text for each key. */
  readonly keys: Readonly<Partial<Record<ReportKey, string>>>
  /** `week`: its Monday. */
  readonly monday: string
  readonly firstAt: Instant
  readonly lastAt: Instant
  /** In order of first use. */
  readonly models: readonly ModelFigures[]
  /** Of the latest work, then all others: where a session was last seen. */
  readonly places: readonly Place[]
}
export interface Place { readonly agent: string; readonly account: string; readonly project: string; readonly branch: string; readonly lastAt: Instant }

export const NO_USAGE: UsageSum = { responses: 0, tokens: NO_TOKENS, cost: ZERO_USD, unpriced: 0, partial: 0, estimated: 0 }

export function plusSum(a: UsageSum, b: UsageSum): UsageSum {
  return {
    responses: a.responses + b.responses, tokens: plusTokens(a.tokens, b.tokens), cost: nanoUsd(a.cost + b.cost),
    unpriced: a.unpriced + b.unpriced, partial: a.partial + b.partial, estimated: a.estimated + b.estimated,
  }
}

/** One figure of all groups together. */
export function figuresOf(groups: readonly SumGroup[]): Figures {
  const unpriced = new Map<string, number>()
  let sum = NO_USAGE
  for (const group of groups) {
    sum = plusSum(sum, group.sum)
    if (group.sum.unpriced !== 0) unpriced.set(group.model, (unpriced.get(group.model) ?? 0) + group.sum.unpriced)
  }
  return { sum, unpricedModels: [...unpriced].filter(([, responses]) => responses > 0).map(([model]) => model).sort() }
}

/** The text of one key for a group. */
export function keyText(key: ReportKey, group: SumGroup): string {
  switch (key) {
    case 'date': return dayText(Number(group.by.day))
    case 'week': return weekText(Number(group.by.day))
    case 'month': return monthText(Number(group.by.day))
    case 'model': return group.model
    case 'speed': return speedOf(group)
    default: return group.by[key] ?? ''
  }
}

const speedOf = ({ by: { billing = '' } }: SumGroup): string => (billing.split(',').includes('fast') ? 'fast' : 'standard')

const SEPARATOR = '\u001f'

/** Rows in order: periods by time, everything else the dearest first, each key within the one before it. */
export function rowsOf(groups: readonly SumGroup[], keys: readonly ReportKey[]): readonly Row[] {
  const members = new Map<string, SumGroup[]>()
  const spent = new Map<string, bigint>()
  const texts = new Map<string, string>()
  for (const group of groups) {
    let name = ''
    for (const key of keys) {
      name += SEPARATOR + keyOf(texts, key, group)
      spent.set(name, (spent.get(name) ?? 0n) + group.sum.cost)
    }
    const known = members.get(name)
    if (known) known.push(group)
    else members.set(name, [group])
  }
  const ranked = [...members].map(([name, own]) => rankOf(name, own, keys, spent))
  ranked.sort((a, b) => compared(a, b, keys))
  return ranked.map(({ parts, own }) => rowOf(own, keys, parts))
}

/** A few hundred days come back in thousands of groups; making the text of each once is a third of the time. */
function keyOf(texts: Map<string, string>, key: ReportKey, group: SumGroup): string {
  if (!isPeriod(key)) return keyText(key, group)
  const day = group.by.day ?? ''
  let text = texts.get(day)
  if (text === undefined) texts.set(day, text = keyText(key, group))
  return text
}

interface Ranked { readonly own: SumGroup[]; readonly parts: readonly string[]; readonly costs: readonly bigint[] }

/** What was spent under each of its keys and those before it: looked up once, since sorting asks for it again and again. */
function rankOf(name: string, own: SumGroup[], keys: readonly ReportKey[], spent: ReadonlyMap<string, bigint>): Ranked {
  const parts = name.split(SEPARATOR).slice(1)
  let prefix = ''
  const costs = keys.map((key, index) => {
    prefix += SEPARATOR + (parts[index] ?? '')
    return isPeriod(key) ? 0n : spent.get(prefix) ?? 0n
  })
  return { own, parts, costs }
}

function compared(a: Ranked, b: Ranked, keys: readonly ReportKey[]): number {
  for (let index = 0; index < keys.length; index++) {
    const [left, right] = [a.parts[index] as string, b.parts[index] as string]
    if (left === right) continue
    const [dear, dearer] = [a.costs[index] as bigint, b.costs[index] as bigint]
    return dear > dearer ? -1 : dear < dearer ? 1 : left < right ? -1 : 1
  }
  return 0
}

function rowOf(groups: readonly SumGroup[], keys: readonly ReportKey[], parts: readonly string[]): Row {
  const [first] = groups
  return {
    keys: Object.fromEntries(keys.map((key, index) => [key, parts[index]])),
    monday: keys.includes('week') && first ? dayText(mondayOf(Number(first.by.day))) : '',
    ...figuresOf(groups), ...spanOf(groups), models: modelsOf(groups), places: placesOf(groups),
  }
}

export function spanOf(groups: readonly SumGroup[]): { readonly firstAt: Instant; readonly lastAt: Instant } {
  let first = Infinity, last = 0
  for (const { firstAt, lastAt } of groups) {
    if (firstAt < first) first = firstAt
    if (lastAt > last) last = lastAt
  }
  return { firstAt: instant(first), lastAt: instant(last) }
}

/** Figures of each model, in order of first use. */
export function modelsOf(groups: readonly SumGroup[]): readonly ModelFigures[] {
  const byModel = new Map<string, SumGroup[]>()
  for (const group of groups) {
    const name = `${group.model}${SEPARATOR}${speedOf(group)}`
    const known = byModel.get(name)
    if (known) known.push(group)
    else byModel.set(name, [group])
  }
  return [...byModel.values()].map(members => ({ model: members[0]?.model ?? '', speed: members[0] ? speedOf(members[0]) : '', ...figuresOf(members), firstAt: spanOf(members).firstAt }))
    .sort((a, b) => a.firstAt - b.firstAt || (a.model < b.model ? -1 : 1))
}

function placesOf(groups: readonly SumGroup[]): readonly Place[] {
  const places = new Map<string, Place>()
  for (const { by: { agent = '', account = '', project = '', branch = '' }, lastAt } of groups) {
    const name = [agent, account, project, branch].join(SEPARATOR)
    const known = places.get(name)
    if (!known || known.lastAt < lastAt) places.set(name, { agent, account, project, branch, lastAt })
  }
  return [...places.values()].sort((a, b) => b.lastAt - a.lastAt || (a.branch < b.branch ? -1 : 1))
}
