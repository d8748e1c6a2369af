// Brings a move forward, step by step: the row of a step is there before it is done, its outcome and what the move has become
// are one transaction. Whoever finds a move in rows goes on with it, also over a step that somebody died in.
import type { Work } from '../../core/ledger/work.ts'
import { returnDueAt } from '../../core/failover/failback.ts'
import { endNotice } from '../../core/failover/notice.ts'
import { afterStep, isOver, nextStep, type Move, type Outcome, type Saga, type Step } from '../../core/failover/saga.ts'
import { primaryOf } from '../../core/accounts/account.ts'
import type { Notice } from '../../core/machine/notifier.ts'
import { outboxRows } from '../../core/machine/outbox.ts'
import type { Instant } from '../../core/time.ts'
import type { FailoverPorts } from './ports.ts'
import { parkStep, readyStep, saveStep } from './quiesce.ts'
import { closeStep, endStep, startStep, stillRuns, verifyStep, type StepTurn } from './relaunch.ts'
import { nameOfAccount } from './situation.ts'

// 64 sessions take 5 steps each; whoever drives comes back for the rest.
const STEPS_MAX = 400

/** Until it is over (null), or has to wait so long. */
export async function driveSaga(ports: FailoverPorts, id: string): Promise<number | null> {
  for (let count = 0; count < STEPS_MAX; count++) {
    const saga = await ports.stores.read(() => ports.stores.failover.get(ports.node, id))
    const step = saga && nextStep(saga)
    if (!saga || !step) return null
    const withinMs = await driveStep(ports, saga, step)
    if (withinMs !== null) return withinMs
  }
  return 0
}

const sessionOf = (step: Step): string => ('move' in step ? step.move.session : '')

/** null when it is done. */
async function driveStep(ports: FailoverPorts, saga: Saga, step: Step): Promise<number | null> {
  const { stores, clock } = ports
  const session = sessionOf(step)
  const open = (await stores.read(() => stores.failover.steps(saga.id))).findLast(each => each.endedAt === null && each.kind === step.kind && each.session === session)
  const since = open?.startedAt ?? clock.now()
  const seq = open?.seq ?? await stores.transaction(() => stores.failover.beginStep(saga.id, { kind: step.kind, session }, since))
  ports.crashPoint(`failover.${step.kind}.begun`)
  const note = async (change: Partial<Move>): Promise<void> => stores.transaction(function* () {
    const current = yield* stores.failover.get(ports.node, saga.id)
    if (current) yield* stores.failover.save({ ...current, moves: current.moves.map(move => (move.session === session ? { ...move, ...change } : move)) })
  })
  const outcome = await perform(ports, saga, step, { since, again: open !== undefined, note })
  if (outcome?.did === 'wait') return outcome.withinMs
  ports.crashPoint(`failover.${step.kind}.done`)
  await stores.transaction(function* () {
    const now = clock.now()
    // Read anew: a person may have asked to give it up meanwhile.
    const current = yield* stores.failover.get(ports.node, saga.id)
    if (!current) return
    const came = outcome ?? (step.kind === 'activate' ? yield* activate(ports, current, now) : yield* deactivate(ports, current, now))
    yield* stores.failover.endStep(saga.id, seq, came.did === 'ok' ? came.note : came.did === 'fail' ? `failed: ${came.because}` : '', now)
    const after = afterStep(current, sameMove(step, current), came, now)
    yield* stores.failover.save(after)
    if (isOver(after)) yield* conclude(ports, after, now)
  })
  ports.crashPoint(`failover.${step.kind}.written`)
  return null
}

/** The step with its session as it stands in the row by now. */
function sameMove(step: Step, { moves }: Saga): Step {
  return 'move' in step ? { ...step, move: moves.find(({ session }) => session === step.move.session) ?? step.move } : step
}

/** null: it is done in the transaction of its own outcome. */
async function perform(ports: FailoverPorts, saga: Saga, step: Step, turn: StepTurn): Promise<Outcome | null> {
  switch (step.kind) {
    case 'ready': return readyStep(ports, saga)
    case 'park': return parkStep(ports, saga, step.move, turn.since)
    case 'save': return saveStep(ports, saga, step.move)
    case 'activate': case 'deactivate': return null
    case 'end': return endStep(ports, saga, step.move, turn)
    case 'start': return startStep(ports, saga, step.move, { ...turn, account: saga.to })
    case 'restart': return startStep(ports, saga, step.move, { ...turn, account: saga.from })
    case 'verify': return verifyStep(ports, saga, step.move, turn)
    case 'close': return closeStep(ports, saga, step.move)
    case 'confirm': return { did: 'ok', note: await counted(ports, saga) }
    case 'finish': return { did: 'ok', note: step.as }
  }
}

async function counted(ports: FailoverPorts, saga: Saga): Promise<string> {
  const verified = saga.moves.filter(({ state }) => state === 'verified')
  let running = 0
  for (const move of verified) if (await stillRuns(ports, saga, move)) running++
  return verified.length === 0 ? 'no session moved' : `${running} of ${verified.length} moved sessions run`
}

/** New work starts on the target, if nobody chose another account since this was decided. */
function* activate({ stores, node, accounts }: FailoverPorts, { agent, from, to, body, id }: Saga, now: Instant): Work<Outcome> {
  const inUse = yield* stores.accounts.inUse(node, agent)
  if ((inUse?.generation ?? 0) !== body.generation) return { did: 'fail', because: 'another account was chosen meanwhile' }
  const starts = inUse?.account ?? primaryOf(accounts(), agent)?.name ?? from
  if (starts !== from) return { did: 'ok', note: `new work starts on ${starts} already`, body: { activated: false } }
  const done = yield* stores.accounts.use(node, { agent, account: to, generation: body.generation, at: now, by: `failover ${id}` })
  return done ? { did: 'ok', note: `new work starts on ${to}` } : { did: 'fail', because: 'another account was chosen in this very moment' }
}

function* deactivate({ stores, node }: FailoverPorts, { agent, from, body, id }: Saga, now: Instant): Work<Outcome> {
  const inUse = yield* stores.accounts.inUse(node, agent)
  if (inUse?.generation !== body.generation + 1) return { did: 'ok', note: 'another account was chosen meanwhile, and stays' }
  yield* stores.accounts.use(node, { agent, account: body.usedBefore || from, generation: inUse.generation, at: now, by: `failover ${id}` })
  return { did: 'ok', note: `new work starts on ${body.usedBefore || from} again` }
}

/** Told once, and the way back written down, in the transaction that ends it. */
function* conclude(ports: FailoverPorts, saga: Saga, now: Instant): Work<void> {
  const { stores, node } = ports
  const { id, agent, from, to, state, moves, body } = saga
  const names = { from: nameOfAccount(ports.accounts(), agent, from), to: nameOfAccount(ports.accounts(), agent, to) }
  const count = (wanted: Move['state']): number => moves.filter(move => move.state === wanted).length
  yield* stores.events.add({ code: `failover.${state}`, level: state === 'committed' ? 'warn' : 'error', fields: { failover: id, ...names, agent, moved: count('verified'), left: count('left'), failed: count('failed'), because: body.because } }, now)
  yield* tellPeople(ports, endNotice(names, saga, now), now)
  const settings = ports.settings()
  if (state !== 'committed' || body.isReturn || !body.activated || settings.mode === 'off' || settings.mode === 'notify' || primaryOf(ports.accounts(), agent)?.name !== from) return
  yield* stores.failover.saveReturn(node, { agent, failover: id, from: to, to: from, generation: body.generation + 1, dueAt: returnDueAt({ recoversAt: body.departure.recoversAt, at: now }, settings), madeAt: now })
}

/** Into the outbox of every channel that wants its level; the same notice is never there twice. */
export function* tellPeople({ stores, channels }: Pick<FailoverPorts, 'stores' | 'channels'>, notice: Notice, at: Instant): Work<void> {
  for (const row of outboxRows(notice, channels(), at)) yield* stores.breaches.addNotice(row, at)
}
