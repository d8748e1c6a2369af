// The world as the verbs of reserving see it.
import { bootId } from '../../os/boot-id.ts'
import type { ReserveWorld } from '../../flows/reserve.ts'
import { ownerSight, type OwnersWorld } from './owners.ts'
import type { World } from './world.ts'

export const ownersWorld = ({ stores, processes, node }: World): OwnersWorld => ({ stores, processes, node, boot: bootId() })

export const reserveWorld = (world: World): ReserveWorld => ({
  stores: world.stores, channels: world.channels, clock: world.clock, node: world.node, budgets: world.budgets, crashPoint: world.crashPoint,
  owners: ownerSight(ownersWorld(world)), assessor: () => null, allocation: () => null,
})
