// `pool.up`, `down`, `scale` and `session.attach`: sessions in terminals of our own, as people ask for them.
import type { Handlers } from '../../api/control-plane.ts'
import type { PoolAnswer, PoolOperations, SeatAnswer } from '../../api/pool-answers.ts'
import { AppError } from '../../core/errors.ts'
import { DAY_MS, instant, isoText } from '../../core/time.ts'
import { emptyPool, fillPool, sittings, type PoolDone, type Sitting } from '../../flows/sessions/pool.ts'
import { poolPorts } from '../world/pool.ts'
import type { World } from '../world/world.ts'

export const poolHandlers = (world: World): Pick<Handlers, keyof PoolOperations> => ({
  'pool.up': async () => answer(world, await fillPool(poolPorts(world), { wanted: null, named: true, since: since(world) })),
  'pool.down': async ({ force = false }) => answer(world, await emptyPool(poolPorts(world), { force, since: since(world) })),
  'pool.scale': async ({ size }) => {
    if (!Number.isInteger(size) || size < 0) throw new AppError('invalid_input', 'a pool has a whole number of sessions, 0 or more')
    return answer(world, await fillPool(poolPorts(world), { wanted: size, named: false, since: since(world) }))
  },
  'session.attach': async ({ target }) => {
    const { seat, session } = await theSeat(world, target)
    const argv = poolPorts(world).seats.attachArgv(seat)
    if (argv === null) throw new AppError('unavailable', `${seat.name} has no screen, because tmux was missing when it was opened; what a task printed: purser task logs`)
    return { name: seat.name, session: session?.session ?? seat.session, argv }
  },
})

/** Sessions older than this are at work no more, unless their process lives: and then they are told of anyway. */
const since = ({ clock }: World) => instant(clock.now() - DAY_MS)

async function theSeat(world: World, target: string): Promise<Sitting> {
  const every = await sittings(poolPorts(world), since(world))
  // Exactly: x-1 is never x-10.
  const found = every.find(({ seat }) => seat.name === target) ?? every.find(({ seat, session }) => target !== '' && (session?.session ?? seat.session) === target)
  if (!found) throw new AppError('not_found', `nothing called "${target.slice(0, 80)}" sits in a terminal of purser's; ${every.length === 0 ? 'none is open: purser pool up' : `there are: ${every.map(({ seat }) => seat.name).join(', ')}`}`)
  if (found.doing === 'unproven') throw new AppError('unproven', `${target} is not provably what was started there`)
  return found
}

async function answer(world: World, done: PoolDone): Promise<PoolAnswer> {
  const seats = (await sittings(poolPorts(world), since(world))).map(seatAnswer)
  return { ...done, seats, max: world.config.current().settings.pool.max }
}

const seatAnswer = ({ seat, session, doing }: Sitting): SeatAnswer => ({
  name: seat.name, kind: seat.kind, state: doing, agent: seat.agent, session: session?.session ?? seat.session, account: session?.account || seat.account, cwd: seat.cwd,
  pid: seat.process?.pid ?? null, driver: seat.driver, openedAt: isoText(seat.openedAt),
})
