// The world as hooks that reserve see it: rates, what clients left in their logs and registries, and the wait for a log
// that is not read yet.
import { realpathSync, statSync } from 'node:fs'
import { claudeModelLimits } from '../../core/budgets/model-limits.ts'
import type { BoundCard } from '../../core/budgets/request-cost.ts'
import { resolveModel } from '../../core/pricing/resolve-model.ts'
import { NEW_SUBAGENT, type Reservation } from '../../core/reservations/reservation.ts'
import type { CallWorld } from '../../flows/reserve/call.ts'
import type { CallSight } from '../../flows/reserve/end-calls.ts'
import { lastTold } from '../../os/logs/log-tail.ts'
import { registeredAt } from '../../os/processes/registry.ts'
import { ownerSight } from './owners.ts'
import { ownersWorld } from './reserve.ts'
import type { World } from './world.ts'

export const boundCard = ({ card, price }: World): BoundCard => ({ limits: claudeModelLimits(model => resolveModel(card, model)?.id ?? null), price })

export const callWorld = (world: World): CallWorld => ({
  stores: world.stores, clock: world.clock, node: world.node, budgets: world.budgets, crashPoint: world.crashPoint, owners: ownerSight(ownersWorld(world)),
  card: boundCard(world), freshId: () => `call-${crypto.randomUUID()}`,
})

export const callSight = (world: World): CallSight => ({
  async log(call) {
    const file = await logOf(world, call)
    const size = file === '' ? null : sizeOf(file)
    if (size === null) return 'absent'
    // A folder that is a link has its logs known under another name.
    const known = await world.stores.read(function* () { return (yield* world.stores.cursors.get(file)) ?? (yield* world.stores.cursors.get(realNameOf(file))) })
    return known?.size === size ? 'read' : 'behind'
  },
  async failed(call, from, until) {
    const adapter = adapterOf(world, call), file = await logOf(world, call)
    if (!adapter?.calls || file === '') return false
    const { marker, failedAt } = adapter.calls
    return lastTold(file, marker, line => { const at = failedAt(line); return at !== null && at >= from && (until === null || at < until) ? at : null }) !== null
  },
  idle({ owner, covers }) {
    if (owner.kind !== 'process' || owner.node !== world.node) return false
    return registeredAt(world.adapters, world.environment, owner.pid).some(({ agent, session }) =>
      agent === covers?.agent && session.session === covers.session && session.status === 'idle' && (session.startTime === '' || session.startTime === owner.startTime))
  },
})

const adapterOf = ({ adapters }: World, { covers }: Reservation): World['adapters'][number] | undefined => adapters.find(({ name }) => name === covers?.agent)

/** The log its answer will be written to; '' when nothing tells where that is. A subagent without an id is told of by its session's own. */
async function logOf(world: World, call: Reservation): Promise<string> {
  const { covers } = call, calls = adapterOf(world, call)?.calls
  if (!covers || !calls) return ''
  const known = await world.stores.read(() => world.stores.sessions.get(covers.agent, covers.session))
  return known && known.transcript !== '' ? calls.logOf(known.transcript, covers.stream === NEW_SUBAGENT ? '' : covers.stream) : ''
}

function sizeOf(file: string): number | null {
  try {
    return statSync(file).size
  } catch {
    return null
  }
}

function realNameOf(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}
