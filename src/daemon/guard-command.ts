// `purser guard`: runs a command under a claim, looks twice a second whether the claim still is what it was, and stops the
// command when it is not. The claim belongs to the command's own process, so it lasts as long as that runs, whatever
// becomes of this one; a claim that the caller's session already holds is only watched.
import type { ClaimOperations } from '../api/claim-answers.ts'
import type { ControlPlane } from '../api/control-plane.ts'
import type { GuardDoor, GuardOutcome } from '../api/guard-door.ts'
import { AppError, codeOf, messageOf } from '../core/errors.ts'
import { TTL_MS } from '../core/claims/claim.ts'
import type { Clock } from '../core/machine/clock.ts'
import { descendantsOf } from '../core/machine/descendants.ts'
import type { ProcessIdentity, ProcessTable, Signaller } from '../core/machine/process-table.ts'
import { SECOND_MS } from '../core/time.ts'
import { exitCodeOf, startGated, type GatedChild } from '../os/processes/gated-child.ts'
import { findProgram } from '../os/processes/find-program.ts'
import { passSignals } from '../os/processes/pass-signals.ts'
import { giveBack, handOver, hold, type Held } from './held-claims.ts'

export interface GuardParts { readonly clock: Clock; readonly processes: ProcessTable; readonly signaller: Signaller }

// A takeover is noticed this soon: a read through the daemon costs a millisecond.
const LOOK_MS = 500
// As long as the ladder waits for an agent; a build that ignores SIGTERM for this long is killed.
const KILL_AFTER_MS = 10 * SECOND_MS
const NO_RETRY = new Set(['invalid_input', 'unproven', 'not_found'])

/** Resolves when the command is over, or was never let start. */
export async function guardCommand(door: GuardDoor, parts: GuardParts): Promise<GuardOutcome> {
  const found = findProgram(door.program, { folder: door.folder, path: door.environment.variables.PATH ?? '' })
  if (!found.found) throw new AppError('not_found', `${found.why}\ntype the command behind two dashes: purser guard --claim NAME -- make`)
  const line = new Line(door.connect)
  try {
    const held = await hold(door, line, parts.clock)
    if ('refused' in held) return { did: 'refuse', refusal: held }
    return await run(door, parts, { line, held, file: found.file })
  } finally {
    await line.close()
  }
}

/** One control plane at a time, and another one when it broke. */
class Line {
  readonly #connect: () => ControlPlane
  #plane: ControlPlane | null = null
  constructor(connect: () => ControlPlane) { this.#connect = connect }

  async call<N extends keyof ClaimOperations>(name: N, input: ClaimOperations[N]['in']): Promise<ClaimOperations[N]['out']> {
    this.#plane ??= this.#connect()
    try {
      return await this.#plane.call(name, input)
    } catch (error) {
      if (!NO_RETRY.has(codeOf(error))) await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const plane = this.#plane
    this.#plane = null
    await plane?.close()
  }
}

async function run(door: GuardDoor, parts: GuardParts, { line, held, file }: { line: Line; held: Held; file: string }): Promise<GuardOutcome> {
  const child = startGated({ file, args: door.args, folder: door.folder, variables: variablesFor(door, held) })
  const quiet = passSignals(child, door.environment.platform)
  const over = new AbortController()
  try {
    const identity = await identityOf(parts.processes, child.pid)
    // Before it may do anything: whoever ends this process with SIGKILL leaves a command behind that holds its own claim.
    if (held.own && !door.strict) await handOver(door, line, held, identity)
    child.open()
    const watched = watch(door, parts, { line, held, child, identity, over: over.signal })
    const exit = exitCodeOf(await child.ended)
    over.abort()
    const lost = await watched
    if (held.own && lost === null) await giveBack(door, line, held)
    return { did: 'run', exit, lost }
  } catch (error) {
    child.abandon()
    over.abort()
    if (held.own) await giveBack(door, line, held).catch(() => undefined)
    throw error
  } finally {
    quiet()
  }
}

function variablesFor({ environment }: GuardDoor, { tokens }: Held): Record<string, string> {
  const given = Object.entries(environment.variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  // For the command's own checks: what it may show to whoever fences by token.
  return { ...Object.fromEntries(given), PURSER_CLAIMS: JSON.stringify(tokens) }
}

async function identityOf(processes: ProcessTable, pid: number): Promise<ProcessIdentity> {
  return { pid, startTime: (await processes.inspect(pid))?.startTime ?? '' }
}

/** Resolves with why the command had to be stopped, or null once `over`. */
async function watch(door: GuardDoor, parts: GuardParts, { line, held, child, identity, over }: { line: Line; held: Held; child: GatedChild; identity: ProcessIdentity; over: AbortSignal }): Promise<string | null> {
  const { clock } = parts
  const asker = { pid: child.pid, ...(identity.startTime === '' ? {} : { startTime: identity.startTime }), as: 'process' as const }
  let provenAt = clock.monotonicMs()
  while (!over.aborted) {
    await clock.sleep(LOOK_MS, over)
    if (over.aborted) return null
    const lost = await look(() => line.call('claim.check', { names: held.names, cwd: door.folder, asker, tokens: held.tokens }))
    if (over.aborted) return null
    if (lost === null) provenAt = clock.monotonicMs()
    // Unheard of for as long as a lease lasts: another machine may have taken it by now.
    if (lost === null || (lost.again && clock.monotonicMs() - provenAt < TTL_MS)) continue
    door.told(`the command is stopped: ${lost.because}`)
    await stop(parts, child, identity, over)
    return lost.because
  }
  return null
}

async function look(check: () => Promise<ClaimOperations['claim.check']['out']>): Promise<{ readonly because: string; readonly again: boolean } | null> {
  try {
    const found = await check()
    // The command has just ended: that is no loss.
    if (found.ok || found.refused === 'unproven') return null
    return { because: found.says, again: false }
  } catch (error) {
    return { because: `whether the claim still holds cannot be told: ${messageOf(error)}`, again: true }
  }
}

/** SIGTERM to the command and everything below it, children first known; SIGKILL to what is left after ten seconds. */
async function stop({ clock, processes, signaller }: GuardParts, child: GatedChild, identity: ProcessIdentity, over: AbortSignal): Promise<void> {
  const targets = [...descendantsOf(await processes.list(), child.pid), { ...identity, exe: '' }]
  for (const { pid, startTime } of targets) if (startTime !== '') await signaller.send({ pid, startTime, exe: '' }, 'SIGTERM')
  child.send('SIGTERM')
  // A stopped process takes its signal only once it goes on.
  child.send('SIGCONT')
  await clock.sleep(KILL_AFTER_MS, over)
  if (over.aborted) return
  for (const { pid, startTime } of targets) if (startTime !== '') await signaller.send({ pid, startTime, exe: '' }, 'SIGKILL')
  child.send('SIGKILL')
}
