// The steps of a move that only look: is the target still good, does a session do nothing, how is it taken up again. What
// they find stands in rows before anybody is touched.
import { isAlive } from '../../core/machine/process-table.ts'
import { objections } from '../../core/failover/guards.ts'
import type { Move, Outcome, Saga } from '../../core/failover/saga.ts'
import { SECOND_MS, type Instant } from '../../core/time.ts'
import type { FailoverPorts } from './ports.ts'
import { runningSessions } from './sight.ts'
import { lookAtSituation } from './situation.ts'
import { planResume } from '../../core/sessions/resume.ts'

const ok = (note: string, more: Partial<Extract<Outcome, { did: 'ok' }>> = {}): Outcome => ({ did: 'ok', note, ...more })
const fail = (because: string): Outcome => ({ did: 'fail', because })
const wait = (withinMs: number): Outcome => ({ did: 'wait', withinMs })

// A turn on a spent quota ends with its next request; a tool that runs longer is not torn out of it.
const PARK_MS = 60 * SECOND_MS
const LOOK_MS = 250
// Clients write the last records of a turn within 150 ms of its end.
const SETTLED_MS = 300

/** The target as it is now: its login, its quota, the conversations, a terminal. */
export async function readyStep(ports: FailoverPorts, saga: Saga): Promise<Outcome> {
  const moves = saga.moves.some(({ state }) => state === 'planned')
  const looked = await lookAtSituation(ports, { agent: saga.agent, from: saga.from, needsConversations: moves })
  const target = looked?.situation.candidates.find(({ account }) => account.name === saga.to)
  if (!looked || !target) return fail('the configuration does not name both accounts any more')
  const against = objections(target, looked.situation, true)
  if (against.length > 0) return fail(`${saga.to} cannot take it: ${against.map(({ because }) => because).join(', and ')}`)
  const shortfall = moves ? ports.signalFlaw() || await ports.seats.shortfall() : ''
  return shortfall === '' ? ok(`signed in as expected, ${moves ? 'sees the conversations, ' : ''}quota not spent`) : fail(shortfall)
}

/** `since`: when it was first waited for. */
export async function parkStep(ports: FailoverPorts, saga: Saga, move: Move, since: Instant): Promise<Outcome> {
  const status = await statusOf(ports, saga, move)
  if (status === null) return fail('it ended by itself, or another process runs it now')
  const stopped = ports.conversations.stopped(saga.agent, move.transcript)
  if (status === 'idle' || (status === 'waiting' && stopped)) return ok('it does nothing', { move: { stopped } })
  if (status === 'waiting') return fail('it waits for an answer of yours')
  return ports.clock.now() - since >= PARK_MS ? fail(`it is in the middle of a turn for more than ${PARK_MS / SECOND_MS} s`) : wait(LOOK_MS)
}

/** What the registry says the very process of the plan does; null when that is not the one any more. `running` counts as busy. */
export async function statusOf(ports: FailoverPorts, { agent, from }: Pick<Saga, 'agent' | 'from'>, { session, process }: Move): Promise<'busy' | 'idle' | 'waiting' | null> {
  const found = (await runningSessions(ports)).find(each => each.agent === agent && each.session === session)
  const [own, ...others] = found?.evidence ?? []
  if (!found || !own || others.length > 0 || found.account !== from || !own.heard.heard) return null
  if (own.process.pid !== process.pid || own.process.startTime !== process.startTime) return null
  const { status } = own.heard.witness
  return status === 'unknown' ? 'busy' : status
}

/** Everything it takes to start it again, found and written down, before its process may be touched. */
export async function saveStep(ports: FailoverPorts, saga: Saga, move: Move): Promise<Outcome> {
  const { conversations, clock } = ports
  const target = ports.accounts().find(({ agent, name }) => agent === saga.agent && name === saga.to)
  const adapter = ports.adapters.find(({ name }) => name === saga.agent)
  if (!target || !adapter) return fail('the configuration does not name its target any more')
  const before = conversations.bytes(move.transcript)
  await clock.sleep(SETTLED_MS)
  const logBytes = conversations.bytes(move.transcript)
  if (before === null || logBytes === null || logBytes === 0) return fail('its conversation is not on the disk')
  if (before !== logBytes) return wait(LOOK_MS)
  if (!conversations.seenFrom(target, move.transcript)) return fail(`${saga.to} does not see its conversation`)
  if (!ports.trusts(target, move.cwd)) return fail(`the client would ask on ${saga.to} whether it may work in that folder; start it there once`)
  const mode = conversations.mode(saga.agent, move.transcript)
  const plan = planResume({ agent: saga.agent, session: move.session, cwd: move.cwd, mode }, { state: 'unproven' }, adapter, path => ports.sight.places.exists(path))
  if (!plan.ok) return fail(plan.because)
  if (mode === '' || plan.differs !== '') return fail(plan.differs || 'its permission mode is not known, so it could come back with fewer checks')
  return ok(`${plan.words.join(' ')}, ${logBytes} bytes`, { move: { words: plan.words, logBytes } })
}

/** Does the process of the plan live? Its identity is all five words of it or nothing. */
export async function lives({ sight }: FailoverPorts, { pid, startTime }: Move['process']): Promise<boolean> {
  const found = await sight.processes.inspect(pid)
  return isAlive(found) && found.startTime === startTime
}
