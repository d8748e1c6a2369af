// What a status line's own process knows of the screen it is shown on. Pure: the same for the small program, which has
// the variables, and for the daemon, which is told them.
import type { Painted } from '../text/paint-line.ts'

export interface StatuslineScreen extends Painted {
  /** Infinity where nobody says how wide it is; the client then cuts for itself. */
  readonly columns: number
}

/** The variables that matter, by the names they have everywhere. */
export const SCREEN_VARIABLES = ['COLUMNS', 'NO_COLOR', 'FORCE_COLOR', 'TERM', 'LC_ALL', 'LC_CTYPE', 'LANG'] as const
export type ScreenVariables = Readonly<Partial<Record<(typeof SCREEN_VARIABLES)[number], string | undefined>>>

// The client indents its status line by two columns and keeps as many free at the right.
const MARGIN = 4
// A line narrower than this says nothing; the terminal cuts it.
const COLUMNS_MIN = 20
const COLUMNS_MAX = 1_000

export function statuslineScreen(variables: ScreenVariables): StatuslineScreen {
  const width = /^\d{1,5}$/.test(variables.COLUMNS ?? '') ? Number(variables.COLUMNS) : 0
  return { columns: width === 0 ? Infinity : Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, width - MARGIN)), colour: wantsColour(variables), unicode: showsUnicode(variables) }
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== ''

/** The client shows colours through a pipe, so there is no terminal to ask: they are on unless somebody says no. */
function wantsColour({ NO_COLOR, FORCE_COLOR, TERM }: ScreenVariables): boolean {
  return !isSet(NO_COLOR) && FORCE_COLOR !== '0' && TERM !== 'dumb'
}

/** The client itself draws in Unicode; only a locale that says otherwise gets less. */
function showsUnicode({ LC_ALL, LC_CTYPE, LANG }: ScreenVariables): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find(isSet)
  return locale === undefined || /utf-?8/i.test(locale)
}
