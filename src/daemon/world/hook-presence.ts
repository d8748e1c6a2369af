// Whether hooks are there, and whether a session has them: a client takes its hooks when it starts, and one that finds
// nothing locked says nothing more. So once heard is heard for as long as that process runs.
import { existsSync } from 'node:fs'
import { isAlive } from '../../core/machine/process-table.ts'
import { hookPlaces } from '../../os/files/hook-files.ts'
import type { World } from './world.ts'

export const hooksInstalled = ({ places }: World): boolean => existsSync(hookPlaces(places.state).script)

/** Whether the session's process once spoke through a hook and is still there. */
export async function isHeard(world: World, agent: string, session: string): Promise<boolean> {
  const known = await world.stores.read(() => world.stores.sessions.get(agent, session))
  if (known?.proof !== 'hook' || known.pid === null) return false
  const process = await world.processes.inspect(known.pid)
  return isAlive(process) && process.startTime === known.startTime
}
