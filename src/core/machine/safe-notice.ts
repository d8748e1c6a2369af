// The last door before a notice leaves the machine: whoever wrote it, no escape sequence, no key-shaped text and no
// more than a phone shows goes through.
import { fit } from '../text/display-width.ts'
import { redact } from '../text/redact.ts'
import { terminalSafe, terminalSafeLines } from '../text/terminal-safe.ts'
import type { Notice } from './notifier.ts'

// ntfy turns more than 4096 bytes into an attachment and Telegram refuses more than 4096 characters; a third of that
// leaves room for letters of three bytes.
const BODY_CHARS_MAX = 1_200
const TITLE_COLUMNS_MAX = 120
const FACT_COLUMNS_MAX = 200
const FACTS_MAX = 32

/** The same notice, safe to show anywhere and without credentials. Applying it twice changes nothing. */
export function safeNotice(notice: Notice): Notice {
  const facts = Object.entries(notice.facts).slice(0, FACTS_MAX).map(([name, value]) => [name, line(value, FACT_COLUMNS_MAX)])
  return { ...notice, title: line(notice.title, TITLE_COLUMNS_MAX), body: bodyText(notice.body), facts: Object.fromEntries(facts) }
}

// Made safe before it is searched for keys: an escape in the middle of a key would hide it from the patterns.
const line = (text: string, columns: number): string => fit(redact(terminalSafe(text)), columns)

function bodyText(body: string): string {
  const clean = redact(terminalSafeLines(body.split('\n'))).trim()
  return clean.length <= BODY_CHARS_MAX ? clean : `${cutWhole(clean, BODY_CHARS_MAX - 1)}…`
}

/** At most `most` UTF-16 units, never half a character. */
export function cutWhole(text: string, most: number): string {
  const last = text.charCodeAt(most - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most)
}
