// `ps`: every agent process found, and why it would or would not be a target.
import type { Handlers } from '../../api/control-plane.ts'
import { isoText } from '../../core/time.ts'
import { describeProcesses } from '../../flows/enforce/describe.ts'
import { sightOf } from '../world/sight.ts'
import type { World } from '../world/world.ts'

export function processHandlers(world: World): Pick<Handlers, 'ps'> {
  return {
    'ps': async () => {
      const locks = await world.enforcement.activeLocks(world.clock.now())
      const found = await describeProcesses(sightOf(world), locks)
      return {
        processes: found.map(({ pid, startedAt, agent, session, cwd, project, target, because }) =>
          ({ pid, startedAt: startedAt === null ? null : isoText(startedAt), agent, session, cwd, project, target, because })),
      }
    },
  }
}
