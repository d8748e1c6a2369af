// Sums of usage as one line, and the notes that say why a sum is a lower bound.
import type { UsageCore } from '../../api/control-plane.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { exact, moneyAtLeast, nanosOf, plural, short } from './figures.ts'

/** `Today  $24.83+   1,204 responses   310k in   88k out   41.2M cached`. */
export function usageLine(title: string, usage: UsageCore): Line {
  const { tokens } = usage
  const cached = tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h
  return [
    strong(title), '  ', toned('accent', moneyAtLeast(usage.cost, usage.atLeast)), '   ',
    faint(`${plural(usage.responses, 'response')}   ${short(tokens.input)} in   ${short(tokens.output)} out   ${short(cached)} cached`),
  ]
}

/** Why a `+` stands behind a cost, and what to type about it. Empty when every figure is exact. */
export function usageNotes(usage: UsageCore): readonly Line[] {
  const { unpriced, partial, estimated } = usage
  const notes: Line[] = []
  if (unpriced.responses > 0) {
    notes.push([faint(`+ at least: ${plural(unpriced.responses, 'response has', 'responses have')} no price yet; see: `), 'purser pricing diagnose'])
  }
  if (partial > 0) notes.push([faint(`+ at least: ${plural(partial, 'response')} cut off before the agent logged the end`)])
  if (estimated > 0) notes.push([faint(`${exact(estimated)} of these ${estimated === 1 ? 'is' : 'are'} estimated from the client's own meter`)])
  return notes
}

/** Aligns decimal points in a column where only some figures carry a `+`. */
export function costCells(rows: readonly { readonly cost: string; readonly atLeast: boolean }[]): readonly string[] {
  const anyPlus = rows.some(row => row.atLeast && !isUnpriced(row))
  return rows.map(row => (isUnpriced(row) ? 'unpriced' : moneyAtLeast(row.cost, row.atLeast) + (anyPlus && !row.atLeast ? ' ' : '')))
}

// Nothing of it has a price: a figure, however small, would be read as one.
const isUnpriced = (row: { readonly cost: string; readonly atLeast: boolean }): boolean => row.atLeast && nanosOf(row.cost) === 0n
