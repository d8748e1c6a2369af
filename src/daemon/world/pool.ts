// The pool's view of this world: what is started in a seat, as whom, and what sat there last.
import { planFor, takeUpSession } from '../../flows/sessions/resume.ts'
import type { Opening, PoolPorts } from '../../flows/sessions/pool.ts'
import { findSessions, type SeenSession } from '../../flows/sessions/look.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import type { NamedSession } from '../../core/sessions/pool.ts'
import { mayRun } from '../../flows/run.ts'
import { packageVersion } from '../../os/processes/find-program.ts'
import { accountOf, launchAsker, namesTaken } from './dispatch.ts'
import { resumePorts } from './resume.ts'
import { runWorld } from './runs.ts'
import { seatProgram, seatsOf, seatVariables } from './seats.ts'
import type { World } from './world.ts'

export function poolPorts(world: World): PoolPorts {
  const { config } = world
  return {
    seats: seatsOf(world), look: resumePorts(world),
    pool: () => ({ ...config.current().settings.pool, project: config.current().settings.pool.project || world.environment.home }),
    named: () => config.current().settings.sessions, names: () => namesTaken(world),
    fresh: what => fresh(world, what), again: session => again(world, session),
    async started({ agent, session, process }, folder) {
      if (session === '' || process === null) return
      const at = world.clock.now(), project = world.projects.at(folder)?.project ?? folder
      await world.stores.transaction(() => world.stores.sessions.bind({ agent, id: session, cwd: folder, project, transcript: '', ...process, proof: 'run' }, at))
    },
  }
}

const no = (because: string): Opening => ({ ok: false, because })

async function fresh(world: World, { agent, account: asked, folder }: { readonly agent: string; readonly account: string; readonly folder: string }): Promise<Opening> {
  const launch = world.adapters.find(({ name }) => name === agent)?.launch, [program] = launch?.programs ?? []
  if (!launch || program === undefined) return no(`purser does not know how ${agent} is started`)
  if (!world.projects.exists(folder)) return no(`its folder is gone: ${folder}`)
  const account = await accountOf(world, { agent, account: asked })
  const file = fileOf(world, program, folder)
  if (file instanceof AppError) return no(messageOf(file))
  const prepared = launch.prepare([], { minted: crypto.randomUUID(), limit: null, version: packageVersion(file) })
  if (!prepared.ok) return no(`${prepared.because}; ${prepared.instead}`)
  const allowed = await mayRun(runWorld(world), { asker: launchAsker(world, { agent, folder }, prepared.session, account), budget: null })
  if (!allowed.ok) return no(allowed.because)
  return { ok: true, agent, session: prepared.session, account, cwd: folder, argv: [file, ...prepared.args], variables: seatVariables(world, { program, account, session: prepared.session }), differs: '' }
}

function fileOf(world: World, program: string, folder: string): string | AppError {
  try {
    return seatProgram(world, program, folder)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** The conversation of a named session goes on where it was, with the checks it had. */
async function again(world: World, named: NamedSession): Promise<Opening | null> {
  const before = await world.stores.read(() => world.stores.seats.lastOf(world.node, named.name))
  if (before === null || before.kind !== 'dedicated' || before.session === '' || before.agent !== named.agent || before.cwd !== named.project) return null
  const ports = resumePorts(world)
  const [found] = await findSessions(ports, { agent: before.agent, session: before.session })
  // Nothing was ever said there: no log, nothing to take up.
  if (!found || found.transcript === '') return null
  return resumeIn(world, found)
}

/** The words that take a session up in a seat: same folder, same login, same checks. */
export async function resumeIn(world: World, session: SeenSession): Promise<Opening> {
  const ports = resumePorts(world), plan = planFor(ports, session)
  if (!plan.ok) return no(plan.because)
  const [program = '', ...args] = plan.words
  const file = fileOf(world, program, plan.cwd)
  if (file instanceof AppError) return no(messageOf(file))
  try {
    await takeUpSession(ports, session, world.clock.now())
  } catch (error) {
    if (error instanceof AppError && error.code === 'refused') return no(messageOf(error))
    throw error
  }
  const { agent, session: id, account } = session
  return { ok: true, agent, session: id, account, cwd: plan.cwd, argv: [file, ...args], variables: seatVariables(world, { program, account, session: id }), differs: plan.differs }
}
