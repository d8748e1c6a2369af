// Sums in the vocabulary of ccusage: four token counters, dollars as JSON numbers, models by name.
import type { ReportRow } from '../../api/report-answer.ts'
import { nanosOf } from '../render/figures.ts'

export interface Sum { input: number; output: number; cacheCreation: number; cacheRead: number; nanos: bigint }

const NANOS = 1_000_000_000n

export const noSum = (): Sum => ({ input: 0, output: 0, cacheCreation: 0, cacheRead: 0, nanos: 0n })

export function sumOf(rows: readonly ReportRow[]): Sum {
  const sum = noSum()
  for (const { tokens, cost } of rows) {
    sum.input += tokens.input
    sum.output += tokens.output
    sum.cacheCreation += tokens.cacheWrite5m + tokens.cacheWrite1h
    sum.cacheRead += tokens.cacheRead
    sum.nanos += nanosOf(cost) ?? 0n
  }
  return sum
}

/** The double nearest to the exact decimal: one rounding, where adding doubles rounds at every step. */
export const dollars = (nanos: bigint): number => Number(`${nanos < 0n ? '-' : ''}${abs(nanos) / NANOS}.${String(abs(nanos) % NANOS).padStart(9, '0')}`)
const abs = (value: bigint): bigint => (value < 0n ? -value : value)

export const totalOf = (sum: Sum): number => sum.input + sum.output + sum.cacheCreation + sum.cacheRead

export interface ModelSum { readonly name: string; readonly sum: Sum }

/** The dearest first, as in `modelBreakdowns`; what was billed in a fast mode is a model of its own. */
export function breakdown(rows: readonly ReportRow[]): readonly ModelSum[] {
  return modelNames(rows).map(name => ({ name, sum: sumOf(rows.filter(row => nameOf(row) === name)) }))
    .sort((a, b) => (a.sum.nanos > b.sum.nanos ? -1 : a.sum.nanos < b.sum.nanos ? 1 : 0))
}

/** In order of first use, as in `modelsUsed`. */
export function modelNames(rows: readonly Named[]): readonly string[] {
  const first = rows.toSorted((a, b) => ((a.firstAt ?? '') < (b.firstAt ?? '') ? -1 : 1))
  return [...new Set(first.map(nameOf))]
}

/** Of which some response has no price. */
export const unpricedNames = (rows: readonly ReportRow[]): readonly string[] => [...new Set(rows.filter(({ unpriced }) => unpriced.responses > 0).map(nameOf))]

type Named = Pick<ReportRow, 'model' | 'speed' | 'firstAt'>

// A response whose log names no model is a model of its own there too.
const nameOf = ({ model = '', speed }: Named): string => (speed === 'fast' ? `${model}-fast` : model === '' ? 'unknown' : model)
