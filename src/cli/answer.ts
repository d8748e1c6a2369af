// Printing: what was asked for goes to stdout as JSON or as lines, everything else to stderr.
import type { Line } from '../core/text/line.ts'
import type { Context, Screen } from './context.ts'
import { paint } from './render/paint.ts'
import type { View } from './render/view.ts'

// One screen of rows beside the other sections; a pipe gets everything.
const ROWS_ON_SCREEN = 12

export function viewOf(screen: Screen, now: number): View {
  return { columns: screen.columns, now, rowsMax: screen.tty ? ROWS_ON_SCREEN : Infinity }
}

/** Prints an answer as its command was asked to. */
export async function answer<T>(context: Context, given: { readonly json: boolean }, value: T, render: (value: T, view: View) => readonly Line[] | Promise<readonly Line[]>): Promise<void> {
  if (given.json) return context.out(jsonText(value))
  const { clock } = await context.machine()
  context.out(paint(await render(value, viewOf(context.outScreen, clock.now())), context.outScreen))
}

/** A word about what was done: stdout, unless `--quiet`. */
export function confirm(context: Context, ...line: Line): void {
  if (!context.quiet) context.out(paint([line], context.outScreen))
}

/** A word beside the answer: stderr, unless `--quiet`. */
export function note(context: Context, ...line: Line): void {
  if (!context.quiet) context.err(paint([line], context.errScreen))
}

// What JSON leaves as it is but a terminal or an editor acts on: DEL and C1 controls, line separators, direction and
// invisible marks. As escapes they are the same text to every parser.
const UNSAFE_IN_JSON = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

const escapeUnit = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** JSON that is safe on a terminal and parses to exactly `value`. `lines` puts it on one line. */
export function jsonText(value: unknown, layout: 'block' | 'line' = 'block'): string {
  return `${JSON.stringify(value, null, layout === 'block' ? 2 : 0).replace(UNSAFE_IN_JSON, escapeUnit)}\n`
}
