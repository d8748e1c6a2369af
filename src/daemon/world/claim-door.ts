// Claims as hooks meet them: an edit that is about to happen, and a session that ends. Over our private socket a hook's
// word about itself is proof; which process it speaks for is looked at.
import type { HeldClaim } from '../../core/claims/claim.ts'
import { deniedText } from '../../core/claims/claim-text.ts'
import { covers, overlaps, placeOf, type Resource, type ResourcePorts } from '../../core/claims/resource.ts'
import { touchesOf } from '../../core/claims/touched.ts'
import type { HookCall } from '../../core/enforcement/hook-verdict.ts'
import { claimOver } from '../../flows/arbitrate/fence.ts'
import { endSession } from '../../flows/arbitrate/give-back.ts'
import { identifyCaller } from '../../flows/arbitrate/identify.ts'
import type { HookSighting } from '../../flows/answer-hook.ts'
import { claimPlaces } from '../../os/claim-places.ts'
import { claimPorts } from './claims.ts'
import type { World } from './world.ts'

export interface ClaimDoor {
  /** The reason for the model; null where it may go on. */
  deniedTo(agent: string, call: HookCall): Promise<string | null>
  ended(sighting: HookSighting): Promise<void>
}

export function claimDoor(world: World): ClaimDoor {
  const ports = claimPorts(world, { changed: ms => world.clock.sleep(ms) })
  const places = claimPlaces(world.projects, world.environment.home)
  return {
    async deniedTo(agent, call) {
      const touches = touchesOf(call)
      if (touches.written.length + touches.removed.length === 0) return null
      if (!(await world.stores.read(() => world.stores.claims.held())).some(isPlace)) return null
      const asker = await identifyCaller(ports, { agent, session: call.session, pid: call.pid })
      const over = (await claimOver(ports, { ...asker, touched: resourcesOf(touches.written, call.cwd, places), meets: covers }))
        ?? (await claimOver(ports, { ...asker, touched: resourcesOf(touches.removed, call.cwd, places), meets: overlaps }))
      return over && deniedText({ ...over, node: world.node })
    },
    async ended({ agent, session, pid }) {
      const process = pid > 1 ? await world.processes.inspect(pid) : null
      // Of an end that cannot be told from another process' the reaper takes care, with proof.
      if (process) await endSession(ports, { agent, session, node: world.node, pid, startTime: process.startTime })
    },
  }
}

const isPlace = ({ resource }: HeldClaim): boolean => resource.kind === 'path' || resource.kind === 'repo'

function resourcesOf(paths: readonly string[], cwd: string, places: ResourcePorts): readonly Resource[] {
  return [...new Set(paths)].flatMap(path => placeOf(path.startsWith('~/') ? `${places.home}${path.slice(1)}` : path.startsWith('/') ? path : `${cwd}/${path}`, places) ?? [])
}
