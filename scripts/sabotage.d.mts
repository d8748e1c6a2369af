export interface SabotageRow { readonly id: string; readonly file: string; readonly find: string; readonly replace: string; readonly test: string; readonly why: string }
export function readRows(filter: string): readonly SabotageRow[]
export function misfit(row: Omit<SabotageRow, 'id'>): string
