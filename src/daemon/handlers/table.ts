// Every operation and its handler. The same table serves the socket and the in-process control plane.
import type { ControlPlane, Handlers } from '../../api/control-plane.ts'
import { accountHandlers } from './accounts.ts'
import { shareHandlers } from './account-share.ts'
import { agentHandlers } from './agents.ts'
import { budgetHandlers } from './budgets.ts'
import { callerHandlers } from './caller.ts'
import { claimHandlers } from './claims.ts'
import { doctorHandlers } from './doctor.ts'
import { externalHandlers } from './external.ts'
import { failoverHandlers } from './failover.ts'
import { ledgerHandlers } from './ledger.ts'
import { lockHandlers } from './locks.ts'
import { selfHandlers } from './self.ts'
import { poolHandlers } from './pool.ts'
import { pricingHandlers } from './pricing.ts'
import { processHandlers } from './processes.ts'
import { quotaHandlers } from './quota.ts'
import { reportHandlers } from './reports.ts'
import { sessionRecordHandlers } from './session-records.ts'
import { reserveHandlers } from './reserve.ts'
import { runHandlers } from './runs.ts'
import { sessionHandlers } from './sessions.ts'
import { status } from './status.ts'
import { taskQueueHandlers } from './task-queue.ts'
import { taskHandlers } from './tasks.ts'
import { top } from './top.ts'
import type { World } from '../world/world.ts'

/** `afterChange`: locks or rules changed; a daemon re-projects and wakes enforcement. */
export function handlersOf(world: World, afterChange: () => void): Handlers {
  return {
    'status': () => status(world),
    'top': () => top(world),
    ...reportHandlers(world), ...budgetHandlers(world, afterChange), ...reserveHandlers(world, afterChange), ...taskHandlers(world, afterChange), ...lockHandlers(world, afterChange), ...processHandlers(world), ...sessionHandlers(world, afterChange), ...sessionRecordHandlers(world), ...runHandlers(world, afterChange),
    ...poolHandlers(world),
    ...taskQueueHandlers(world, () => world.running.dispatch()),
    ...pricingHandlers(world), ...ledgerHandlers(world, afterChange), ...agentHandlers(world), ...accountHandlers(world), ...shareHandlers(world), ...quotaHandlers(world), ...doctorHandlers(world), ...selfHandlers(world), ...callerHandlers(world), ...claimHandlers(world, afterChange), ...externalHandlers(world, afterChange), ...failoverHandlers(world, afterChange),
  }
}

/** The handlers as a control plane in this very process. */
export function planeOf(handlers: Handlers, close: () => Promise<void>): ControlPlane {
  return {
    call: (name, input) => (handlers[name] as (given: unknown) => Promise<never>)(input),
    close,
  }
}
