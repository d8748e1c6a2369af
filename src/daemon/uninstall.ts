// Takes purser out again: the daemon stopped, every settings file given back, the socket and the hook script removed;
// with purge the database and configuration too. One failing step never keeps the others from happening.
import { existsSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { claudeCodeHookSettings, settingsFileOf } from '../agents/claude-code/hook-settings.ts'
import { connectSocket } from '../api/client.ts'
import type { UninstallAnswer, UninstallStep } from '../api/uninstall-answer.ts'
import { codeOf, messageOf } from '../core/errors.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { uninstallHooks } from '../os/hook-files.ts'
import { placesFor, type Places } from '../os/paths.ts'
import { configHomeOf } from './hooks-command.ts'

const STOP_WAIT_MS = 5_000

export async function uninstall({ environment, purge }: { readonly environment: Environment; readonly purge: boolean }): Promise<UninstallAnswer> {
  const places = placesFor(environment.variables)
  const steps: UninstallStep[] = [await stopDaemon(places)]
  steps.push(...takeOutHooks(environment, places))
  steps.push(removed('runtime', places.socket))
  if (purge) {
    steps.push(removed('state', places.state))
    steps.push(removed('config', places.configFile))
  } else {
    steps.push(kept('state', places.state, 'your ledger; remove it too with: purser uninstall --purge'))
    steps.push(kept('config', places.configFile, ''))
  }
  return { purged: purge, steps }
}

async function stopDaemon(places: Places): Promise<UninstallStep> {
  try {
    await connectSocket({ path: places.socket }).call('down', {})
  } catch (error) {
    if (codeOf(error) === 'daemon_unreachable') return { what: 'daemon', path: '', did: 'absent', detail: '' }
    return { what: 'daemon', path: '', did: 'failed', detail: messageOf(error) }
  }
  for (let waited = 0; waited < STOP_WAIT_MS && existsSync(places.socket); waited += 50) await new Promise(resolve => setTimeout(resolve, 50))
  return { what: 'daemon', path: '', did: 'stopped', detail: '' }
}

function takeOutHooks(environment: Environment, places: Places): UninstallStep[] {
  const steps: UninstallStep[] = []
  const done = new Set<string>()
  let waiting = [settingsFileOf({ scope: 'user', configHome: configHomeOf(environment) })]
  while (waiting.length > 0) {
    const [file = '', ...rest] = waiting
    done.add(file)
    try {
      const { changed, how, remaining } = uninstallHooks({ settings: claudeCodeHookSettings, settingsFile: file, state: places.state })
      steps.push({ what: 'hooks', path: file, did: !changed ? 'absent' : 'restored', detail: how === 'entries' ? 'others had edited it since, so only our entries were taken out' : '' })
      waiting = [...rest, ...remaining.filter(each => !done.has(each) && !rest.includes(each))]
    } catch (error) {
      steps.push({ what: 'hooks', path: file, did: 'failed', detail: messageOf(error) })
      waiting = rest
    }
  }
  return steps
}

function removed(what: UninstallStep['what'], path: string): UninstallStep {
  if (!existsSync(path)) return { what, path, did: 'absent', detail: '' }
  try {
    rmSync(path, { recursive: true, force: true })
    return { what, path, did: 'removed', detail: '' }
  } catch (error) {
    return { what, path, did: 'failed', detail: `${messageOf(error)}; remove it by hand, or check who owns ${dirname(path)}` }
  }
}

const kept = (what: UninstallStep['what'], path: string, detail: string): UninstallStep => (existsSync(path) ? { what, path, did: 'kept', detail } : { what, path, did: 'absent', detail: '' })
