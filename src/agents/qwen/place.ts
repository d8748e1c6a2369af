// What the position of a file below `projects/` says. The record's own fields come first; this fills their gaps.
import type { LogPlace } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'

const CHAT = /^[^/]+\/chats\/([^/]+)\.jsonl$/
const SUBAGENT = /^[^/]+\/subagents\/([^/]+)\/([^/]+)\.jsonl$/
// Beside them lie memories, checkpoints and file histories.
const ENTERED = /^[^/]+(?:\/chats|\/subagents(?:\/[^/]+)?)?$/

export const ownsChat = (path: string): boolean => CHAT.test(path) || SUBAGENT.test(path)
export const entersFolder = (folder: string): boolean => folder === '' || ENTERED.test(folder)

export function placeOf(path: string): LogPlace {
  const subagent = SUBAGENT.exec(path)
  if (subagent) return { session: safeText(subagent[1] ?? ''), subagent: safeText((subagent[2] ?? '').replace(/^agent-/, '')) }
  return { session: safeText(CHAT.exec(path)?.[1] ?? ''), subagent: '' }
}
