// What people are told of spend outside of the logs. Amounts, names and what to type; never an address, which may hold a
// key, nor a line of a program's output.
import type { Notice } from '../machine/notifier.ts'
import { usdShort, usdText, type NanoUsd } from '../money.ts'
import type { Instant } from '../time.ts'

/** What one reading of a source did. */
export interface SyncCounts {
  readonly source: string
  readonly entries: number
  readonly cost: NanoUsd
  /** Subjects that now show less than before, or less than the ledger holds. */
  readonly lower: number
  readonly ahead: number
  readonly restarted: number
}

const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(['external', ...parts])
const plural = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

export function syncedNotice({ source, entries, cost, lower, ahead, restarted }: SyncCounts, at: Instant): Notice {
  return {
    key: keyOf('synced', source, at), code: 'external.synced', level: 'info', at,
    facts: { source, entries: String(entries), cost: usdText(cost), lower: String(lower), ahead: String(ahead), restarted: String(restarted) },
    title: `${source}: ${usdShort(cost)} more was spent outside of the logs`, body: `See it: purser external show ${source}`,
  }
}

export function lowerNotice({ source, subject, mark, latest }: { readonly source: string; readonly subject: string; readonly mark: string; readonly latest: string }, at: Instant): Notice {
  return {
    key: keyOf('lower', source, subject, mark, latest), code: 'external.lower', level: 'warn', at, facts: { source, subject, mark, latest },
    title: `${source} shows less than before`,
    body: `${subject === '' ? '' : `${subject}: `}${latest}, and it was ${mark}. Nothing was taken off; it counts again from ${mark} on.\nIf it began anew: purser external reset ${source} --reason "..."`,
  }
}

export function failedNotice({ source, why, since }: { readonly source: string; readonly why: string; readonly since: Instant }, at: Instant): Notice {
  return {
    key: keyOf('failed', source, since), code: 'external.failed', level: 'warn', at, facts: { source, why },
    title: `${source} cannot be read`, body: `${why}.\nWhat was read before stays counted. Try it: purser external sync ${source}`,
  }
}

export function reorgNotice({ source, block, depth, events }: { readonly source: string; readonly block: number; readonly depth: number; readonly events: number }, at: Instant): Notice {
  return {
    key: keyOf('reorg', source, block, at), code: 'external.reorg', level: 'warn', at, facts: { source, block: String(block), depth: String(depth), events: String(events) },
    title: `${source}: the chain was reorganised below what was posted`,
    body: `After block ${block} it is another chain; ${plural(depth, 'block')} and ${plural(events, 'event')} are read again, and what is gone is taken off by entries of its own.\nWait for more blocks: set confirmations of ${source} in the config`,
  }
}
