// What a command line may know of this machine without opening anything: the clock, its own version, the paths to print.
import type { Clock } from '../core/machine/clock.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { systemClock } from '../os/clock.ts'
import { ownProcess } from '../os/processes/own-process.ts'
import { placesFor, type Places } from '../os/paths.ts'
import { ownVersion } from './version.ts'

export interface ThisMachine { readonly clock: Clock; version(): string; asker(): ReturnType<typeof ownProcess>; readonly places: Places }

export async function thisMachine(environment: Environment): Promise<ThisMachine> {
  return { clock: systemClock, version: ownVersion, asker: ownProcess, places: placesFor(environment.variables) }
}
