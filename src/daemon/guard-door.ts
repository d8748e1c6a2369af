// The way from the command line to `guard-command`, with real processes and signals.
import type { GuardDoor, GuardOutcome } from '../api/guard-door.ts'
import { guardCommand } from './guard-command.ts'
import { openSignals } from './wire.ts'

export const guard = (door: GuardDoor): Promise<GuardOutcome> => guardCommand(door, openSignals(door.environment))
