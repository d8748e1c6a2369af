// What Claude Code tells its status line, and whose account that is. The payload's own names; measured against the client.
import { basisPoints } from '../../core/accounts/quota.ts'
import type { StatuslineReading } from '../../core/statusline/reading.ts'
import { usdOfNumber } from '../../core/usage/number-usd.ts'
import { accountOfTranscript } from './hooks.ts'
import { accountOf } from './paths.ts'
import { resetTime } from './quota.ts'

// Longer ones are not the client's.
const ID_CHARS_MAX = 200
const PATH_CHARS_MAX = 4_096
const MODEL_CHARS_MAX = 40
// The client has two windows today; a payload with hundreds is damaged.
const WINDOWS_MAX = 16
const WINDOW_NAME = /^[a-z0-9_]{1,64}$/
const CONTEXT_PERCENT_MAX = 1_000
// Shortest first, as a person reads them.
const ORDER = ['five_hour', 'seven_day']

type Fields = Readonly<Record<string, unknown>>

/** null when it is no status line payload. Older clients lack fields; what is not there, or damaged, is absent. */
export function readStatusline(payload: unknown): StatuslineReading | null {
  const fields = objectOf(payload)
  const session = textOf(fields.session_id, ID_CHARS_MAX)
  if (session === '') return null
  const model = objectOf(fields.model)
  const percent = objectOf(fields.context_window).used_percentage
  return {
    session, cwd: textOf(objectOf(fields.workspace).current_dir, PATH_CHARS_MAX) || textOf(fields.cwd, PATH_CHARS_MAX), transcript: textOf(fields.transcript_path, PATH_CHARS_MAX),
    model: (textOf(model.display_name, ID_CHARS_MAX) || textOf(model.id, ID_CHARS_MAX)).slice(0, MODEL_CHARS_MAX),
    modelId: textOf(model.id, ID_CHARS_MAX),
    cost: usdOfNumber(objectOf(fields.cost).total_cost_usd),
    contextPercent: typeof percent === 'number' && percent >= 0 && percent <= CONTEXT_PERCENT_MAX ? Math.floor(percent) : null,
    windows: windowsOf(objectOf(fields.rate_limits)),
  }
}

/** Present for subscriptions only, once a response had the headers. A window that is over is left out by the client. */
function windowsOf(limits: Fields): StatuslineReading['windows'] {
  const names = Object.keys(limits).filter(name => WINDOW_NAME.test(name)).slice(0, WINDOWS_MAX)
  return [...ORDER.filter(name => names.includes(name)), ...names.filter(name => !ORDER.includes(name))].flatMap(window => {
    const { used_percentage: percent, resets_at: reset } = objectOf(limits[window])
    const usedBasisPoints = basisPoints(typeof percent === 'number' ? percent : null)
    return usedBasisPoints === null ? [] : [{ window, usedBasisPoints, resetsAt: resetTime(reset) }]
  })
}

/**
 * The account as the log roots name it: by the config home of the client's own environment, else by where its transcript
 * lies. A `projects` folder shared between homes says nothing, so the environment comes first.
 */
export function accountOfStatusline({ configHome, transcript }: { readonly configHome: string; readonly transcript: string }, home: string): string {
  const trimmed = configHome.length > 1 ? configHome.replace(/[\\/]+$/, '') : configHome
  return trimmed !== '' && trimmed.length <= PATH_CHARS_MAX ? accountOf(trimmed, home) : accountOfTranscript(transcript, home)
}

const objectOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {})
const textOf = (value: unknown, max: number): string => (typeof value === 'string' && value.length <= max ? value : '')
