// Keys of failover: whether work may be moved to another login when a quota runs out, and how eagerly.
import { FAILOVER_DEFAULTS, FAILOVER_MODES, type FailoverMode } from '../core/failover/policy.ts'
import { DAY_MS, durationText, HOUR_MS } from '../core/time.ts'
import type { Key } from './keys.ts'
import { choice, dayOrEmpty, duration, text, type Reader } from './readers.ts'

const key = <T>(one: Key<T>): Key<T> => one
const toml = (ms: number): string => `"${durationText(ms)}"`

// It is typed into a terminal as one paste.
const MESSAGE_CHARS_MAX = 500
const message: Reader<string> = input => {
  if (input === '') return { value: '' }
  const read = text('a sentence in quotes, or ""')(input)
  return 'value' in read && read.value.length > MESSAGE_CHARS_MAX ? { wrong: `is longer than ${MESSAGE_CHARS_MAX} characters` } : read
}

export const FAILOVER_KEYS = {
  mode: key({
    read: choice<FailoverMode>(FAILOVER_MODES, { manual: 'off', never: 'off', tell: 'notify', automatic: 'auto' }), fallback: `"${FAILOVER_DEFAULTS.mode}"`, example: '"ask"',
    says: 'What happens when the quota of a login is spent: `off` nothing, `notify` you are told, `ask` you are told what to type, `auto` sessions are moved to the next login by themselves, with `consent`.',
  }),
  consent: key({
    read: dayOrEmpty, fallback: '""', example: '"2026-11-21"', also: ['agreed', 'acknowledged'],
    says: 'The day on which you agreed that `auto` moves your sessions between your own logins. Without it `auto` is `ask`. Read docs/failover.md on what vendors allow first.',
  }),
  cooldown: key({ read: duration(0, DAY_MS), fallback: toml(FAILOVER_DEFAULTS.cooldownMs), example: '"15m"', says: 'A login that was left is not gone back to for so long.' }),
  return_margin: key({ read: duration(0, DAY_MS), fallback: toml(FAILOVER_DEFAULTS.returnMarginMs), example: '"20m"', says: 'How long after its reset work goes back to the primary.' }),
  wait: key({
    read: duration(0, 5 * HOUR_MS), fallback: toml(FAILOVER_DEFAULTS.waitMs), example: '"30m"', also: ['patience', 'wait_up_to'],
    says: 'A reset this near is waited for: a conversation that moves pays for its whole context anew.',
  }),
  message: key({
    read: message, fallback: JSON.stringify(FAILOVER_DEFAULTS.message), example: '"Continue."', also: ['resume_message', 'nudge'],
    says: 'Typed once into a session that its quota stopped in mid-work, when it runs again; empty types nothing.',
  }),
}
