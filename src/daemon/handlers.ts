// Every operation and its handler. The same table serves the socket and the in-process control plane.
import type { ControlPlane, Handlers } from '../api/control-plane.ts'
import { budgetHandlers } from './handlers/budgets.ts'
import { doctorHandlers } from './handlers/doctor.ts'
import { lockHandlers } from './handlers/locks.ts'
import { miscHandlers } from './handlers/misc.ts'
import { pricingHandlers } from './handlers/pricing.ts'
import { processHandlers } from './handlers/processes.ts'
import { reportHandlers } from './handlers/reports.ts'
import { status } from './handlers/status.ts'
import type { World } from './world.ts'

/** `afterChange`: locks or rules changed; a daemon re-projects and wakes enforcement. */
export function handlersOf(world: World, afterChange: () => void): Handlers {
  return {
    'status': () => status(world),
    ...reportHandlers(world), ...budgetHandlers(world, afterChange), ...lockHandlers(world, afterChange), ...processHandlers(world),
    ...pricingHandlers(world), ...doctorHandlers(world), ...miscHandlers(world),
  }
}

/** The handlers as a control plane in this very process. */
export function planeOf(handlers: Handlers, close: () => Promise<void>): ControlPlane {
  return {
    call: (name, input) => (handlers[name] as (given: unknown) => Promise<never>)(input),
    close,
  }
}
