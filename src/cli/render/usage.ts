// Sums of usage as one line, and the notes that say why a sum is a lower bound or an estimate.
import type { UsageCore } from '../../api/control-plane.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { moneyAtLeast, nanosOf, plural, short } from './figures.ts'

/** `Today  $24.83+   1,204 responses   310k in   88k out   41.2M cached`. */
export function usageLine(title: string, usage: UsageCore): Line {
  const { tokens } = usage
  const cached = tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h
  return [
    strong(title), '  ', toned('accent', `${usage.estimated > 0 ? '~' : ''}${moneyAtLeast(usage.cost, usage.atLeast)}`), '   ',
    faint(`${plural(usage.responses, 'response')}   ${short(tokens.input)} in   ${short(tokens.output)} out   ${short(cached)} cached`),
  ]
}

/** Why a `+` or `~` stands beside a cost, and what to type about it. Empty when every figure is exact. */
export function usageNotes(usage: UsageCore): readonly Line[] {
  const { unpriced, partial, estimated } = usage
  const notes: Line[] = []
  if (unpriced.responses > 0) {
    notes.push([faint(`+ at least: ${plural(unpriced.responses, 'response has', 'responses have')} no price yet; see: `), 'purser pricing diagnose'])
  }
  if (partial > 0) notes.push([faint(`+ at least: ${plural(partial, 'response')} cut off before the agent logged the end`)])
  if (estimated > 0) notes.push([faint(`~ about: ${plural(estimated, 'response is', 'responses are')} estimated; the agent keeps no exact record of ${estimated === 1 ? 'it' : 'them'}`)])
  return notes
}

type Cost = Pick<UsageCore, 'cost' | 'atLeast' | 'estimated'>

/** Costs of a column: `~` before what is partly estimated, `+` behind a lower bound, decimal points aligned where only some carry one. */
export function costCells(rows: readonly Cost[]): readonly string[] {
  const anyPlus = rows.some(row => row.atLeast && !isUnpriced(row))
  return rows.map(row => (isUnpriced(row) ? 'unpriced' : `${row.estimated > 0 ? '~' : ''}${moneyAtLeast(row.cost, row.atLeast)}${anyPlus && !row.atLeast ? ' ' : ''}`))
}

// Nothing of it has a price: a figure, however small, would be read as one.
const isUnpriced = (row: Cost): boolean => row.atLeast && nanosOf(row.cost) === 0n
