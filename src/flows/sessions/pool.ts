// Opening and closing sessions in seats: those of the pool, and those the configuration names. What works is never closed
// without being told to, and a name outside of the range, or a terminal of somebody else's, is never touched.
import { codeOf, AppError } from '../../core/errors.ts'
import { identityText } from '../../core/machine/process-table.ts'
import { planPool, poolIndex, type NamedSession, type PoolSettings } from '../../core/sessions/pool.ts'
import type { Seat, SeatNow, Seats, SeatSpec } from '../../core/sessions/seats.ts'
import { isLive } from '../../core/sessions/session-state.ts'
import { lookAtSessions, type LookPorts, type SeenSession } from './look.ts'

/** What is to be started, or why not. */
export type Opening = (Pick<SeatSpec, 'agent' | 'session' | 'account' | 'cwd' | 'argv' | 'variables'> & { readonly ok: true; readonly differs: string }) | { readonly ok: false; readonly because: string }

export interface PoolPorts {
  readonly seats: Seats
  readonly look: LookPorts
  readonly pool: () => PoolSettings
  readonly named: () => readonly NamedSession[]
  /** Names of terminals that somebody has, ours and others'. */
  readonly names: () => Promise<ReadonlySet<string>>
  /** A conversation that begins. */
  readonly fresh: (what: { readonly agent: string; readonly account: string; readonly folder: string }) => Promise<Opening>
  /** The conversation that sat in the seat of this name last, taken up again; null when there is none. */
  readonly again: (session: NamedSession) => Promise<Opening | null>
  readonly started: (seat: SeatNow, folder: string) => Promise<void>
}

/** What sits in a seat does, as far as that is known now. */
export type Doing = 'busy' | 'idle' | 'waiting' | 'running' | 'starting' | 'unproven' | 'ended'
export interface Sitting { readonly seat: SeatNow; readonly session: SeenSession | null; readonly doing: Doing }

export interface PoolDone {
  readonly opened: readonly string[]
  readonly closed: readonly string[]
  /** Neither opened nor closed although that was asked for. */
  readonly left: readonly { readonly name: string; readonly because: string }[]
}

const SESSIONS_MAX = 1_000

/** Every seat with what is known of the session in it: told by its very process, never by its name. */
export async function sittings(ports: Pick<PoolPorts, 'seats' | 'look'>, since: Parameters<typeof lookAtSessions>[1]['since']): Promise<readonly Sitting[]> {
  const seats = await ports.seats.list()
  if (seats.length === 0) return []
  const seen = (await lookAtSessions(ports.look, { since, most: SESSIONS_MAX })).filter(({ state }) => isLive(state))
  return seats.map(seat => {
    const session = seen.find(({ state }) => isLive(state) && seat.process !== null && identityText(state.process) === identityText(seat.process)) ?? null
    return { seat, session, doing: doingOf(seat, session) }
  })
}

function doingOf({ now }: SeatNow, session: SeenSession | null): Doing {
  switch (now.state) {
    case 'opening': return 'starting'
    case 'ended': case 'gone': return 'ended'
    case 'unproven': return 'unproven'
    case 'lives': return session !== null && isLive(session.state) ? session.state.state : 'running'
  }
}

/** `wanted`: how many sessions of the pool there shall be; null leaves them at `min` or more. Named ones are opened by `up` alone. */
export async function fillPool(ports: PoolPorts, { wanted, named, since }: { readonly wanted: number | null; readonly named: boolean; readonly since: Parameters<typeof sittings>[1] }): Promise<PoolDone> {
  const pool = ports.pool()
  if (wanted !== null && wanted > pool.max) throw new AppError('invalid_input', `the pool has ${pool.max} seats; for more write in the configuration, below [pool]: max = ${wanted}`)
  const why = await ports.seats.shortfall()
  if (why !== '') throw new AppError('unavailable', why)
  await clearEnded(ports)
  const done = { opened: [] as string[], closed: [] as string[], left: [] as { name: string; because: string }[] }
  const sitting = await sittings(ports, since)
  const own = sitting.filter(({ seat }) => seat.kind === 'pool' || seat.kind === 'moved')
  const plan = planPool(pool, { wanted: wanted ?? Math.max(pool.min, own.length), seats: own.map(({ seat, doing }) => ({ name: seat.name, busy: doing !== 'idle' })), taken: await ports.names() })
  for (const name of plan.open) await open(ports, done, { name, kind: 'pool' }, await ports.fresh({ agent: pool.agent, account: '', folder: pool.project }))
  for (const name of plan.close) await close(ports, done, sitting.find(({ seat }) => seat.name === name))
  for (const name of plan.busy) done.left.push({ name, because: busyText(sitting.find(({ seat }) => seat.name === name)?.doing ?? 'busy') })
  if (plan.missing > 0) done.left.push({ name: `${plan.missing} more`, because: 'every name of the pool\'s range is taken, by tasks or by others' })
  if (named) for (const session of ports.named()) await openNamed(ports, done, session, sitting)
  return done
}

async function openNamed(ports: PoolPorts, done: Parameters<typeof open>[1], session: NamedSession, sitting: readonly Sitting[]): Promise<void> {
  if (sitting.some(({ seat }) => seat.name === session.name)) return
  const again = await ports.again(session)
  const opening = again?.ok ? again : await ports.fresh({ agent: session.agent, account: session.account, folder: session.project })
  // One that cannot be taken up for a reason a person has to know of is not silently begun anew.
  if (again && !again.ok) done.left.push({ name: session.name, because: again.because })
  else await open(ports, done, { name: session.name, kind: 'dedicated' }, opening)
}

async function open(ports: PoolPorts, done: { readonly opened: string[]; readonly left: { name: string; because: string }[] }, seat: Pick<Seat, 'name' | 'kind'>, opening: Opening): Promise<void> {
  if (!opening.ok) {
    done.left.push({ name: seat.name, because: opening.because })
    return
  }
  const { agent, session, account, cwd, argv, variables } = opening
  try {
    await ports.started(await ports.seats.start({ ...seat, agent, session, account, cwd, argv, variables, screen: true }), cwd)
    done.opened.push(seat.name)
  } catch (error) {
    if (codeOf(error) !== 'conflict') throw error
    done.left.push({ name: seat.name, because: 'somebody has just taken this name' })
  }
}

/** Tasks are left to their queue. `force`: those that work as well. */
export async function emptyPool(ports: PoolPorts, { force, since }: { readonly force: boolean; readonly since: Parameters<typeof sittings>[1] }): Promise<PoolDone> {
  await clearEnded(ports)
  const done = { opened: [] as string[], closed: [] as string[], left: [] as { name: string; because: string }[] }
  const pool = ports.pool(), named = new Set(ports.named().map(({ name }) => name))
  for (const each of await sittings(ports, since)) {
    const { seat, doing } = each
    if (seat.kind === 'task') done.left.push({ name: seat.name, because: 'a task works there: purser task list' })
    else if (poolIndex(pool, seat.name) === null && !named.has(seat.name)) continue
    else if (doing !== 'idle' && !force) done.left.push({ name: seat.name, because: busyText(doing) })
    else await close(ports, done, each)
  }
  return done
}

const busyText = (doing: Doing): string => (doing === 'busy' ? 'it is at work' : doing === 'waiting' ? 'it waits for a person' : doing === 'unproven' ? 'what sits there is not provably what was started' : 'nothing says that it is idle')

async function close({ seats }: PoolPorts, done: { readonly closed: string[]; readonly left: { name: string; because: string }[] }, sitting: Sitting | undefined): Promise<void> {
  if (!sitting) return
  const { seat } = sitting, ending = await seats.end(seat.stamp)
  if (ending.did === 'ended') done.closed.push(seat.name)
  else done.left.push({ name: seat.name, because: ending.did === 'survives' ? `its terminal is closed, and process ${ending.process.pid} lives on: purser ps` : ending.because })
}

/** A client may make its session's id itself, or begin another conversation: who sits where is written down as it is seen. */
export async function learnSessions(ports: Pick<PoolPorts, 'seats' | 'look'>, since: Parameters<typeof sittings>[1]): Promise<void> {
  for (const { seat, session } of await sittings(ports, since)) if (session !== null && session.session !== seat.session) await ports.seats.known(seat.stamp, session.session)
}

/** A session whose program is over leaves its seat. Tasks are asked how they ended first, by their queue. */
export async function clearEnded({ seats }: Pick<PoolPorts, 'seats'>): Promise<readonly string[]> {
  const over = (await seats.list()).filter(({ kind, now }) => kind !== 'task' && now.state === 'ended')
  for (const { stamp } of over) await seats.end(stamp)
  return over.map(({ name }) => name)
}
