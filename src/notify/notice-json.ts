// The JSON of a notice for programs: webhook and command receive the same text.
import type { Notice } from '../core/machine/notifier.ts'
import { isoText } from '../core/time.ts'

export const noticeJson = ({ key, code, level, title, body, at, facts }: Notice): string =>
  JSON.stringify({ type: code, timestamp: isoText(at), key, level, title, body, data: facts })
