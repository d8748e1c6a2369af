// What the position of a file below `projects/` says. The record's own fields come first; this fills their gaps.
import type { LogPlace } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'

const AGENT_FILE = /^agent-(.+)\.jsonl$/
const STEM = /\.jsonl$/

/** Any `.jsonl` in a project's folder, at any depth: sessions, subagents, workflow runs, older nestings. */
export function ownsLog(relativePath: string): boolean {
  const parts = relativePath.split('/')
  return parts.length >= 2 && STEM.test(relativePath) && parts.at(-1) !== '.jsonl' && parts.every(part => part !== '' && part !== '.' && part !== '..')
}

/**
 * `<slug>/<session>.jsonl`; `<slug>/<session>/subagents/[workflows/<run>/]agent-<id>.jsonl`; the old `<slug>/<session>/<file>.jsonl`;
 * and the oldest `<slug>/agent-<id>.jsonl`, which does not name its session.
 */
export function placeOf(relativePath: string): LogPlace {
  const parts = relativePath.split('/')
  const file = parts.at(-1) ?? ''
  const subagent = AGENT_FILE.exec(file)?.[1] ?? ''
  const folder = parts.length > 2 ? (parts[1] ?? '') : ''
  const session = folder !== '' ? folder : subagent === '' ? file.replace(STEM, '') : ''
  return { session: safeText(session), subagent: safeText(subagent) }
}
