// What enforcement and `ps` see with: processes, who runs which session, where they work, and how a background session
// is asked to stop.
import { execFile } from 'node:child_process'
import { fromRegistry, fromSession, type Witness } from '../../core/enforcement/witness.ts'
import { DAY_MS, instant, SECOND_MS } from '../../core/time.ts'
import type { BackgroundSession, EnforcePorts, SightPorts } from '../../flows/enforce/ports.ts'
import { readRegistry } from '../../os/processes/registry.ts'
import type { World } from './world.ts'

const SESSIONS_MAX = 1_000
// The client's own stop command was measured to answer within a second; past this it hangs.
const STOP_DEADLINE_MS = 10 * SECOND_MS

export const sightOf = (world: World): SightPorts => ({
  processes: world.processes, agents: world.adapters, places: world.projects, node: world.node, home: world.environment.home,
  witnesses: () => witnesses(world),
})

export const enforcePorts = (world: World): EnforcePorts => ({
  ...sightOf(world), store: world.enforcement, signals: world.signaller, clock: world.clock, crashPoint: world.crashPoint,
  stopBackground: session => stopBackground(world, session),
  policy: () => ({ armed: world.running.armed && !world.running.observe && world.environment.platform === 'linux', sigkill: world.config.current().settings.enforcement.sigkill }),
})

/** Hooks heard lately and every registry entry there is now. */
async function witnesses(world: World): Promise<readonly Witness[]> {
  const now = world.clock.now()
  const heard = await world.stores.read(() => world.stores.sessions.recent(instant(now - DAY_MS), SESSIONS_MAX))
  const registered = readRegistry(world.adapters, world.environment).map(({ agent, account, session }) => fromRegistry(session, { agent, account }, now))
  return [...heard.flatMap(session => fromSession(session) ?? []), ...registered]
}

/** `claude stop JOB` with the config home the session belongs to, nothing else of our environment that could redirect it. */
function stopBackground(world: World, { account, job }: BackgroundSession): ReturnType<EnforcePorts['stopBackground']> {
  const { home, variables } = world.environment
  const configHome = account.startsWith('~') ? home + account.slice(1) : account
  const env = { PATH: variables.PATH ?? '', HOME: home, ...(account === '' || account === '~/.claude' ? {} : { CLAUDE_CONFIG_DIR: configHome }) }
  return new Promise(resolve => {
    execFile('claude', ['stop', job], { env, timeout: STOP_DEADLINE_MS, maxBuffer: 64 * 1024 }, (error, _stdout, stderr) => {
      resolve(error ? { stopped: false, detail: `claude stop ${job}: ${String(stderr).trim().slice(0, 200) || error.message}` } : { stopped: true })
    })
  })
}
