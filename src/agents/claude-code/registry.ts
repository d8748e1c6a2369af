// Claude Code's live registry: `<config home>/sessions/<pid>.json`, one file per running session, left behind by SIGKILL.
// The `.key` files beside them hold secrets: this module has no name for them and answers null for theirs.
import type { RegisteredSession } from '../../core/sessions/agent-adapter.ts'
import { objectIn, parsedJson, textOf } from '../../core/tailing/json-fields.ts'
import { instant, isPlausible } from '../../core/time.ts'

const FILE = /^([1-9]\d{0,9})\.json$/
// A real one is under 1 KiB.
const TEXT_MAX = 64 * 1024
const STATUSES = new Set(['busy', 'idle', 'waiting'])

/** A session as the client registered it; null for any other file, another pid's content, or a damaged one. */
export function parseRegistered(fileName: string, text: string): RegisteredSession | null {
  const pid = Number(FILE.exec(fileName)?.[1] ?? 0)
  if (pid <= 1 || text.length > TEXT_MAX) return null
  const entry = objectIn(parsedJson(text))
  const session = textOf(entry['sessionId'])
  if (entry['pid'] !== pid || session === '') return null
  const status = textOf(entry['status'])
  const background = entry['kind'] === 'bg'
  const updatedAt = entry['updatedAt'] ?? entry['startedAt']
  return {
    pid, session,
    startTime: typeof entry['procStart'] === 'number' ? String(entry['procStart']) : textOf(entry['procStart']),
    cwd: textOf(entry['cwd']),
    kind: background ? 'background' : 'foreground',
    status: STATUSES.has(status) ? (status as RegisteredSession['status']) : 'unknown',
    job: background ? textOf(entry['jobId']) : '',
    pidDomain: textOf(entry['pidDomain']),
    updatedAt: typeof updatedAt === 'number' && isPlausible(updatedAt) ? instant(updatedAt) : null,
  }
}
