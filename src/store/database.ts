// The executor's port on the store side: what an engine must offer. Statements are core/ledger/work's; engines number
// the parameters while preparing and decode 64-bit integers to bigint.
import type { Statement, Transactor } from '../core/ledger/work.ts'

export interface Database extends Transactor {
  readonly engine: 'sqlite' | 'postgres'
  /** Engine and version for `doctor`, e.g. `node:sqlite 3.51.3`. */
  readonly description: string
  /** Runs DDL or other text without parameters, outside a transaction or inside the migration's. */
  script(text: string): Promise<void>
  close(): Promise<void>
}

const PARAMETER = /(?<!:):([a-z][a-zA-Z0-9_]*)/g

/** Text with one `mark(name, occurrence)` per parameter, and the parameter names in order of occurrence. */
export function numbered(statement: Statement, mark: (name: string) => string): { text: string; occurrences: string[] } {
  const occurrences: string[] = []
  const text = statement.text.replace(PARAMETER, (_, name: string) => {
    occurrences.push(name)
    return mark(name)
  })
  return { text, occurrences }
}

/** A statement without rows to give answers `{ changes }` instead: how many it touched. */
export const answersRows = (text: string): boolean => /^\s*(?:select|with|pragma)\b|\breturning\b/i.test(text)
