// What a renderer may know of where its lines will go.
import type { Line } from '../../core/text/line.ts'

export interface View {
  /** Infinity for a pipe: nothing is cut there. */
  readonly columns: number
  /** Epoch milliseconds the answer is read at. */
  readonly now: number
  /** Rows of one table before the rest is counted instead of shown; Infinity for a pipe. */
  readonly rowsMax: number
}

export const BLANK: Line = []

/** Blocks with one empty line between them; empty blocks leave no trace. */
export function blocks(...parts: readonly (readonly Line[])[]): readonly Line[] {
  return parts.filter(part => part.length > 0).flatMap((part, index) => (index === 0 ? part : [BLANK, ...part]))
}
