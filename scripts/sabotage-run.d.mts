import type { SabotageRow } from './sabotage.mjs'

export interface SabotageGroup { readonly test: string; readonly rows: readonly SabotageRow[] }
export function inTurn(rows: readonly SabotageRow[], commit: string): readonly SabotageGroup[]
export function minutesOf(text: string | undefined): number
export function tryAll(groups: readonly SabotageGroup[], by: {
  readonly trees: readonly string[]; readonly limitMs: number; readonly elapsedMs: () => number; readonly say: (line: string) => void
  readonly isSound: (test: string, tree: string) => Promise<boolean>; readonly tryRow: (row: SabotageRow, tree: string) => Promise<boolean>
}): Promise<{ readonly caught: number; readonly survivors: readonly SabotageRow[]; readonly unsound: readonly SabotageRow[]; readonly late: number }>
