// How the demonstration speaks: a column for the time, one for the subject, the rest for what happened. Every figure it
// is given comes from an answer of purser's or from a clock.
import { faint, safeLine, toned, type Line, type Span, type Tone } from '../../core/text/line.ts'
import { wrapWords } from '../../core/text/table.ts'

export interface Narrator {
  /** One thing that happened: ` 2.7s  lock      L3f... `. A subject of '' goes on with the one before. */
  say(subject: string, ...text: Line): void
  /** As `say`, with a colour for the subject. */
  sayToned(tone: Tone, subject: string, ...text: Line): void
  /** Words somebody was given, quoted. */
  quote(words: string): void
  /** A line of its own. */
  line(...line: Line): void
}

const TIME_COLUMNS = 6
const SUBJECT_COLUMNS = 10
const INDENT = TIME_COLUMNS + 2 + SUBJECT_COLUMNS
// Narrower than this nothing is wrapped by us; the terminal does it.
const TEXT_COLUMNS_MIN = 24

export interface NarratorOptions {
  readonly columns: number
  readonly write: (line: Line) => void
  /** Milliseconds since the demonstration began. */
  readonly elapsedMs: () => number
}

export function narrator({ columns, write, elapsedMs }: NarratorOptions): Narrator {
  const width = Math.max(TEXT_COLUMNS_MIN, columns - INDENT)
  const put = (head: readonly (string | Span)[], text: Line): void => {
    const [first = [], ...rest] = wrapWords(safeLine(text), width)
    write([...head, ...first])
    for (const line of rest) write([' '.repeat(INDENT), ...line])
  }
  const sayToned: Narrator['sayToned'] = (tone, subject, ...text) => {
    const time = subject === '' ? '' : secondsText(elapsedMs())
    put([faint(time.padStart(TIME_COLUMNS)), '  ', toned(tone, subject.padEnd(SUBJECT_COLUMNS))], text)
  }
  return {
    sayToned,
    say: (subject, ...text) => sayToned('strong', subject, ...text),
    quote: words => put([' '.repeat(INDENT)], [faint(`"${words}"`)]),
    line: (...line) => { for (const part of wrapWords(safeLine(line), columns)) write(part) },
  }
}

/** `2.7s` */
export const secondsText = (ms: number): string => `${(ms / 1_000).toFixed(1)}s`

const BAR_COLUMNS = 20

/** How full: `██████░░░░  30%`, full only when the limit is reached. `spent` and `limit` in nano-USD. */
export function meter(spent: bigint, limit: bigint): Line {
  const percent = limit <= 0n ? 100 : Number((spent * 100n) / limit)
  const full = Math.min(BAR_COLUMNS, Math.floor((percent * BAR_COLUMNS) / 100))
  const tone: Tone = percent >= 100 ? 'bad' : percent >= 80 ? 'warn' : 'good'
  return [toned(tone, '█'.repeat(full)), faint('░'.repeat(BAR_COLUMNS - full)), ` ${String(percent).padStart(3)}%`]
}
