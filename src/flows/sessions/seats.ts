// Seats, kept: written down before a terminal is opened, proven anew whenever they are looked at, taken over as they are
// by whoever runs next. Terminals of others on the same server are neither listed, nor closed, nor typed into.
import { AppError, assert } from '../../core/errors.ts'
import type { Clock } from '../../core/machine/clock.ts'
import { isAlive, type ProcessTable } from '../../core/machine/process-table.ts'
import { seatState, type Seat, type SeatEnding, type SeatNow, type Seats, type SeatSpec } from '../../core/sessions/seats.ts'
import { isTerminalName, type Terminal, type Terminals, type TerminalSpec } from '../../core/sessions/terminals.ts'
import type { Stores } from '../../core/stores.ts'

export interface SeatPorts {
  readonly stores: Pick<Stores, 'read' | 'transaction' | 'seats' | 'events'>
  /** In order of preference; a seat stays with the one it was opened in. */
  readonly terminals: readonly Terminals[]
  readonly processes: ProcessTable
  readonly clock: Clock
  readonly node: string
  readonly boot: string
  /** 32 hex digits that nobody can guess. */
  readonly stamp: () => string
  readonly crashPoint: (name: string) => void
}

// A client told that its terminal hung up was measured to need up to 1.2 s for its own goodbye.
const ENDING_MS = 5_000
const LOOK_MS = 25

export function seatsOn(ports: SeatPorts): Seats {
  const { stores, terminals } = ports
  const own = async (stamp: string): Promise<SeatNow | null> => (await listSeats(ports)).find(seat => seat.stamp === stamp) ?? null
  return {
    shortfall: async () => (await fitting(ports, true)).shortfall,
    list: () => listSeats(ports),
    start: spec => startSeat(ports, spec),
    async end(stamp) {
      const seat = await own(stamp)
      return seat === null ? { did: 'ended' } : endSeat(ports, seat)
    },
    async lines(stamp, most) {
      const seat = await own(stamp)
      return seat === null ? null : (await driverOf(terminals, seat).screen(seat))?.slice(-most) ?? null
    },
    async nudge(stamp, text) {
      const seat = await own(stamp)
      return seat?.now.state === 'lives' && driverOf(terminals, seat).say(seat, text)
    },
    known: (stamp, session) => stores.transaction(() => stores.seats.know(stamp, session)),
    attachArgv: ({ name, driver }) => driverOf(terminals, { driver }).attachArgv(name),
  }
}

function driverOf(terminals: readonly Terminals[], { driver }: Pick<Seat, 'driver'>): Terminals {
  const found = terminals.find(each => each.driver === driver)
  assert(found !== undefined, `there is a driver called ${driver}`)
  return found
}

async function fitting({ terminals }: SeatPorts, screen: boolean): Promise<{ readonly driver: Terminals | null; readonly shortfall: string }> {
  let shortfall = ''
  for (const driver of terminals) {
    if (screen && driver.driver === 'headless') continue
    const why = await driver.shortfall()
    if (why === '') return { driver, shortfall: '' }
    if (shortfall === '') shortfall = why
  }
  return { driver: null, shortfall: shortfall || 'sessions in terminals of their own need tmux 3.3 or newer' }
}

/** Open ones as they are now. Whoever opened one and died before it was known is made up for here; what is gone is written down. */
async function listSeats(ports: SeatPorts): Promise<readonly SeatNow[]> {
  const { stores, node, terminals, boot, processes, clock } = ports
  const written = await stores.read(() => stores.seats.open(node))
  if (written.length === 0) return []
  // Listed before anything is concluded: a driver that cannot be asked throws, and then nothing is gone.
  const drivers = new Set(written.map(({ driver }) => driver))
  const lists = new Map<string, readonly Terminal[]>()
  for (const driver of terminals) if (drivers.has(driver.driver)) lists.set(driver.driver, await driver.list())
  const seats: SeatNow[] = []
  for (const seat of written) {
    const terminal = lists.get(seat.driver)?.find(each => each.name === seat.name && each.stamp === seat.stamp)
    const settled = seat.process === null && terminal ? await settle(ports, seat, terminal) : seat
    const now = seatState(settled, { terminal, found: settled.process ? await processes.inspect(settled.process.pid) : null, boot })
    // One that is being opened by somebody alive may have no terminal yet.
    if (now.state === 'gone' && (seat.process !== null || seat.boot !== boot || clock.now() - seat.openedAt >= ENDING_MS)) await forget(ports, seat, null)
    else seats.push({ ...settled, now: now.state === 'gone' ? { state: 'opening' } : now, handle: terminal?.handle ?? '' })
  }
  return seats
}

async function settle({ stores, processes }: SeatPorts, seat: Seat, { pid, ended }: Terminal): Promise<Seat> {
  const found = await processes.inspect(pid)
  // It is over already; only how it ended is left to say.
  if (ended !== null || !isAlive(found)) return seat
  const process = { pid, startTime: found.startTime }
  await stores.transaction(() => stores.seats.sits(seat.stamp, process))
  return { ...seat, process }
}

async function startSeat(ports: SeatPorts, spec: SeatSpec): Promise<SeatNow> {
  const { stores, clock, node, boot } = ports
  if (!isTerminalName(spec.name)) throw new AppError('invalid_input', `"${spec.name}" cannot name a terminal; use letters, digits, - and _, at most 64`)
  assert(spec.argv.length > 0, 'a seat has a program')
  const { driver, shortfall } = await fitting(ports, spec.screen)
  if (driver === null) throw new AppError('unavailable', shortfall)
  const { name, kind, agent, session, account, cwd, argv, variables } = spec
  const seat: Seat = { name, kind, agent, session, account, cwd, stamp: spec.stamp ?? ports.stamp(), node, boot, driver: driver.driver, process: null, openedAt: clock.now() }
  // Also takes note of what is over, and so frees its name.
  const before = (await listSeats(ports)).find(each => each.name === name)
  if (before?.now.state === 'ended') await endSeat(ports, before)
  if (!(await stores.transaction(() => stores.seats.add(seat)))) throw new AppError('conflict', `seat ${name} is taken; look at it: purser session list`)
  ports.crashPoint('seat.written')
  const opened = await openOr(driver, { name, stamp: seat.stamp, argv, cwd, variables }, () => forget(ports, seat, null))
  ports.crashPoint('seat.opened')
  const settled = await settle(ports, seat, opened)
  await stores.transaction(() => stores.events.add({ code: 'seat.opened', level: 'info', fields: { seat: name, kind, agent, session, pid: opened.pid } }, clock.now()))
  return { ...settled, now: seatState(settled, { terminal: opened, found: await ports.processes.inspect(opened.pid), boot }), handle: opened.handle }
}

async function openOr(driver: Terminals, spec: TerminalSpec, failed: () => Promise<void>): Promise<Terminal> {
  try {
    return await driver.open(spec)
  } catch (error) {
    await failed()
    throw error
  }
}

async function endSeat(ports: SeatPorts, seat: SeatNow): Promise<SeatEnding> {
  if (seat.now.state === 'unproven') return { did: 'unproven', because: seat.now.because }
  await driverOf(ports.terminals, seat).close(seat)
  const survivor = seat.process === null ? null : await stillThere(ports, seat.process)
  await forget(ports, seat, seat.now.state === 'ended' ? seat.now.end.code : null)
  return survivor ? { did: 'survives', process: survivor } : { did: 'ended' }
}

async function stillThere({ processes, clock }: SeatPorts, process: NonNullable<Seat['process']>): Promise<NonNullable<Seat['process']> | null> {
  for (const until = clock.monotonicMs() + ENDING_MS; ; await clock.sleep(LOOK_MS)) {
    const found = await processes.inspect(process.pid)
    if (!isAlive(found) || found.startTime !== process.startTime) return null
    if (clock.monotonicMs() >= until) return process
  }
}

async function forget({ stores, clock }: SeatPorts, { stamp, name, kind }: Seat, code: number | null): Promise<void> {
  await stores.transaction(function* () {
    const now = clock.now()
    yield* stores.seats.end(stamp, now, code)
    yield* stores.events.add({ code: 'seat.ended', level: 'info', fields: { seat: name, kind, exit: code ?? 'not seen' } }, now)
  })
}
