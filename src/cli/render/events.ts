// One event as one readable line; the JSON form is what programs read.
import type { EventAnswer } from '../../api/control-plane.ts'
import { faint, toned, type Line, type Tone } from '../../core/text/line.ts'
import { cutLine } from '../../core/text/table.ts'
import { safeLine } from '../../core/text/line.ts'
import { column } from '../../core/text/display-width.ts'
import { wallTime } from './moments.ts'

const TONE: Readonly<Record<EventAnswer['level'], Tone>> = { info: 'faint', warn: 'warn', error: 'bad' }
const CODE_COLUMNS = 22

/** `14:02:11  warn   budget.breached        budget=web-daily spent=20.13`. */
export function eventLine(event: EventAnswer, zone: string, columns: number): Line {
  const { time } = wallTime(Date.parse(event.at), zone)
  const fields = Object.entries(event.fields).filter(([, value]) => value !== null && value !== '').map(([key, value]) => `${key}=${quoted(String(value))}`)
  const code = event.code.length <= CODE_COLUMNS ? column(event.code, CODE_COLUMNS) : event.code
  return cutLine(safeLine([faint(time), '  ', toned(TONE[event.level], column(event.level, 5)), '  ', code, '  ', faint(fields.join(' '))]), columns)
}

const quoted = (value: string): string => (/[\s"=]/.test(value) ? JSON.stringify(value) : value)
