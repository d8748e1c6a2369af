// The world as the verbs of reserving see it.
import type { ReserveWorld } from '../../flows/reserve.ts'
import { commandRunner } from '../../notify/run-command.ts'
import { bootId } from '../../os/processes/boot-id.ts'
import { ownerSight, type OwnersWorld } from './owners.ts'
import { riskAssessor } from './risk.ts'
import type { World } from './world.ts'

export const ownersWorld = ({ stores, processes, pidExists, node }: World): OwnersWorld => ({ stores, processes, pidExists, node, boot: bootId() })

export const reserveWorld = (world: World): ReserveWorld => ({
  stores: world.stores, channels: world.channels, clock: world.clock, node: world.node, budgets: world.budgets, crashPoint: world.crashPoint,
  owners: ownerSight(ownersWorld(world)),
  assessor: () => {
    const { risk, zone } = world.config.current().settings
    return riskAssessor({ stores: world.stores, zone, settings: risk, commands: commandRunner(world.environment.variables) })
  },
  allocation: () => world.config.current().settings.defaults.allocation,
})
