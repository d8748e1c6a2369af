// `purser run`: starts a program, asked for before and accounted for after. The plan is made here, where the program's words
// and environment are; the control plane learns ids and places. In between this process only waits: the daemon keeps what
// is reserved while the program lives, and finds out by itself when both have died.
import { basename } from 'node:path'
import type { RunDoor, RunOutcome } from '../api/run-door.ts'
import type { RefusedAnswer } from '../api/reserve-answers.ts'
import type { RunAllowed, RunBegun, RunInput } from '../api/run-answers.ts'
import type { ControlPlane } from '../api/control-plane.ts'
import { anyProgram, recognised, type AgentLaunch, type Prepared } from '../core/launch/agent-launch.ts'
import { launchEnvironment } from '../core/launch/launch-environment.ts'
import { runIdFrom } from '../core/launch/run.ts'
import { AppError } from '../core/errors.ts'
import { parseUsd, type NanoUsd } from '../core/money.ts'
import { exitCodeOf, startGated, type GatedChild } from '../os/processes/gated-child.ts'
import { findProgram, packageVersion } from '../os/processes/find-program.ts'
import { passSignals } from '../os/processes/pass-signals.ts'
import { systemClock } from '../os/clock.ts'
import { giveBack, handOver, hold, type ClaimWish, type Held } from './held-claims.ts'
import { boundEnvironment } from './run-account.ts'
import { ADAPTERS } from './wire.ts'

interface Plan {
  readonly file: string
  readonly agent: string
  readonly launch: AgentLaunch | null
  readonly prepare: (limit: NanoUsd | null) => Prepared
  readonly input: RunInput
}

/** Resolves when the program is over, or was never let start. Throws `not_found` for a program that is not there. */
export async function runCommand(given: RunDoor): Promise<RunOutcome> {
  if (given.environment.platform === 'win32') throw new AppError('unavailable', 'purser run needs a POSIX shell; on Windows start the agent itself, its hooks and log are seen all the same')
  const door = await withLogin(given)
  const plan = planOf(door), before = plan.prepare(null)
  if (before.conversation && !before.logged && plan.input.budget !== undefined) throw new AppError('invalid_input', 'without a log nothing says what it cost, so a budget cannot be held; leave out --budget, or what keeps the log away')
  const started = await startAsked(door, plan, before)
  if ('did' in started) return started
  const exit = await finished(started.child, door)
  const { conversation, logged } = started.prepared
  return { did: 'run', exit, summary: await account(door, started.held, conversation ? { run: runIdFrom(door.minted), exitCode: exit, logged } : null) }
}

/** The same door with the login in its environment. */
async function withLogin(door: RunDoor): Promise<RunDoor> {
  const plane = door.connect()
  try {
    return { ...door, environment: await boundEnvironment(plane, recognised(door.program, ADAPTERS), door) }
  } finally {
    await plane.close()
  }
}

interface Started { readonly child: GatedChild; readonly prepared: Prepared; readonly held: Held | null }
type Asking = Pick<ControlPlane, 'call' | 'close'>

/** Hours may pass once it runs: no database stays open meanwhile, and whoever answers afterwards may be another daemon. */
async function startAsked(door: RunDoor, plan: Plan, before: Prepared): Promise<Started | Exclude<RunOutcome, { did: 'run' }>> {
  const plane = door.connect()
  try {
    // Nothing is spent by a command that starts no conversation, so of money nothing is asked.
    const allowed = before.conversation ? await door.waiting(plane, plane.call('run.check', plan.input)) : ALLOWED
    if (!allowed.ok) return { did: 'refuse', refused: allowed }
    const held = door.claims.length === 0 ? null : await hold(wishOf(door, plan), plane, systemClock)
    if (held && 'refused' in held) return { did: 'held', refusal: held }
    return await startHeld(door, plan, { plane, held, prepared: before.conversation ? plan.prepare(allowed.limit === null ? null : parseUsd(allowed.limit)) : before })
  } finally {
    await plane.close()
  }
}

async function startHeld(door: RunDoor, plan: Plan, { plane, held, prepared }: { readonly plane: Asking; readonly held: Held | null; readonly prepared: Prepared }): Promise<Started | Exclude<RunOutcome, { did: 'run' }>> {
  const child = start(door, plan, prepared, held)
  try {
    const begun = await beginning(child, async () => {
      const answer = prepared.conversation ? await plane.call('run.begin', { ...plan.input, run: runIdFrom(door.minted), pid: child.pid }) : BEGUN
      if (answer.ok && held?.own) await handOver(door, plane, held, { pid: child.pid, startTime: answer.startTime })
      return answer
    })
    if (begun.ok) return { child, prepared, held }
    if (held?.own) await giveBack(door, plane, held)
    return { did: 'refuse', refused: begun }
  } catch (error) {
    if (held?.own) await giveBack(door, plane, held)
    throw error
  }
}

const ALLOWED: RunAllowed | RefusedAnswer = { ok: true, limit: null }
const BEGUN: RunBegun | RefusedAnswer = { ok: true, startTime: '' }

const wishOf = (door: RunDoor, { input }: Plan): ClaimWish => ({ names: door.claims, folder: door.folder, asker: door.asker, reason: `purser run ${input.program}`, strict: false, waitMs: 0, told: door.told, minted: door.minted })

/** The gate stays shut unless it was said that it may open. */
async function beginning<T extends { readonly ok: boolean }>(child: GatedChild, ask: () => Promise<T>): Promise<T> {
  let answer: T | null = null
  try {
    return answer = await ask()
  } finally {
    if (!answer?.ok) {
      child.abandon()
      await child.ended
    }
  }
}

async function finished(child: GatedChild, { environment }: RunDoor): Promise<number> {
  const stop = passSignals(child, environment.platform)
  try {
    child.open()
    return exitCodeOf(await child.ended)
  } finally {
    stop()
  }
}

/** What it cost is told as far as it can be; the program's own end is never changed by that. */
async function account(door: RunDoor, held: Held | null, end: { readonly run: string; readonly exitCode: number; readonly logged: boolean } | null): Promise<Extract<RunOutcome, { did: 'run' }>['summary']> {
  if (!end && !held?.own) return null
  const plane = door.connect()
  try {
    if (held?.own) await giveBack(door, plane, held)
    return end && { ok: true, ended: await door.waiting(plane, plane.call('run.end', end)) }
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.message : String(error) }
  } finally {
    await plane.close()
  }
}

const start = (door: RunDoor, { file, launch }: Plan, { args, session }: Prepared, held: Held | null): GatedChild => startGated({
  file, args, folder: door.folder,
  variables: {
    ...launchEnvironment(door.environment.variables, { launch, known: LAUNCHES, session: session || runIdFrom(door.minted) }).variables,
    // For the program's own checks: what it may show to whoever fences by token.
    ...(held ? { PURSER_CLAIMS: JSON.stringify(held.tokens) } : {}),
  },
})

const LAUNCHES = ADAPTERS.flatMap(({ launch }) => launch ?? [])

function planOf({ program, args, budget, folder, environment, minted }: RunDoor): Plan {
  const found = findProgram(program, { folder, path: environment.variables.PATH ?? '' })
  if (!found.found) throw new AppError('not_found', `${found.why}\ntype the program and its words behind two dashes: purser run -- claude`)
  const known = recognised(program, ADAPTERS)
  const version = known ? packageVersion(found.file) : ''
  const prepare = (limit: NanoUsd | null): Prepared => {
    const prepared = known ? known.launch.prepare(args, { minted, limit, version }) : anyProgram(args)
    if (!prepared.ok) throw new AppError('invalid_input', `${prepared.because}; ${prepared.instead}`)
    return prepared
  }
  const { session, resumed } = prepare(null)
  return {
    file: found.file, agent: known?.name ?? '', launch: known?.launch ?? null, prepare,
    input: { agent: known?.name ?? '', program: basename(program), session, resumed, account: known?.launch.account(environment) ?? '', folder, ...(budget === undefined ? {} : { budget }) },
  }
}
