// Where Mux (later Xum) keeps the chats of its workspaces, and what the position of a file there says.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot, Opening } from '../../core/sessions/log-source.ts'
import { isObject, objectIn, parsedJson, textOf } from '../../core/tailing/json-fields.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

/** `sessions` below what XUM_ROOT and MUX_ROOT name, and always below the home of both names. */
export function sessionRoots(environment: Environment): readonly LogRoot[] {
  const named = ['XUM_ROOT', 'MUX_ROOT'].flatMap(variable => homesOf(environment, variable))
  const homes = new Set([...named, joined(environment, environment.home, '.xum'), joined(environment, environment.home, '.mux')].map(home => home.replace(/[\\/]sessions$/, '')))
  return [...homes].map(home => ({ path: joined(environment, home, 'sessions'), account: accountOf(home, environment.home), configHome: home }))
}

const CHAT = /^([^/]+)\/(?:subagent-transcripts\/([^/]+)\/)?(?:chat|chat-archive|headless-usage)\.jsonl$/
const ENTERED = /^[^/]+(?:\/subagent-transcripts(?:\/[^/]+)?)?$/

export const ownsChat = (path: string): boolean => CHAT.test(path)
export const entersFolder = (folder: string): boolean => folder === '' || ENTERED.test(folder)

export function placeOf(path: string): LogPlace {
  const found = CHAT.exec(path)
  return { session: safeText(found?.[1] ?? ''), subagent: safeText(found?.[2] ?? '') }
}

export const CONFIG = '../config.json'

/** The folder of the workspace, as the configuration lists it: `projects` is a list of pairs of a path and its workspaces. */
export function cwdOf({ place, companions }: Opening): string {
  const projects = objectIn(parsedJson(companions[CONFIG]))['projects']
  if (!Array.isArray(projects)) return ''
  for (const wanted of [place.subagent, place.session].filter(id => id !== '')) {
    for (const pair of projects as readonly unknown[]) {
      const [project, settings] = Array.isArray(pair) ? pair as readonly unknown[] : []
      const workspaces = objectIn(settings)['workspaces']
      const found = Array.isArray(workspaces) ? (workspaces as readonly unknown[]).find(workspace => isObject(workspace) && workspace['id'] === wanted) : undefined
      if (found !== undefined) return textOf(objectIn(found)['path']) || textOf(project)
    }
  }
  return ''
}
