// Takes purser out again: the daemon stopped, every settings file given back, the socket and the hook script removed;
// with purge the database and configuration too. One failing step never keeps the others from happening.
import { existsSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { claudeCodeHookSettings, settingsFileOf } from '../agents/claude-code/hook-settings.ts'
import { claudeCodeStatuslineSettings } from '../agents/claude-code/statusline-settings.ts'
import { connectSocket } from '../api/client.ts'
import type { UninstallAnswer, UninstallStep } from '../api/uninstall-answer.ts'
import { codeOf, messageOf } from '../core/errors.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { SECOND_MS } from '../core/time.ts'
import { systemClock } from '../os/clock.ts'
import { uninstallHooks } from '../os/files/hook-files.ts'
import { placesFor, type Places } from '../os/paths.ts'
import { isStatuslineOutermost, statuslineSettingsFiles, uninstallStatusline } from '../os/files/statusline-files.ts'
import { configHomeOf } from './hooks-command.ts'
import { openTerminals } from './terminals.ts'
import { openSignals } from './wire.ts'

const STOP_WAIT_MS = 5 * SECOND_MS
const LOOK_MS = 50

/** `stopWaitMs`: how long a daemon may take to stop before it is told as still running. */
export async function uninstall({ environment, purge, stopWaitMs = STOP_WAIT_MS }: { readonly environment: Environment; readonly purge: boolean; readonly stopWaitMs?: number }): Promise<UninstallAnswer> {
  const places = placesFor(environment.variables)
  const daemon = await stopDaemon(places, stopWaitMs)
  const steps: UninstallStep[] = [daemon, ...takeOutOfSettings(environment, places)]
  if (daemon.did === 'failed') {
    // Taken away from under a daemon that runs, its files would only be lost to whoever looks for it.
    const still = 'the daemon may still run; stop it, then type: purser uninstall'
    return { purged: false, steps: [...steps, kept('runtime', places.socket, still), kept('state', places.state, still), kept('config', places.configFile, still)] }
  }
  const sitting = purge ? await stillSitting(environment, places) : []
  if (sitting.length > 0) {
    // Without the socket of their server nobody could look at them or end them any more, and they would go on spending.
    const still = `${sitting.join(', ')} ${sitting.length === 1 ? 'is' : 'are'} still open in purser's terminals`
    steps.push({ what: 'sessions', path: '', did: 'failed', detail: `${still}; end them (purser pool down --force, purser task cancel), then type: purser uninstall --purge` })
    return { purged: false, steps: [...steps, kept('runtime', places.socket, still), kept('state', places.state, still), kept('config', places.configFile, still)] }
  }
  steps.push(removed('runtime', places.socket))
  if (purge) {
    steps.push(removed('state', places.state))
    steps.push(removed('config', places.configFile))
    // Only our own folders, and only when nothing of anybody else is in them.
    for (const folder of [dirname(places.configFile), places.runtime]) removeIfEmpty(folder)
  } else {
    steps.push(kept('state', places.state, 'your ledger; remove it too with: purser uninstall --purge'))
    steps.push(kept('config', places.configFile, ''))
  }
  return { purged: purge, steps }
}

/** Names of terminals of ours in which something lives. A server that cannot be asked is as good as none. */
async function stillSitting(environment: Environment, places: Places): Promise<readonly string[]> {
  const found = await Promise.all(openTerminals(environment, places, openSignals(environment)).map(driver => driver.list().catch(() => [])))
  return found.flat().filter(({ stamp, ended }) => stamp !== '' && ended === null).map(({ name }) => name).toSorted()
}

async function stopDaemon(places: Places, waitMs: number): Promise<UninstallStep> {
  try {
    await connectSocket({ path: places.socket }).call('down', {})
  } catch (error) {
    if (codeOf(error) === 'daemon_unreachable') return { what: 'daemon', path: '', did: 'absent', detail: '' }
    return { what: 'daemon', path: '', did: 'failed', detail: messageOf(error) }
  }
  for (let waited = 0; waited < waitMs && existsSync(places.socket); waited += LOOK_MS) await systemClock.sleep(LOOK_MS)
  if (existsSync(places.socket)) return { what: 'daemon', path: '', did: 'failed', detail: `it was asked to stop and still has its socket after ${waitMs / SECOND_MS} s` }
  return { what: 'daemon', path: '', did: 'stopped', detail: '' }
}

/** In the reverse order of putting them in, where that can be told: then every byte comes back. */
function takeOutOfSettings(environment: Environment, places: Places): UninstallStep[] {
  const own = settingsFileOf({ scope: 'user', configHome: configHomeOf(environment) })
  const files = [...new Set([own, ...statuslineSettingsFiles(places.state)])]
  const outermost = files.filter(file => outermostLine(places, file))
  const first = outermost.map(file => takeOutStatusline(places, file))
  const hooks = takeOutHooks(environment, places)
  return [...hooks, ...first, ...files.filter(file => !outermost.includes(file)).map(file => takeOutStatusline(places, file))]
}

function outermostLine({ state }: Places, file: string): boolean {
  try {
    return isStatuslineOutermost(state, file)
  } catch {
    return false
  }
}

function takeOutStatusline({ state }: Places, file: string): UninstallStep {
  try {
    const { how } = uninstallStatusline({ settings: claudeCodeStatuslineSettings, settingsFile: file, state })
    return { what: 'statusline', path: file, did: how === 'nothing' ? 'absent' : 'restored', detail: how === 'entries' ? 'others had edited it since, so only our entry was taken out' : '' }
  } catch (error) {
    return { what: 'statusline', path: file, did: 'failed', detail: messageOf(error) }
  }
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

function removeIfEmpty(folder: string): void {
  try {
    if (basename(folder) === 'purser') rmdirSync(folder)
  } catch {
    // Not empty, gone already or not ours to remove: it stays as it is.
  }
}

const kept = (what: UninstallStep['what'], path: string, detail: string): UninstallStep => (existsSync(path) ? { what, path, did: 'kept', detail } : { what, path, did: 'absent', detail: '' })
