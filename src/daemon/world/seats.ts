// Seats of this world, and what somebody who sits in one has in their environment.
import { randomBytes } from 'node:crypto'
import { bindingOf } from '../../core/accounts/account.ts'
import { AppError } from '../../core/errors.ts'
import { recognised } from '../../core/launch/agent-launch.ts'
import { launchEnvironment } from '../../core/launch/launch-environment.ts'
import type { Seats } from '../../core/sessions/seats.ts'
import { seatsOn } from '../../flows/sessions/seats.ts'
import { bootId } from '../../os/processes/boot-id.ts'
import { findProgram } from '../../os/processes/find-program.ts'
import type { World } from './world.ts'

const STAMP_BYTES = 16

export const seatsOf = (world: World): Seats => seatsOn({
  stores: world.stores, terminals: world.terminals, processes: world.processes, clock: world.clock, node: world.node, boot: bootId(),
  stamp: () => randomBytes(STAMP_BYTES).toString('hex'), crashPoint: world.crashPoint,
})

/**
 * The whole environment of a client that purser starts: our own, without what an agent's session leaves behind, bound to
 * one login. `account` as scopes name it; '' leaves the login that the environment names.
 */
export function seatVariables(world: World, { program, account, session }: { readonly program: string; readonly account: string; readonly session: string }): Readonly<Record<string, string>> {
  const known = recognised(program, world.adapters)
  const launches = world.adapters.flatMap(({ launch }) => launch ?? [])
  const { variables } = launchEnvironment(world.ownVariables, { launch: known?.launch ?? null, known: launches, session })
  const kept = known?.accounts
  if (!kept || account === '') return { TERM: 'xterm-256color', ...variables }
  const home = account.startsWith('~') ? world.environment.home + account.slice(1) : account
  const bound = Object.entries(bindingOf({ home }, kept, world.environment))
  const taken = new Set(bound.map(([name]) => name))
  return { TERM: 'xterm-256color', ...Object.fromEntries(Object.entries(variables).filter(([name]) => !taken.has(name))), ...Object.fromEntries(bound.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))) }
}

/** The file that a program's name means here; throws `not_found` with what to do. */
export function seatProgram(world: World, program: string, folder: string): string {
  const found = findProgram(program, { folder, path: world.ownVariables.PATH ?? '' })
  if (!found.found) throw new AppError('not_found', `${found.why}; purser looks where the daemon was started: purser down, then purser up --detach in a shell that finds it`)
  return found.file
}
