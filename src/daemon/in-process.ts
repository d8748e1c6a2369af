// The control plane without a daemon: opens the database here, answers, closes. Locks it changes are projected at once,
// so that hooks see a release although nobody watches.
import type { ControlPlane } from '../api/control-plane.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { handlersOf, planeOf } from './handlers/table.ts'
import { project } from './projection.ts'
import { Scope } from './scope.ts'
import { ARMED_SINCE } from '../flows/judge-balances.ts'
import { wire } from './wire.ts'

export async function openInProcess({ environment }: { readonly environment: Environment }): Promise<ControlPlane> {
  const scope = new Scope()
  try {
    const world = await wire({ environment, role: 'command' }, scope)
    world.running.armed = (await world.stores.read(() => world.stores.meta.get(ARMED_SINCE))) !== null
    let changed = false
    return planeOf(handlersOf(world, () => { changed = true }), async () => {
      if (changed) await project(world)
      await scope.close()
    })
  } catch (error) {
    await scope.close()
    throw error
  }
}
