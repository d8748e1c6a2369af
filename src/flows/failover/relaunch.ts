// The steps of a move that touch a session: end its process and prove it gone, start it in a terminal of ours on the other
// account, prove that it runs there, close what did not come up. Each may be done again after a crash and finds its own work.
import type { SeatNow } from '../../core/sessions/seats.ts'
import { isAlive, type ProcessInfo } from '../../core/machine/process-table.ts'
import { isForeign } from '../../core/accounts/health.ts'
import type { Move, Outcome, Saga } from '../../core/failover/saga.ts'
import { SECOND_MS, type Instant } from '../../core/time.ts'
import { partsDigest } from '../../core/digest.ts'
import { codeOf, messageOf } from '../../core/errors.ts'
import { RESUMING_MS } from '../sessions/resume.ts'
import { lookAtAccounts } from '../accounts.ts'
import type { FailoverPorts } from './ports.ts'
import { lives, statusOf } from './quiesce.ts'
import { runningSessions, type Running } from './sight.ts'

const ok = (note: string, move: Partial<Move> = {}): Outcome => ({ did: 'ok', note, move })
const fail = (because: string, move: Partial<Move> = {}): Outcome => ({ did: 'fail', because, move })
const wait = (withinMs: number): Outcome => ({ did: 'wait', withinMs })

// An idle client was measured to be gone 30 to 150 ms after SIGTERM, 1.2 s with hooks that say goodbye.
const END_MS = 10 * SECOND_MS
const LOOK_MS = 50
// A client is up and registered within 3 s; on a loaded machine it was seen to need 15.
const UP_MS = 45 * SECOND_MS
const UP_LOOK_MS = 250
// A line is taken up within a second or not at all.
const TAKEN_UP_MS = 15 * SECOND_MS
// What a client draws before it takes keys comes 1.5 s after it has registered itself.
const READY_MS = 2 * SECOND_MS

/** `again`: it was begun before, and we were killed over it. */
export interface StepTurn { readonly since: Instant; readonly again: boolean; /** Writes into the move at once. */ readonly note: (change: Partial<Move>) => Promise<void> }

export async function endStep(ports: FailoverPorts, saga: Saga, move: Move, { again }: StepTurn): Promise<Outcome> {
  if (!(await lives(ports, move.process))) return again ? ok('it is gone') : fail('it ended by itself before it was its turn')
  if (!again) {
    const status = await statusOf(ports, saga, move)
    if (status === null) return fail('another process runs it now')
    if (status === 'busy' || (status === 'waiting' && !move.stopped)) return fail('somebody works with it again')
    // What was typed meanwhile is part of the conversation that has to come back.
    const bytes = ports.conversations.bytes(move.transcript)
    if (bytes !== move.logBytes) return fail('somebody worked with it meanwhile')
  }
  const flaw = ports.signalFlaw()
  if (flaw !== '') return fail(flaw)
  const sent = await ports.signals.send(move.process, 'SIGTERM')
  if (!sent.sent && sent.why !== 'gone') return fail(`it could not be ended: ${sent.detail}`)
  ports.crashPoint('failover.signalled')
  for (const until = ports.clock.monotonicMs() + END_MS; await lives(ports, move.process); await ports.clock.sleep(LOOK_MS)) {
    if (ports.clock.monotonicMs() >= until) return fail(`its process did not end within ${END_MS / SECOND_MS} s of SIGTERM`)
  }
  const left = await elsewhere(ports, saga, move, null)
  if (left) return fail(`process ${left.process.pid} runs the same conversation`)
  await freeSeat(ports, move.seat)
  return ok('ended on SIGTERM, and proven gone')
}

/** The terminal it sat in is kept after its end; its name is wanted again. */
async function freeSeat({ seats }: FailoverPorts, name: string): Promise<void> {
  const seat = name === '' ? undefined : (await seats.list()).find(each => each.name === name && each.now.state === 'ended')
  if (seat && seat.kind !== 'pool') await seats.end(seat.stamp)
}

/** A live process of this conversation other than that of `seat`. */
async function elsewhere(ports: FailoverPorts, { agent }: Pick<Saga, 'agent'>, { session }: Pick<Move, 'session'>, seat: SeatNow | null): Promise<{ readonly process: ProcessInfo } | null> {
  const found = (await runningSessions(ports)).find(each => each.agent === agent && each.session === session)
  for (const { process } of found?.evidence ?? []) if (seat === null || !(await below(ports, process, seat))) return { process }
  return null
}

/** Is it the seat's own program, or started by it? Launchers start the client as their child. */
async function below({ sight }: FailoverPorts, process: ProcessInfo, seat: SeatNow): Promise<boolean> {
  if (seat.process === null) return false
  let at: ProcessInfo | null = process
  for (let depth = 0; at !== null && depth < DEPTH_MAX; depth++) {
    if (at.pid === seat.process.pid && at.startTime === seat.process.startTime) return true
    at = at.parent > 1 ? await sight.processes.inspect(at.parent) : null
  }
  return false
}
const DEPTH_MAX = 8

/** One name for each session and side, so that what was opened before a crash is found again. */
export function seatNameFor(saga: Pick<Saga, 'id'>, { session, seat }: Pick<Move, 'session' | 'seat'>, pooled: boolean): string {
  const own = session.replace(/[^A-Za-z0-9]/g, '').slice(0, SESSION_CHARS)
  // The beginning is for people: ids made in one moment begin alike, so the rest tells them apart.
  return seat !== '' && !pooled ? seat : `moved-${own}-${partsDigest(['seat', saga.id, session]).slice(0, DIGEST_CHARS)}`
}
const SESSION_CHARS = 8, DIGEST_CHARS = 10

/** Starts it on `account`. Also the way back, with the account it came from. */
export async function startStep(ports: FailoverPorts, saga: Saga, move: Move, { account, again }: StepTurn & { readonly account: string }): Promise<Outcome> {
  const { seats, stores, clock } = ports
  const pooled = move.seat !== '' && (await seats.list()).some(({ name, kind }) => name === move.seat && kind === 'pool')
  const name = seatNameFor(saga, move, pooled)
  const opened = (await seats.list()).find(seat => seat.name === name && seat.session === move.session)
  if (opened?.now.state === 'lives' && opened.account === account) return ok(`it is open in ${name}`, { opened: opened.stamp })
  if (opened?.now.state === 'unproven') return fail(opened.now.because)
  if (opened?.now.state === 'opening') return wait(UP_LOOK_MS)
  const other = await elsewhere(ports, saga, move, null)
  if (other) return fail(`process ${other.process.pid} runs the same conversation`)
  const [program = '', ...words] = move.words
  if (account === saga.to) {
    const let_ = await stores.transaction(() => stores.sessions.takeUp(saga.agent, move.session, clock.now(), RESUMING_MS))
    if (!let_ && !again) return fail('somebody else takes it up at this moment')
  }
  try {
    const seat = await seats.start({
      name, kind: 'moved', agent: saga.agent, session: move.session, account, cwd: move.cwd, screen: true,
      argv: [ports.program(program, move.cwd), ...words], variables: ports.variables({ program, account, session: move.session }),
    })
    return ok(`started in terminal ${name}`, { opened: seat.stamp })
  } catch (error) {
    if (codeOf(error) === 'internal') throw error
    return fail(messageOf(error))
  }
}

export async function verifyStep(ports: FailoverPorts, saga: Saga, move: Move, turn: StepTurn): Promise<Outcome> {
  const seat = (await ports.seats.list()).find(({ stamp }) => stamp === move.opened)
  if (!seat || seat.now.state === 'gone') return fail('its terminal is gone')
  if (seat.now.state === 'ended') return fail(`it ended again${seat.now.end.code === null ? '' : ` with exit code ${seat.now.end.code}`}`)
  if (seat.now.state !== 'lives') return late(ports, turn, UP_MS, `it is not proven to run in terminal ${seat.name}`)
  const own = (await runningSessions(ports)).find(each => each.agent === saga.agent && each.session === move.session)
  const [first] = own?.evidence ?? []
  if (!own || !first?.heard.heard) return late(ports, turn, UP_MS, 'its client did not say that it runs this conversation')
  for (const { process } of own.evidence) if (!(await below(ports, process, seat))) return fail(`process ${process.pid} runs the same conversation`)
  if (own.account !== saga.to) return fail(`it runs on ${own.account}, not on ${saga.to}`)
  const foreign = await foreignLogin(ports, saga)
  if (foreign !== '') return fail(foreign)
  return goOn(ports, saga, { move, own, stamp: seat.stamp, status: first.heard.witness.status }, turn)
}

function late({ clock }: FailoverPorts, { since }: StepTurn, forMs: number, because: string): Outcome {
  return clock.now() - since >= forMs ? fail(`${because} within ${forMs / SECOND_MS} s`) : wait(UP_LOOK_MS)
}

/** The login in the target's home is still the one that was expected there. */
async function foreignLogin(ports: FailoverPorts, saga: Saga): Promise<string> {
  const account = ports.accounts().find(({ agent, name }) => agent === saga.agent && name === saga.to)
  if (!account) return `the configuration does not name ${saga.to} any more`
  const [record] = await lookAtAccounts({ stores: ports.stores, node: ports.node, lookAt: ports.lookAt }, [account], ports.clock.now())
  return record && isForeign(record) ? `another login is in ${saga.to} than the one it was added with` : ''
}

interface Up { readonly move: Move; readonly own: Running; readonly stamp: string; readonly status: string }

/** A session that was stopped in mid-work is told to go on, once; whether it does is written down, not insisted on. */
async function goOn(ports: FailoverPorts, saga: Saga, { move, stamp, status }: Up, turn: StepTurn): Promise<Outcome> {
  const { message } = ports.settings()
  const where = `it runs on ${saga.to}`
  if (!move.stopped || message === '') return ok(where)
  if (!move.told) {
    if (status !== 'idle' && status !== 'unknown') return late(ports, turn, UP_MS, 'its client did not come to rest')
    await ports.clock.sleep(READY_MS)
    // Written down first: killed after this, it is not told a second time.
    await turn.note({ told: true })
    ports.crashPoint('failover.telling')
    if (!(await ports.seats.nudge(stamp, message))) return ok(`${where}; it could not be told to go on`, { told: true })
  }
  for (const until = ports.clock.monotonicMs() + TAKEN_UP_MS; ports.clock.monotonicMs() < until; await ports.clock.sleep(UP_LOOK_MS)) {
    if ((ports.conversations.bytes(move.transcript) ?? 0) > move.logBytes) return ok(`${where} and goes on`, { told: true })
  }
  return ok(`${where}; it was told to go on and has not answered yet`, { told: true })
}

export async function closeStep(ports: FailoverPorts, saga: Saga, move: Move): Promise<Outcome> {
  const ending = await ports.seats.end(move.opened)
  if (ending.did === 'survives') return fail(`process ${ending.process.pid} outlived its terminal`)
  if (ending.did === 'unproven') return fail(ending.because)
  const other = await elsewhere(ports, saga, move, null)
  return other ? fail(`process ${other.process.pid} runs the same conversation`) : ok('closed, and proven gone', { opened: '' })
}

/** Is anybody there? For the last look at all of them. */
export async function stillRuns(ports: FailoverPorts, { agent, to }: Saga, { session }: Move): Promise<boolean> {
  return (await runningSessions(ports)).some(each => each.agent === agent && each.session === session && each.account === to && each.evidence.some(({ process }) => isAlive(process)))
}
