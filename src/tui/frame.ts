// The difference between two screens as one write: only rows that changed, between the marks of synchronized output, so
// that a terminal that knows them never shows half a frame. Pure.

export interface Size { readonly columns: number; readonly rows: number }
/** `text` is painted; `width` is its columns, never more than the screen's. */
export interface Row { readonly text: string; readonly width: number }
export interface Frame { readonly size: Size; readonly rows: readonly Row[] }

const CSI = '\u001b['
const BEGIN = `${CSI}?2026h`
const END = `${CSI}?2026l`

const EMPTY: Row = { text: '', width: 0 }

/** '' when nothing changed. */
export function frameText(before: Frame | null, after: Frame): string {
  const whole = before === null || before.size.columns !== after.size.columns || before.size.rows !== after.size.rows
  const changed = Array.from({ length: after.size.rows }, (_, index) => index).flatMap(index => {
    const row = after.rows[index] ?? EMPTY
    return !whole && row.text === (before.rows[index] ?? EMPTY).text ? [] : [`${CSI}${index + 1};1H${row.text}${CSI}0m${restOf(row, after.size)}`]
  })
  return changed.length === 0 ? '' : `${BEGIN}${whole ? `${CSI}2J` : ''}${changed.join('')}${END}`
}

/** Clears what the row leaves free. After a full row the cursor still stands on its last character: nothing to clear. */
const restOf = ({ width }: Row, { columns }: Size): string => (width < columns ? `${CSI}K` : '')

/** Own screen, no cursor, no wrapping of what is too long, pasted text marked as such. */
export const ENTER = `${CSI}?1049h${CSI}?25l${CSI}?7l${CSI}?2004h`
/** All of it back, in any state: written also when something went wrong in the middle of a frame. */
export const LEAVE = `${END}${CSI}?2004l${CSI}?7h${CSI}0m${CSI}?25h${CSI}?1049l`
