// Lines as the text of a screen: wrapped to its columns, each made safe and coloured by core/text/paint-line.
import type { Line } from '../../core/text/line.ts'
import { paintLine } from '../../core/text/paint-line.ts'
import { wrapLine } from '../../core/text/table.ts'
import type { Screen } from '../context.ts'

/** The text of the lines for this screen, each ended by a newline; what is too wide wraps between words. */
export function paint(lines: readonly Line[], screen: Pick<Screen, 'colour' | 'unicode' | 'columns'>): string {
  return lines.flatMap(line => wrapLine(line, screen.columns)).map(line => `${paintLine(line, screen)}\n`).join('')
}
