// The dispatcher's view of this world: seats, accounts, clients and the files of tasks.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { accountNamed, primaryOf } from '../../core/accounts/account.ts'
import type { Asker } from '../../core/enforcement/lock-reach.ts'
import { resourcesFrom } from '../../core/claims/resource.ts'
import type { AbortLike } from '../../core/machine/clock.ts'
import { AppError, assert, messageOf } from '../../core/errors.ts'
import type { TaskFiles } from '../../core/tasks/task-files.ts'
import type { Task } from '../../core/tasks/task.ts'
import type { DispatchPorts, Planned } from '../../flows/dispatch/ports.ts'
import { commandRunner } from '../../notify/run-command.ts'
import { claimPlaces } from '../../os/claim-places.ts'
import { packageVersion } from '../../os/processes/find-program.ts'
import { taskFiles } from '../../os/files/task-files.ts'
import { accountsOf } from './accounts.ts'
import { bell, claimPorts } from './claims.ts'
import { readToEnd, runWorld } from './runs.ts'
import { seatProgram, seatsOf, seatVariables } from './seats.ts'
import type { World } from './world.ts'

const STAMP_BYTES = 16

export const filesOf = ({ places }: Pick<World, 'places'>): TaskFiles => taskFiles(join(places.state, 'tasks'))

export function dispatchPorts(world: World, { again, fault }: Pick<DispatchPorts, 'again' | 'fault'>): DispatchPorts {
  const { stores, node, config } = world
  return {
    run: runWorld(world), claims: claimPorts(world, bell(world)), seats: seatsOf(world), files: filesOf(world),
    caps: () => config.current().settings.tasks, pool: () => config.current().settings.pool,
    names: () => namesTaken(world),
    accountOf: task => accountOf(world, task),
    barred: async ({ agent, account }) => {
      const found = await stores.read(() => stores.accounts.get(node, { agent, account }))
      return found?.disabled ? `account ${account} is disabled (${found.disabled.reason}): purser account enable` : ''
    },
    windowsOf: async ({ agent, account }) => (await stores.read(() => stores.quota.all(node))).filter(window => window.agent === agent && window.account === account),
    plan: (task, wish) => plan(world, task, wish),
    askerOf: (task, session, account) => launchAsker(world, task, session, account),
    resources: ({ claims, folder }) => (claims.length === 0 ? [] : resourcesFrom(claims, folder, claimPlaces(world.projects, world.environment.home))),
    readToEnd: run => readToEnd(world, run),
    verify: (task, words, signal) => verify(world, task, words, signal),
    mint: () => crypto.randomUUID(), stamp: () => randomBytes(STAMP_BYTES).toString('hex'),
    channels: world.channels, abort: () => new AbortController(), crashPoint: world.crashPoint, again, fault,
  }
}

/** Of seats, and of every terminal on our own server, whoever opened it. */
export async function namesTaken(world: World): Promise<ReadonlySet<string>> {
  const open = (await world.stores.read(() => world.stores.seats.open(world.node))).map(({ name }) => name)
  const there = await Promise.all(world.terminals.map(async driver => ((await driver.shortfall()) === '' ? driver.list() : [])))
  return new Set([...open, ...there.flat().map(({ name }) => name)])
}

/** Named by the task; else the one in use, the primary, or what the client itself would take. */
export async function accountOf(world: World, { agent, account }: Pick<Task, 'agent' | 'account'>): Promise<string> {
  const accounts = accountsOf(world)
  if (account !== '') return accountNamed(accounts, account, agent)?.name ?? account
  const use = await world.stores.read(() => world.stores.accounts.inUse(world.node, agent))
  return use?.account ?? primaryOf(accounts, agent)?.name ?? launchOf(world, agent)?.account({ home: world.environment.home, platform: world.environment.platform, variables: world.ownVariables }) ?? ''
}

const launchOf = ({ adapters }: Pick<World, 'adapters'>, agent: string) => adapters.find(({ name }) => name === agent)?.launch

function plan(world: World, task: Task, { minted, account }: { readonly minted: string; readonly account: string }): Planned | { readonly ok: false; readonly because: string } {
  const launch = launchOf(world, task.agent), program = launch?.programs[0]
  if (!launch?.headless || program === undefined) return { ok: false, because: `purser does not know how ${task.agent} works without a person` }
  if (!world.projects.exists(task.folder)) return { ok: false, because: `its folder is gone: ${task.folder}` }
  let file: string
  try {
    file = seatProgram(world, program, task.folder)
  } catch (error) {
    if (error instanceof AppError) return { ok: false, because: messageOf(error) }
    throw error
  }
  const prepared = launch.prepare(launch.headless.words(task), { minted, limit: task.budget, version: packageVersion(file) })
  if (!prepared.ok) return { ok: false, because: `${prepared.because}; ${prepared.instead}` }
  return {
    ok: true, program, file, args: prepared.args, session: prepared.session, logged: prepared.logged,
    variables: seatVariables(world, { program, account, session: prepared.session || task.id }),
  }
}

/** Where and as whom a client of ours will work. */
export function launchAsker(world: World, { agent, folder }: Pick<Task, 'agent' | 'folder'>, session: string, account: string): Asker {
  const place = world.projects.at(folder)
  return {
    scope: { node: world.node, agent, account, project: place?.project ?? folder, branch: place?.branch ?? '', session, subagent: '' },
    cwd: folder, inRepository: (place?.worktree ?? '') !== '',
  }
}

/** By its words, without a shell, in the task's folder, and as long as an attempt may take. What it prints is nobody's business. */
async function verify(world: World, task: Task, words: readonly string[], signal: AbortLike): Promise<string | null> {
  assert(words.length > 0, 'a task that is verified has a command')
  const { TERM: _, ...variables } = seatVariables(world, { program: '', account: '', session: task.id })
  const found = await commandRunner(variables).run({ argv: words, stdin: '', cwd: task.folder, deadlineMs: task.timeoutMs }, signal)
  switch (found.ended) {
    case 'exit': return found.code === 0 ? '' : `its verification ${found.code === null ? 'was ended by a signal' : `ended with exit code ${found.code}`}`
    case 'not_started': return `its verification could not be started: ${found.why === 'not_found' ? 'there is no such program' : 'it may not be run'}`
    case 'aborted': return null
    case 'deadline': return 'its verification took too long'
  }
}
