// The daemon's own log: one JSON line per event, with a name and fields, into a private file that never grows past two
// generations. Text from outside cannot forge a line, because a line is JSON.
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { redact } from '../core/text/redact.ts'

export type LogFields = Readonly<Record<string, string | number | boolean | null>>
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  close(): void
}

const BYTES_MAX = 10 * 1024 * 1024
const PRIVATE_FILE = 0o600

export function openLog(path: string, now: () => number = Date.now): Log {
  const write = (level: string, event: string, fields: LogFields = {}): void => {
    const line = redact(JSON.stringify({ at: new Date(now()).toISOString(), level, event, ...fields }))
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > BYTES_MAX) renameSync(path, `${path}.1`)
      appendFileSync(path, `${line}\n`, { mode: PRIVATE_FILE })
    } catch {
      // A full disk must not stop the watch; the events that matter are in the database.
    }
  }
  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    close: () => undefined,
  }
}
