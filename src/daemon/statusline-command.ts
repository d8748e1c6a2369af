// `purser statusline install|uninstall|status`: finds the settings file a verb means, and tells what was done to it.
// Works without daemon and database.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { settingsFileOf } from '../agents/claude-code/hook-settings.ts'
import { claudeCodeStatuslineSettings } from '../agents/claude-code/statusline-settings.ts'
import type { StatuslineAnswer, StatuslineSetup } from '../api/statusline-answer.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { placesFor } from '../os/paths.ts'
import { installStatusline, statuslinePlaces, statuslineStatus, uninstallStatusline } from '../os/files/statusline-files.ts'
import { configHomeOf } from './hooks-command.ts'
import { ownVersion, packageFolder } from './version.ts'

const AGENT = 'claude-code'
const settings = claudeCodeStatuslineSettings

export async function statuslineSetup(request: StatuslineSetup): Promise<StatuslineAnswer> {
  const { environment, scope } = request
  const { state, socket } = placesFor(environment.variables)
  const settingsFile = settingsFileOf(scope === 'user' ? { scope, configHome: configHomeOf(environment) } : { scope, project: request.folder })
  if (request.verb === 'install') {
    const dist = join(packageFolder(), 'dist')
    const done = installStatusline({ settings, settingsFile, state, socket, version: ownVersion(), node: process.execPath, sources: { script: join(dist, 'statusline.sh'), program: join(dist, 'statusline.cjs') } })
    return answer(request, settingsFile, { changed: done.changed, did: done.changed ? 'wrote' : 'kept', scriptDid: 'wrote', backup: done.backup })
  }
  if (request.verb === 'uninstall') {
    const { how, remaining } = uninstallStatusline({ settings, settingsFile, state })
    return answer(request, settingsFile, { changed: how !== 'nothing', did: how === 'nothing' ? 'kept' : 'wrote', scriptDid: remaining.length === 0 ? 'removed' : 'kept', backup: null })
  }
  return answer(request, settingsFile, { changed: false, did: 'kept', scriptDid: 'kept', backup: null })
}

interface Done { readonly changed: boolean; readonly did: 'wrote' | 'kept'; readonly scriptDid: 'wrote' | 'kept' | 'removed'; readonly backup: string | null }

function answer({ environment, scope, folder }: StatuslineSetup, settingsFile: string, done: Done): StatuslineAnswer {
  const { state } = placesFor(environment.variables)
  const found = statuslineStatus({ settings, settingsFile, state })
  const current = found.script.version === ownVersion() && existsSync(statuslinePlaces(state).program)
  const script = found.script.present ? done.scriptDid : done.scriptDid === 'removed' && done.changed ? 'removed' : 'absent'
  return {
    agent: AGENT, scope, changed: done.changed, own: found.own,
    state: found.line === 'ours' ? (current ? 'installed' : 'outdated') : found.line === 'other' ? 'other' : 'absent',
    files: [
      { path: settingsFile, what: 'settings', did: existsSync(settingsFile) ? done.did : done.changed ? 'removed' : 'absent', backup: done.backup },
      { path: found.script.file, what: 'script', did: script, backup: null },
    ],
    warnings: [...(found.problem ? [`${settingsFile}${found.problem.line > 0 ? ` line ${found.problem.line}` : ''}: ${found.problem.problem}`] : []), ...overridden({ scope, folder, state }), ...curlWarning(environment)],
  }
}

/** A project's own status line replaces the person's in that project. */
function overridden({ scope, folder, state }: { readonly scope: StatuslineSetup['scope']; readonly folder: string; readonly state: string }): readonly string[] {
  if (scope === 'project') return []
  const files = [settingsFileOf({ scope: 'project', project: folder }), join(folder, '.claude', 'settings.json')]
  return files.filter(file => statuslineStatus({ settings, settingsFile: file, state }).line === 'other').map(file => `${file} has a status line of its own, which is shown here instead; add ours to it: purser statusline install --project`)
}

function curlWarning({ variables }: Environment): readonly string[] {
  const found = (variables.PATH ?? '').split(delimiter).some(folder => folder !== '' && existsSync(join(folder, 'curl')))
  return found ? [] : ['curl was not found: each line then starts Node, about 40 ms instead of 15']
}
