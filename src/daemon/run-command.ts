// `purser run`: starts a program, asked for before and accounted for after. The plan is made here, where the program's words
// and environment are; the control plane learns ids and places. In between this process only waits: the daemon keeps what
// is reserved while the program lives, and finds out by itself when both have died.
import { basename } from 'node:path'
import type { RunDoor, RunOutcome } from '../api/run-door.ts'
import type { RefusedAnswer } from '../api/reserve-answers.ts'
import type { RunInput } from '../api/run-answers.ts'
import { anyProgram, recognised, type AgentLaunch, type Prepared } from '../core/launch/agent-launch.ts'
import { launchEnvironment } from '../core/launch/launch-environment.ts'
import { runIdFrom } from '../core/launch/run.ts'
import { AppError } from '../core/errors.ts'
import { parseUsd, type NanoUsd } from '../core/money.ts'
import { exitCodeOf, startGated, type GatedChild } from '../os/processes/gated-child.ts'
import { findProgram, packageVersion } from '../os/processes/find-program.ts'
import { passSignals } from '../os/processes/pass-signals.ts'
import { ADAPTERS } from './wire.ts'

interface Plan {
  readonly file: string
  readonly agent: string
  readonly launch: AgentLaunch | null
  readonly prepare: (limit: NanoUsd | null) => Prepared
  readonly input: RunInput
}

/** Resolves when the program is over, or was never let start. Throws `not_found` for a program that is not there. */
export async function runCommand(door: RunDoor): Promise<RunOutcome> {
  if (door.environment.platform === 'win32') throw new AppError('unavailable', 'purser run needs a POSIX shell; on Windows start the agent itself, its hooks and log are seen all the same')
  const plan = planOf(door), before = plan.prepare(null)
  if (!before.conversation) return { did: 'run', exit: await simply(door, plan, before), summary: null }
  if (!before.logged && plan.input.budget !== undefined) throw new AppError('invalid_input', 'without a log nothing says what it cost, so a budget cannot be held; leave out --budget, or what keeps the log away')
  const started = await startAsked(door, plan)
  if ('refused' in started) return { did: 'refuse', refused: started }
  const exit = await finished(started.child, door)
  return { did: 'run', exit, summary: await account(door, { run: runIdFrom(door.minted), exitCode: exit, logged: started.prepared.logged }) }
}

interface Started { readonly child: GatedChild; readonly prepared: Prepared }

/** Hours may pass once it runs: no database stays open meanwhile, and whoever answers afterwards may be another daemon. */
async function startAsked(door: RunDoor, plan: Plan): Promise<Started | RefusedAnswer> {
  const plane = door.connect()
  try {
    const allowed = await door.waiting(plane, plane.call('run.check', plan.input))
    if (!allowed.ok) return allowed
    const prepared = plan.prepare(allowed.limit === null ? null : parseUsd(allowed.limit))
    const child = start(door, plan, prepared)
    const begun = await beginning(child, () => plane.call('run.begin', { ...plan.input, run: runIdFrom(door.minted), pid: child.pid }))
    return begun.ok ? { child, prepared } : begun
  } finally {
    await plane.close()
  }
}

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
async function account(door: RunDoor, end: { readonly run: string; readonly exitCode: number; readonly logged: boolean }): Promise<Extract<RunOutcome, { did: 'run' }>['summary']> {
  const plane = door.connect()
  try {
    return { ok: true, ended: await door.waiting(plane, plane.call('run.end', end)) }
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.message : String(error) }
  } finally {
    await plane.close()
  }
}

/** Nothing is spent, so nothing is asked. */
const simply = (door: RunDoor, plan: Plan, prepared: Prepared): Promise<number> => finished(start(door, plan, prepared), door)

const start = (door: RunDoor, { file, launch }: Plan, { args, session }: Prepared): GatedChild => startGated({
  file, args, folder: door.folder,
  variables: launchEnvironment(door.environment.variables, { launch, known: LAUNCHES, session: session || runIdFrom(door.minted) }).variables,
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
