// What the command line hands to the MCP server it starts.
import type { Environment } from '../core/sessions/agent-adapter.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { ClaimAsker } from './claim-answers.ts'
import type { ControlPlane } from './control-plane.ts'

export interface McpDoor {
  readonly version: string
  /** This very process: whose session it serves is proven from here upwards. */
  readonly asker: ClaimAsker
  /** Where the client started it: what `path:src` and a project are meant in. */
  readonly folder: string
  readonly environment: Environment
  /** Anew for each call: a server outlives daemons. */
  readonly connect: () => ControlPlane
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Tells this server's places in queues from those of others. */
  readonly minted: string
  /** Told to stop from outside. */
  readonly signal: AbortLike
  /** For whoever reads the client's log of this server; stdout is the protocol's. */
  readonly log: (text: string) => void
}
