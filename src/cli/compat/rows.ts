// What every list of ccusage is made of: the figures of some of our rows in its words, and their totals.
import type { ReportRow } from '../../api/report-answer.ts'
import { breakdown, dollars, modelNames, sumOf, totalOf, unpricedNames, type Sum } from './figures.ts'
import type { CompatForm } from './forms.ts'
import type { Fields } from './json.ts'

/** Version 20 says which models it found no price for; 18 counts them as free and is silent. */
const saysUnpriced = (form: CompatForm): boolean => form !== 'ccusage@18'

export function core(rows: readonly ReportRow[], form: CompatForm): Fields {
  const sum = sumOf(rows)
  const unpriced = new Set(saysUnpriced(form) ? unpricedNames(rows) : [])
  return {
    ...counters(sum), totalTokens: totalOf(sum), totalCost: dollars(sum.nanos), modelsUsed: modelNames(rows),
    modelBreakdowns: breakdown(rows).map(({ name, sum: own }) => ({ modelName: name, ...counters(own), cost: dollars(own.nanos), ...(unpriced.has(name) ? { missingPricing: true } : {}) })),
  }
}

export function totals(rows: readonly ReportRow[], form: CompatForm): Fields {
  const sum = sumOf(rows)
  const unpriced = saysUnpriced(form) ? unpricedNames(rows).toSorted() : []
  return { ...counters(sum), totalCost: dollars(sum.nanos), totalTokens: totalOf(sum), ...(unpriced.length > 0 ? { unpricedModels: unpriced } : {}) }
}

export const counters = (sum: Sum): Fields => ({ inputTokens: sum.input, outputTokens: sum.output, cacheCreationTokens: sum.cacheCreation, cacheReadTokens: sum.cacheRead })

export const latest = (rows: readonly ReportRow[]): string => rows.reduce((last, row) => ((row.lastAt ?? '') > last ? row.lastAt ?? '' : last), '')
export const earliest = (rows: readonly ReportRow[]): string => rows.reduce((first, row) => (first === '' || (row.firstAt ?? '') < first ? row.firstAt ?? '' : first), '')

/** How Claude Code names the folder of a project's logs. */
export const slugOf = (project: string): string => project.replace(/[^a-zA-Z0-9]/g, '-')

export function groupedBy(rows: readonly ReportRow[], keyOf: (row: ReportRow) => string): Map<string, ReportRow[]> {
  const groups = new Map<string, ReportRow[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const known = groups.get(key)
    if (known) known.push(row)
    else groups.set(key, [row])
  }
  return groups
}
