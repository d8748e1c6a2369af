// Text for a screen as data: lines of spans with a tone. Whoever prints it makes it safe and decides whether a tone is a
// colour, so no renderer can forget either.
import { displayWidth } from './display-width.ts'
import { terminalSafe } from './terminal-safe.ts'

/** A hint, never the only carrier of a meaning. A `command` is to be copied: no layout breaks or cuts it. */
export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'warn' | 'bad' | 'accent' | 'command'
export interface Span { readonly text: string; readonly tone: Tone }
export type Line = readonly (string | Span)[]

export const strong = (text: string): Span => ({ text, tone: 'strong' })
export const faint = (text: string): Span => ({ text, tone: 'faint' })
export const toned = (tone: Tone, text: string): Span => ({ text, tone })

export const textOf = (part: string | Span): string => (typeof part === 'string' ? part : part.text)
export const toneOf = (part: string | Span): Tone => (typeof part === 'string' ? 'plain' : part.tone)

/** The same line with every span safe to print; widths are only true of safe text. */
export const safeLine = (line: Line): Line => line.map(part => {
  const text = terminalSafe(textOf(part))
  return text === textOf(part) ? part : { text, tone: toneOf(part) }
})

/** Columns of a safe line. */
export const lineWidth = (line: Line): number => line.reduce((sum, part) => sum + displayWidth(textOf(part)), 0)

/** The characters alone, made safe: what a pipe gets. */
export const plainLine = (line: Line): string => safeLine(line).map(textOf).join('').trimEnd()
