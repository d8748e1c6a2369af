// What the environment says about a screen: columns, colours, and whether it can show more than ASCII. Pure.
import type { Screen } from './context.ts'

export interface ScreenFacts {
  readonly tty: boolean
  /** As the stream reports; 0 or absent when it does not know. */
  readonly columns: number | undefined
  readonly platform: string
  readonly variables: Readonly<Record<string, string | undefined>>
}

// What a terminal that does not know its width gets.
const COLUMNS_DEFAULT = 80
// Narrower than this no table is one; lines then wrap in the terminal.
const COLUMNS_MIN = 40

export function screenOf({ tty, columns, platform, variables }: ScreenFacts): Screen {
  return {
    tty, columns: tty ? Math.max(COLUMNS_MIN, columns || COLUMNS_DEFAULT) : Infinity,
    colour: wantsColour(tty, variables), unicode: showsUnicode(platform, variables),
  }
}

/** NO_COLOR wins, then FORCE_COLOR, then whether it is a terminal that is not dumb. */
function wantsColour(tty: boolean, variables: ScreenFacts['variables']): boolean {
  if (isSet(variables.NO_COLOR)) return false
  if (isSet(variables.FORCE_COLOR)) return variables.FORCE_COLOR !== '0'
  return tty && variables.TERM !== 'dumb'
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== ''

function showsUnicode(platform: string, variables: ScreenFacts['variables']): boolean {
  const locale = [variables.LC_ALL, variables.LC_CTYPE, variables.LANG].find(isSet)
  if (locale !== undefined) return /utf-?8/i.test(locale)
  // Without a locale: macOS terminals show it, Windows Terminal and editors say who they are, a bare Linux cannot.
  return platform === 'darwin' || (platform === 'win32' && (isSet(variables.WT_SESSION) || isSet(variables.TERM_PROGRAM)))
}
