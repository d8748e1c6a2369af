// The outbox: notices written in the transaction of what caused them, delivered later by flows/deliver. One row per
// (notice, channel), so that each channel has its own attempts and the same notice is never queued twice for it.
import type { NewNotice } from '../enforcement/breach-store.ts'
import { instant, type Instant } from '../time.ts'
import { isTold, NOTICE_LEVELS, type Notice, type Notifier } from './notifier.ts'

export interface OutboxRow {
  readonly id: string
  readonly channel: string
  /** null when the stored text is damaged (`noticeFrom`). */
  readonly notice: Notice | null
  /** Tries so far that did not succeed. */
  readonly attempts: number
}

/** Durable state of the outbox. A marked row never comes back from `due`; a row is `pending` until it is marked. */
export interface OutboxStore {
  /** Pending rows of one channel whose time has come, the longest due first. Asked per channel: a channel with a long queue hides no other. */
  due(channel: string, now: Instant, limit: number): Promise<readonly OutboxRow[]>
  /** When the next pending row of this channel is due; null when there is none. */
  nextDue(channel: string): Promise<Instant | null>
  markSent(id: string, at: Instant): Promise<void>
  /** Counts one attempt more and waits until `at`. */
  markRetry(id: string, at: Instant, why: string): Promise<void>
  markFailed(id: string, why: string): Promise<void>
  /** Fails every pending row whose channel is not in the list; returns how many. */
  retire(channels: readonly string[], why: string): Promise<number>
}

/** How the outbox is doing. */
export interface OutboxHealth {
  /** What waits, and what was given up since then: an outage of last month is no finding today. */
  health(since: Instant): Promise<{ readonly failed: readonly { readonly channel: string; readonly count: number; readonly why: string }[]; readonly waiting: number; readonly oldestWaitingAt: Instant | null }>
}

/** The rows to insert for a notice: one per channel that wants its level. The same notice gives the same ids. */
export function outboxRows(notice: Notice, channels: readonly Pick<Notifier, 'channel' | 'minLevel'>[], dueAt: Instant): readonly NewNotice[] {
  return channels
    .filter(({ minLevel }) => isTold(notice.level, minLevel))
    .map(({ channel }) => ({ id: `${channel} ${notice.key}`, channel, level: notice.level, body: noticeText(notice), dueAt }))
}

/** The stored form of a notice. */
export const noticeText = (notice: Notice): string => JSON.stringify(notice)

/** Reads what `noticeText` wrote; null for anything else. Fields are picked by name. */
export function noticeFrom(text: string): Notice | null {
  const found = parsed(text)
  if (found === null) return null
  const { key, code, level, title, body, at, facts } = found
  const known = NOTICE_LEVELS.find(each => each === level)
  if (typeof key !== 'string' || typeof code !== 'string' || typeof title !== 'string' || typeof body !== 'string') return null
  if (known === undefined || typeof at !== 'number' || !Number.isSafeInteger(at)) return null
  return { key, code, level: known, title, body, at: instant(at), facts: textsOf(facts) }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const textsOf = (value: unknown): Record<string, string> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) : {}
