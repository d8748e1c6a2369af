// How Claude Code's log says that an account is out of quota. A bare `rate_limit` error is not it: that is a throttle.
import { windowMinutes } from '../../core/accounts/quota.ts'
import { parseResetTime } from '../../core/accounts/reset-time.ts'
import { classifyStop } from '../../core/accounts/stop.ts'
import { instant, isPlausible, parseInstant, SECOND_MS, type Instant } from '../../core/time.ts'
import type { QuotaSignal } from '../../core/usage/usage-event.ts'
import { textOf, valueOf, type RecordFields } from './record.ts'
import { CLAUDE_CODE_STOPS } from './stops.ts'
import { isObject } from './usage.ts'

const QUOTA_BYTES_MAX = 16 * 1024

// Versions before 2.1 put the reset time behind a bar: "Claude AI usage limit reached|1768900000".
const OLD_LIMIT_TEXT = /usage limit reached\|(\d{10,13})\b/

// The log names a window only once it is used up.
const SPENT = { minutes: null, usedPercent: null, exhausted: true }

/** The signal in an error record of the client, or null. `session` and `at` are the record's. */
export function readQuota(line: Uint8Array, record: RecordFields, session: string, at: Instant): QuotaSignal | null {
  const limits = valueOf(line, record.quotaLimits, QUOTA_BYTES_MAX)
  const quota = isObject(limits) ? limits : {}
  if (quota['status'] === 'rejected' || textOf(line, record.apiError) === 'usage_limit_reached') {
    const window = typeof quota['rateLimitType'] === 'string' ? quota['rateLimitType'].slice(0, 64) : ''
    return { session, at, window, ...SPENT, resetsAt: resetTime(quota['resetsAt']) }
  }
  const content = record.isApiError && record.message ? valueOf(line, record.message.content, QUOTA_BYTES_MAX) : undefined
  if (content === undefined) return null
  const old = OLD_LIMIT_TEXT.exec(JSON.stringify(content))
  return old ? { session, at, window: '', ...SPENT, resetsAt: resetTime(Number(old[1])) } : fromText(textIn(content), session, at)
}

/**
 * Versions before 2.1 only wrote it for people: "5-hour limit reached ∙ resets 3am". A clock without a zone is nobody's
 * clock, so its reset stays unknown.
 */
function fromText(text: string, session: string, at: Instant): QuotaSignal | null {
  const { kind, window } = classifyStop(text, CLAUDE_CODE_STOPS)
  // Which model's quota is spent has to be known: that of one is not that of the account.
  if (kind !== 'quota' && (kind !== 'model_quota' || window === '')) return null
  return { session, at, window, ...SPENT, resetsAt: parseResetTime(text, { at, zone: null, minutes: windowMinutes({ window, minutes: null }) }) }
}

/** The first text of a message; '' for anything else. */
function textIn(content: unknown): string {
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content]
  for (const part of parts) {
    const text = isObject(part) ? part['text'] : part
    if (typeof text === 'string') return text
  }
  return ''
}

/** Epoch seconds, epoch milliseconds or RFC 3339: all three have been seen. */
export function resetTime(value: unknown): Instant | null {
  if (typeof value === 'string') return parseInstant(value)
  if (typeof value !== 'number') return null
  const epochMs = Math.trunc(value < 1e11 ? value * SECOND_MS : value)
  return isPlausible(epochMs) ? instant(epochMs) : null
}
