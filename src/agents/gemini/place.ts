// What the position of a file below `tmp/` says, and which small files beside it name the project's folder.
import type { LogPlace, Opening } from '../../core/sessions/log-source.ts'
import { objectIn, parsedJson } from '../../core/tailing/json-fields.ts'
import { safeText } from '../../core/tailing/safe-text.ts'

const CHAT = /^[^/]+\/chats\/session-[^/]+\.jsonl$/
const SUBAGENT = /^[^/]+\/chats\/([^/]+)\/([^/]+)\.jsonl$/
const DOCUMENT = /^[^/]+\/chats\/session-[^/]+\.json$/
// `tmp/<project>/chats/<parent session>`: everything else below `tmp` is tool output, checkpoints and the client's own binaries.
const ENTERED = /^[^/]+(?:\/chats(?:\/[^/]+)?)?$/

export const ownsChat = (path: string): boolean => CHAT.test(path) || SUBAGENT.test(path)
export const ownsDocument = (path: string): boolean => DOCUMENT.test(path)
export const entersFolder = (folder: string): boolean => folder === '' || ENTERED.test(folder)

/** A main chat's name holds only the first eight characters of its session's id: the header has it whole. */
export function placeOf(path: string): LogPlace {
  const subagent = SUBAGENT.exec(path)
  return subagent ? { session: safeText(subagent[1] ?? ''), subagent: safeText(subagent[2] ?? '') } : { session: '', subagent: '' }
}

const REGISTRY = '../projects.json'
const projectOf = (path: string): string => path.slice(0, path.indexOf('/'))

export const companionsOf = (path: string): readonly string[] => [`${projectOf(path)}/.project_root`, REGISTRY]

/** The chat itself does not say where it runs: the marker in the project's folder does, else the registry of projects. */
export function cwdOf({ path, companions }: Opening): string {
  const project = projectOf(path)
  const marked = safeText((companions[`${project}/.project_root`] ?? '').trim())
  if (marked !== '') return marked
  const projects = objectIn(parsedJson(companions[REGISTRY]), 'projects')
  return safeText(Object.keys(projects).find(folder => projects[folder] === project) ?? '')
}
