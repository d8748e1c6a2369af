// `purser hooks install|uninstall|status`: finds the settings file a verb means, and tells what was done to it in the
// command line's words. Works without daemon and database.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { claudeCodeHookSettings, MANAGED_SETTINGS, settingsFileOf } from '../agents/claude-code/hook-settings.ts'
import type { HooksAnswer, HooksRequest } from '../api/hooks-answer.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { hookPlaces, hooksStatus, installHooks, uninstallHooks } from '../os/files/hook-files.ts'
import { placesFor } from '../os/paths.ts'
import { ownVersion, packageFolder } from './version.ts'

const AGENT = 'claude-code'

export async function hooksCommand(request: HooksRequest): Promise<HooksAnswer> {
  const { environment, scope } = request
  const { state, socket } = placesFor(environment.variables)
  const settingsFile = settingsFileOf(scope === 'user' ? { scope, configHome: configHomeOf(environment) } : { scope, project: request.folder })
  if (request.verb === 'install') {
    const dist = join(packageFolder(), 'dist')
    const done = installHooks({
      settings: claudeCodeHookSettings, settingsFile, state, socket, version: ownVersion(), node: process.execPath,
      sources: { script: join(dist, 'hook.sh'), program: join(dist, 'hook.cjs') },
    })
    return answer(request, settingsFile, { changed: done.changed || done.renewed, did: done.changed ? 'wrote' : 'kept', scriptDid: done.renewed ? 'wrote' : 'kept', backup: done.changed ? done.backup : null })
  }
  if (request.verb === 'uninstall') {
    const done = uninstallHooks({ settings: claudeCodeHookSettings, settingsFile, state })
    return answer(request, settingsFile, { changed: done.changed, did: done.changed ? 'wrote' : 'absent', scriptDid: done.remaining.length === 0 ? 'removed' : 'kept', backup: null })
  }
  return answer(request, settingsFile, { changed: false, did: 'kept', scriptDid: 'kept', backup: null })
}

interface Done { readonly changed: boolean; readonly did: 'wrote' | 'kept' | 'absent'; readonly scriptDid: 'wrote' | 'kept' | 'removed'; readonly backup: string | null }

function answer({ environment, scope, folder }: HooksRequest, settingsFile: string, done: Done): HooksAnswer {
  const { state } = placesFor(environment.variables)
  const files = settingsFiles(environment, folder)
  const status = hooksStatus({ settings: claudeCodeHookSettings, files, state, version: ownVersion(), lastHeardAt: null })
  const own = status.files.find(file => file.file === settingsFile)
  const registered = own?.registered ?? []
  const hookState = registered.length === 0 ? 'absent' : (own?.missing.length ?? 0) > 0 ? 'partial' : status.script.current ? 'installed' : 'outdated'
  return {
    agent: AGENT, scope, state: hookState, changed: done.changed, events: registered, others: othersIn(settingsFile),
    files: [
      { path: settingsFile, what: 'settings', did: existsSync(settingsFile) ? done.did : done.changed ? 'removed' : 'absent', backup: done.backup },
      { path: hookPlaces(state).script, what: 'script', did: status.script.present ? done.scriptDid : done.scriptDid === 'removed' && done.changed ? 'removed' : 'absent', backup: null },
    ],
    warnings: [...status.files.flatMap(file => file.risks.map(risk => `${file.file}: ${risk}`)), ...status.bypasses.map(bypass => `not covered: ${bypass}`), ...curlWarning(environment)],
  }
}

/** Hooks of the user's own, counted so that "yours were left alone" is a fact and not a promise. */
function othersIn(file: string): number {
  try {
    const { hooks } = JSON.parse(readFileSync(file, 'utf8')) as { hooks?: Record<string, readonly { readonly hooks?: readonly { readonly command?: string }[] }[]> }
    return Object.values(hooks ?? {}).flat().flatMap(group => group.hooks ?? []).filter(hook => !(hook.command ?? '').includes('purser-hook.sh')).length
  } catch {
    return 0
  }
}

export const configHomeOf = ({ home, variables }: Environment): string => (variables.CLAUDE_CONFIG_DIR ?? '').split(',')[0]?.trim() || join(home, '.claude')

const settingsFiles = (environment: Environment, folder: string): { scope: string; file: string }[] => [
  { scope: 'user', file: settingsFileOf({ scope: 'user', configHome: configHomeOf(environment) }) },
  { scope: 'project', file: settingsFileOf({ scope: 'project', project: folder }) },
  ...(environment.platform === 'win32' ? [] : [{ scope: 'managed', file: MANAGED_SETTINGS[environment.platform] }]),
]

function curlWarning({ variables }: Environment): string[] {
  const found = (variables.PATH ?? '').split(delimiter).some(folder => folder !== '' && existsSync(join(folder, 'curl')))
  return found ? [] : ['curl was not found: each asking hook then starts Node, about 40 ms instead of 13']
}
