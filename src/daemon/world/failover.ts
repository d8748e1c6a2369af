// What moves between accounts see and do in this world.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Account } from '../../core/accounts/account.ts'
import type { FailoverPorts } from '../../flows/failover/ports.ts'
import { processKey } from '../../flows/failover/ports.ts'
import { conversationPlaces } from '../../os/account-homes.ts'
import { bytesOf, liesBelow } from '../../os/conversations.ts'
import { lastTold } from '../../os/logs/log-tail.ts'
import { readRegistry } from '../../os/processes/registry.ts'
import { accountsOf, keptBy, lookAt, sharedWith } from './accounts.ts'
import { seatProgram, seatsOf, seatVariables } from './seats.ts'
import { sightOf } from './sight.ts'
import type { World } from './world.ts'

const ID_BYTES = 4

export const failoverPorts = (world: World): FailoverPorts => ({
  stores: world.stores, node: world.node, clock: world.clock, settings: () => world.config.current().settings.failover, accounts: () => accountsOf(world),
  lookAt: (agent, home) => lookAt(world, agent, home), shares: (one, other) => sharedWith(world, one).some(({ id }) => id === other.id), trusts: (account, folder) => trusts(world, account, folder),
  sight: sightOf(world), adapters: world.adapters, seats: seatsOf(world), signals: world.signaller, channels: world.channels, crashPoint: world.crashPoint,
  registered: () => new Map(readRegistry(world.adapters, world.environment).map(({ account, session }) => [processKey(session), account])),
  conversations: {
    bytes: bytesOf,
    mode: (agent, transcript) => {
      const permissions = adapterOf(world, agent)?.resume?.permissions
      return permissions ? lastTold(transcript, permissions.marker, permissions.modeIn) ?? '' : ''
    },
    stopped: (agent, transcript) => {
      const stopped = adapterOf(world, agent)?.resume?.stopped
      return stopped !== undefined && lastTold(transcript, stopped.marker, stopped.stoppedIn) === true
    },
    seenFrom: (account, transcript) => liesBelow(transcript, conversationPlaces(account.home, keptBy(world, account.agent)?.conversations ?? [])),
  },
  signalFlaw: () => (world.environment.platform === 'linux' ? '' : 'purser ends processes on Linux only'),
  variables: launch => seatVariables(world, launch), program: (program, folder) => seatProgram(world, program, folder),
  newId: () => `fo-${randomBytes(ID_BYTES).toString('hex')}`,
})

const adapterOf = ({ adapters }: World, agent: string) => adapters.find(({ name }) => name === agent)

/** Its client keeps it beside whose login it is. Where it keeps no such thing, it does not ask. */
function trusts(world: World, { agent, home }: Account, folder: string): boolean {
  const kept = keptBy(world, agent)
  return kept?.trusts === undefined || kept.identityFiles(home, world.environment).some(file => kept.trusts?.(textOf(file), folder) ?? false)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
