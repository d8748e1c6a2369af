// One running agent of the demonstration, as a real process: started, told what to do, and seen to end. Its end is
// guaranteed by its stdin: when ours closes, by will or by death, it ends itself.
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { AppError } from '../../core/errors.ts'
import type { Clock } from '../../core/machine/clock.ts'
import type { ProcessIdentity } from '../../core/machine/process-table.ts'
import { SECOND_MS } from '../../core/time.ts'
import type { Order, Report } from './agent.ts'
import type { OwnChildren } from './own-children.ts'
import type { Stage } from './stage.ts'

export const MODEL = 'claude-opus-5-5'

/** How a process ended, as its parent was told. */
export interface Ending { readonly code: number | null; readonly signal: string | null }

export interface Puppet extends ProcessIdentity {
  readonly session: string
  /** What it was told when its session began; '' = nothing. */
  readonly told: string
  /** Does one thing and reports it. Throws when it ends instead, or takes too long. */
  act<O extends Order>(order: O): Promise<Extract<Report, { did: O['do'] }>>
  /** Signals it was sent, in the order it noticed them. */
  readonly noticed: readonly string[]
  /** null while it runs. */
  ending(): Ending | null
  /** Ends it by closing its input; by SIGKILL if that does not help. Safe to call twice. */
  end(): Promise<Ending>
}

export interface PuppetFacts { readonly stage: Stage; readonly children: OwnChildren; readonly clock: Clock }

// An order takes a hook or two: 20 ms each with curl, 100 without, more on a loaded machine.
const ACT_MS_MAX = 8 * SECOND_MS
// Its own end hook may take a second and a half.
const END_MS_MAX = 3 * SECOND_MS
const STDERR_CHARS_MAX = 2_000

/** Starts an agent with a session of its own and waits until its start hook has answered. */
export async function startPuppet(facts: PuppetFacts): Promise<Puppet> {
  const { stage, children, clock } = facts
  const session = randomUUID()
  // In a session and group of its own: Ctrl-C in a terminal is meant for us. The model comes first because a client
  // started with its session id first is a background session.
  const child = spawn(process.execPath, [stage.agentScript, '--model', MODEL, '--session-id', session], {
    cwd: stage.project, env: stringsOnly(stage.environment.variables), stdio: ['pipe', 'pipe', 'pipe'], detached: true,
  })
  const heard = listen(child)
  if (child.pid === undefined) throw new AppError('unavailable', `cannot start ${process.execPath}: ${await heard.failed}`)
  child.once('exit', () => children.forget(child.pid ?? 0))
  let identity: ProcessIdentity | null = null
  try {
    identity = await children.adopt(child.pid)
    const start = await startOf(heard, clock)
    if (start.did !== 'start') throw new Error(`the agent began with "${start.did}"`)
    return puppetOf(child, heard, { ...identity, session, told: start.told }, facts)
  } catch (error) {
    await endOf(child, heard, identity, facts)
    throw error
  }
}

/** What it says first. One that a signal ended while it was starting has been told nothing, which is no failure of its own. */
async function startOf(heard: Heard, clock: Clock): Promise<Report> {
  try {
    return await heard.next(clock)
  } catch (error) {
    if ((heard.ending()?.signal ?? null) === null) throw error
    return { did: 'start', told: '' }
  }
}

function puppetOf(child: ChildProcess, heard: Heard, known: ProcessIdentity & { session: string; told: string }, facts: PuppetFacts): Puppet {
  return {
    ...known, noticed: heard.noticed, ending: heard.ending,
    async act<O extends Order>(order: O) {
      child.stdin?.write(`${JSON.stringify(order)}\n`)
      const report = await heard.next(facts.clock)
      if (report.did !== order.do) throw new Error(`the agent was told to ${order.do} and did "${report.did}"`)
      return report as Extract<Report, { did: O['do'] }>
    },
    end: () => endOf(child, heard, known, facts),
  }
}

async function endOf(child: ChildProcess, heard: Heard, identity: ProcessIdentity | null, { children, clock }: PuppetFacts): Promise<Ending> {
  child.stdin?.end()
  const patience = new AbortController()
  await Promise.race([heard.ended, clock.sleep(END_MS_MAX, patience.signal)])
  patience.abort()
  if (heard.ending() === null && identity !== null) await children.signaller.send({ ...identity, exe: '' }, 'SIGKILL')
  return await heard.ended
}

interface Heard {
  readonly noticed: readonly string[]
  readonly ended: Promise<Ending>
  /** Resolves with the reason when it cannot even be started. */
  readonly failed: Promise<string>
  ending(): Ending | null
  next(clock: Clock): Promise<Report>
}

/** Sorts what it says: answers to orders one by one, noticed signals beside them. */
function listen(child: ChildProcess): Heard {
  const noticed: string[] = [], reports: Report[] = []
  let ending: Ending | null = null
  let said = ''
  let wake: () => void = () => undefined
  const failed = new Promise<string>(resolve => child.once('error', error => resolve(error.message)))
  const ended = new Promise<Ending>(resolve => child.once('close', (code, signal) => {
    ending = { code, signal }
    wake()
    resolve(ending)
  }))
  child.stdin?.on('error', () => undefined)
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-STDERR_CHARS_MAX) })
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', line => {
      const report = JSON.parse(line) as Report
      if (report.did === 'signal') noticed.push(report.signal)
      else reports.push(report)
      wake()
    })
  }
  return {
    noticed, ended, failed, ending: () => ending,
    async next(clock) {
      const deadline = clock.monotonicMs() + ACT_MS_MAX
      for (;;) {
        const report = reports.shift()
        if (report) return report
        if (ending) throw new AppError('unavailable', `the agent ended (${endingText(ending)})${said === '' ? '' : `: ${said.trim()}`}`)
        const left = deadline - clock.monotonicMs()
        if (left <= 0) throw new AppError('unavailable', `the agent did not answer within ${ACT_MS_MAX / SECOND_MS} s`)
        const woken = new AbortController()
        wake = () => woken.abort()
        await clock.sleep(left, woken.signal)
      }
    },
  }
}

export const endingText = ({ code, signal }: Ending): string => (signal !== null ? `by ${signal}` : `exit ${code ?? '?'}`)

const stringsOnly = (variables: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined))
