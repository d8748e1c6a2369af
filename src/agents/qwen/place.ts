// What the position of a file below `projects/` says. The record's own fields come first; this fills their gaps.
import type { LogPlace } from '../../core/sessions/log-source.ts'
import { safeText } from '../../core/tailing/safe-text.ts'

const CHAT = /^[^/]+\/chats\/(?:archive\/)?([^/]+)\.jsonl$/
// Beside them lie memories, checkpoints, file histories, and transcripts of subagents, whose requests the chats tell.
const ENTERED = /^[^/]+(?:\/chats(?:\/archive)?)?$/

export const ownsChat = (path: string): boolean => CHAT.test(path)
export const entersFolder = (folder: string): boolean => folder === '' || ENTERED.test(folder)
export const placeOf = (path: string): LogPlace => ({ session: safeText(CHAT.exec(path)?.[1] ?? ''), subagent: '' })
