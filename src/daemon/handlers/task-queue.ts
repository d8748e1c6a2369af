// `task.add`, `list`, `show`, `cancel`, `retry`, `logs`: the queue as people ask for it. Beginning and ending attempts is the
// dispatcher's; here a task is written down, or moved by hand.
import { isAbsolute } from 'node:path'
import type { Handlers } from '../../api/control-plane.ts'
import type { TaskAddInput, TaskOperations } from '../../api/task-answers.ts'
import { accountNamed } from '../../core/accounts/account.ts'
import { resourcesFrom } from '../../core/claims/resource.ts'
import { AppError } from '../../core/errors.ts'
import { parseUsd } from '../../core/money.ts'
import { byUrgency } from '../../core/tasks/choose.ts'
import { after, CLAIMS_MAX, isOver, isTaskId, LABEL_CHARS_MAX, PRIORITY_MAX, taskIdFrom, TEXT_BYTES_MAX, type Task } from '../../core/tasks/task.ts'
import { DAY_MS, durationText, MINUTE_MS, parseDurationMs } from '../../core/time.ts'
import { claimPlaces } from '../../os/claim-places.ts'
import { accountsOf } from '../world/accounts.ts'
import { filesOf } from '../world/dispatch.ts'
import type { World } from '../world/world.ts'
import { attemptAnswer, taskAnswer } from './task-answer.ts'

const LISTED_MAX = 1_000
const LATELY_MS = DAY_MS
const OUTPUT_BYTES_MAX = 64 * 1024
const WORDS_MAX = 256

/** `wake`: something may begin or has to end. */
export const taskQueueHandlers = (world: World, wake: () => void): Pick<Handlers, keyof TaskOperations> => ({
  'task.add': async input => {
    const task = taskFrom(world, input)
    // The text first: a row speaks of a task that can be done.
    filesOf(world).write(task.id, { text: input.text, verify: input.verify ?? [] })
    await world.stores.transaction(function* () {
      yield* world.stores.queue.add(task)
      yield* world.stores.events.add({ code: 'task.added', level: 'info', fields: { task: task.id, label: task.label, agent: task.agent, project: task.project } }, task.createdAt)
    })
    wake()
    return { task: await taskAnswer(world, task), warning: idleText(world) }
  },
  'task.list': async ({ all = false }) => {
    const found = await world.stores.read(() => world.stores.queue.recent(world.node, LISTED_MAX))
    const since = world.clock.now() - LATELY_MS
    const shown = found.filter(task => all || !('at' in task.now) || task.now.at >= since)
    const open = shown.filter(task => !isOver(task)).toSorted(byUrgency)
    return { tasks: await Promise.all([...open, ...shown.filter(isOver)].map(task => taskAnswer(world, task))) }
  },
  'task.show': async ({ id }) => {
    const task = await theTask(world, id)
    return { task: await taskAnswer(world, task), attempts: (await attemptsOf(world, id)).map(attemptAnswer) }
  },
  'task.cancel': async ({ id, by }) => {
    const task = await theTask(world, id)
    if (isOver(task)) throw new AppError('refused', `task ${id} is over already: it is ${task.now.state}`)
    await move(world, task, { event: 'cancelled', because: `cancelled by ${by}` }, { code: 'task.cancelled', by })
    const cancelled = await theTask(world, id)
    // While an attempt of it is under way its client still reads; the dispatcher ends that and then forgets the text.
    if (!(await attemptsOf(world, id)).some(({ endedAt }) => endedAt === null)) filesOf(world).forget(id)
    wake()
    return { task: await taskAnswer(world, cancelled) }
  },
  'task.retry': async ({ id, by }) => {
    const task = await theTask(world, id)
    const { state } = task.now
    if (state === 'done' || state === 'cancelled') throw new AppError('refused', `task ${id} is ${state}, and its text is deleted; add it again: purser task add`)
    if (state !== 'dead' && state !== 'queued' && state !== 'parked') throw new AppError('refused', `task ${id} is at work already`)
    await move(world, task, { event: 'retried' }, { code: 'task.retried', by })
    wake()
    return { task: await taskAnswer(world, await theTask(world, id)) }
  },
  'task.logs': async ({ id, attempt }) => {
    const task = await theTask(world, id), attempts = await attemptsOf(world, id)
    const asked = attempt === undefined ? attempts.at(-1) : attempts.find(each => each.id === attempt)
    if (attempt !== undefined && !asked) throw new AppError('not_found', `task ${id} has no attempt "${attempt}"; see them: purser task show ${id}`)
    const kept = asked && task.keepOutput ? filesOf(world).output(id, asked.id, OUTPUT_BYTES_MAX) : null
    return { task: await taskAnswer(world, task), attempts: attempts.map(attemptAnswer), output: asked && kept ? { attempt: asked.id, ...kept } : null }
  },
})

function idleText({ running }: World): string {
  if (running.role !== 'daemon') return 'purser is not running, so nothing begins; start it with: purser up --detach'
  return running.observe ? 'purser only observes (up --observe), so nothing begins; start it without, with: purser down, then purser up --detach' : ''
}

async function move(world: World, task: Task, event: Parameters<typeof after>[1], { code, by }: { readonly code: string; readonly by: string }): Promise<void> {
  const { stores, clock } = world, now = clock.now()
  const next = after(task, event, now)
  const done = next !== null && await stores.transaction(function* () {
    if (!(yield* stores.queue.move(task, next))) return false
    yield* stores.events.add({ code, level: 'info', fields: { task: task.id, label: task.label, by } }, now)
    return true
  })
  if (!done) throw new AppError('conflict', `task ${task.id} has just changed; look at it again: purser task show ${task.id}`)
}

const attemptsOf = (world: World, id: string) => world.stores.read(() => world.stores.queue.attempts(id))

async function theTask(world: World, id: string): Promise<Task> {
  const found = isTaskId(id) ? await world.stores.read(() => world.stores.queue.get(id)) : null
  if (found) return found
  throw new AppError('not_found', `there is no task "${id.slice(0, 80)}"; see those there are: purser task list --all`)
}

function taskFrom(world: World, input: TaskAddInput): Task {
  const { agent = 'claude-code', account = '', mode = '', model = '', priority = 0, claims = [], verify = [], folder, label = '', keepOutput = false } = input
  const { tasks } = world.config.current().settings
  if (input.text.trim() === '') throw wrong('say what is to be done: purser task add "fix the flaky test"')
  if (Buffer.byteLength(input.text) > TEXT_BYTES_MAX) throw wrong(`a text has at most ${TEXT_BYTES_MAX / 1024} KiB; put the rest into a file of the project and name it`)
  if (!isAbsolute(folder) || !world.projects.exists(folder)) throw wrong(`there is no folder ${folder}`)
  const headless = world.adapters.find(({ name }) => name === agent)?.launch?.headless
  if (!headless) throw wrong(`"${agent}" does not work without a person here; agents that do: ${world.adapters.filter(({ launch }) => launch?.headless).map(({ name }) => name).join(', ')}`)
  if (mode !== '' && !headless.modes.includes(mode)) throw wrong(`"${mode}" is no permission mode that a task of ${agent} may have; it takes: ${headless.modes.join(', ')}`)
  if (!/^[A-Za-z0-9._:/@[\]-]{0,100}$/.test(model) || model.startsWith('-')) throw wrong(`"${model.slice(0, 40)}" is no name of a model`)
  if (account !== '' && accountNamed(accountsOf(world), account, agent) === null) throw wrong(`there is no account "${account}" of ${agent}; see: purser account list`)
  if (!Number.isInteger(priority) || Math.abs(priority) > PRIORITY_MAX) throw wrong(`a priority is a whole number from -${PRIORITY_MAX} to ${PRIORITY_MAX}`)
  if (label.length > LABEL_CHARS_MAX || /[\p{Cc}\p{Cs}]/u.test(label)) throw wrong(`a label is one line of at most ${LABEL_CHARS_MAX} characters`)
  if (claims.length > CLAIMS_MAX) throw wrong(`a task takes at most ${CLAIMS_MAX} claims`)
  if (verify.length > WORDS_MAX || verify[0] === '') throw wrong('the verification is a program and its words: -- npm test')
  const names = claims.length === 0 ? [] : resourcesFrom(claims, folder, claimPlaces(world.projects, world.environment.home)).map(({ name }) => name)
  return {
    id: taskIdFrom(crypto.randomUUID()), node: world.node, label, agent, folder, project: world.projects.at(folder)?.project ?? folder, account, mode, model, priority,
    budget: budgetOf(input.budget, tasks.budget), claims: names, attemptsMax: attemptsMax(input.attempts, tasks.attempts), timeoutMs: timeoutOf(input.timeout, tasks.timeoutMs),
    verified: verify.length > 0, keepOutput, createdAt: world.clock.now(), attempts: 0, now: { state: 'queued', notBefore: null, because: '' },
  }
}

const wrong = (message: string): AppError => new AppError('invalid_input', message)

function budgetOf(given: string | undefined, otherwise: Task['budget']): Task['budget'] {
  const budget = given === undefined ? otherwise : parseUsd(given)
  if (budget <= 0n) throw wrong('a task needs something to spend: --budget takes an amount above 0')
  return budget
}

const ATTEMPTS_MAX = 20
function attemptsMax(given: number | undefined, otherwise: number): number {
  const attempts = given ?? otherwise
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > ATTEMPTS_MAX) throw wrong(`attempts are a whole number from 1 to ${ATTEMPTS_MAX}`)
  return attempts
}

function timeoutOf(given: string | undefined, otherwise: number): number {
  const ms = given === undefined ? otherwise : parseDurationMs(given)
  if (ms === null || ms < MINUTE_MS || ms > DAY_MS) throw wrong(`a timeout is a duration from ${durationText(MINUTE_MS)} to ${durationText(DAY_MS)}, like 20m`)
  return ms
}
