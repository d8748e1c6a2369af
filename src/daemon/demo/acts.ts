// The story of the demonstration up to the breach, act by act. Each act does one thing to purser or to an agent, waits
// for what purser answers, and tells that answer. Nothing is told that was not asked.
import type { BudgetAnswer, LockAnswer } from '../../api/control-plane.ts'
import { AppError } from '../../core/errors.ts'
import { parseUsd, usdShort } from '../../core/money.ts'
import { faint, strong } from '../../core/text/line.ts'
import { hooksCommand } from '../hooks-command.ts'
import { meter } from './narrator.ts'
import { startPuppet, type Puppet } from './puppet.ts'
import type { Usage } from './records.ts'
import { beat, until, type Scene } from './scene.ts'
import { BUDGET, GRACE, LIMIT } from './stage.ts'

export const BY = 'purser demo'
const PROMPT = 'Refactor everything until it is beautiful.'

/** Sets the budget, installs the hooks and arms, all of it in the temporary home. */
export async function prepare(scene: Scene): Promise<void> {
  const { plane, stage, narrator } = scene
  const { version } = await plane.call('hello', {})
  narrator.say('purser', `${version} follows the logs of that home; it sees and signals only what this demo starts`)
  const { budget } = await plane.call('budget.set', { id: BUDGET, project: stage.project, window: 'day', limit: LIMIT, onBreach: 'terminate' })
  narrator.say('budget', strong(budget.id), `: ${money(budget.limit)} a ${budget.window.kind} for ${tilde(scene, stage.project)}, on breach ${budget.onBreach}, first signal after ${GRACE}`)
  const hooks = await hooksCommand({ verb: 'install', scope: 'user', folder: stage.project, environment: stage.environment })
  if (hooks.state !== 'installed') throw new AppError('unavailable', `the hooks are ${hooks.state} after their installation`)
  narrator.say('hooks', `${hooks.events.join(', ')} in ${tilde(scene, hooks.files[0]?.path ?? '')}`)
  if (!sendsSignals(scene)) return
  const { armed } = await plane.call('arm', { by: BY })
  narrator.say('armed', armed ? 'signals are real, in this home only' : 'no: signals stay a dry run')
}

/** Where purser sends no signals, the demo shows all that hooks do. */
export const sendsSignals = ({ stage }: Pick<Scene, 'stage'>): boolean => stage.environment.platform === 'linux'

/** Starts an agent; purser learns of it by its hook and its registry entry. */
export async function startAgent(scene: Scene, subject: string): Promise<Puppet> {
  const puppet = await startPuppet(scene)
  scene.cast.push(puppet)
  scene.narrator.say(subject, 'pid ', strong(String(puppet.pid)), puppet.told === '' ? ` runs session ${short(puppet.session)}` : ` runs session ${short(puppet.session)}; when it starts the model is told:`)
  if (puppet.told !== '') scene.narrator.quote(puppet.told)
  return puppet
}

/** What `purser ps` says now: every agent process it sees, which are at most our own. */
export async function tellProcesses(scene: Scene, running: Puppet | null): Promise<void> {
  const { processes } = await scene.plane.call('ps', {})
  scene.narrator.say('ps', `${processes.length} agent ${processes.length === 1 ? 'process' : 'processes'}`, ...processes.map(({ pid, target, because }) => `; pid ${pid} is ${target ? 'a target' : 'no target'}: ${because}`))
  if (running === null || !sendsSignals(scene)) return
  const own = processes.find(({ pid }) => pid === running.pid)
  if (!own?.target) throw new AppError('unavailable', `purser would not stop pid ${running.pid}: ${own?.because ?? `${process.execPath} is no program it knows an agent by`}`)
}

// So many tokens that each alert is crossed by a response of its own: at today's card about $0.30, $0.56, $0.84, $0.97
// and $1.13 in all. What is printed is what purser made of them.
const RUNAWAY: readonly Usage[] = [
  { output: 8_200, cacheWrite: 26_000, cacheRead: 40_000 }, { output: 7_400, cacheWrite: 19_000, cacheRead: 66_000 },
  { output: 9_100, cacheWrite: 16_000, cacheRead: 85_000 }, { output: 4_000, cacheWrite: 6_000, cacheRead: 101_000 },
  { output: 5_200, cacheWrite: 6_400, cacheRead: 107_000 },
]
export const SMALL: Usage = { output: 300, cacheWrite: 1_200, cacheRead: 113_000 }

/** Responses, with tools between them that nobody objects to, until the budget is breached. */
export async function spend(scene: Scene, puppet: Puppet): Promise<LockAnswer> {
  const prompt = await puppet.act({ do: 'prompt', text: PROMPT })
  if (prompt.verdict !== 'allowed') throw new AppError('unavailable', `the hook refused the first prompt: ${prompt.text}`)
  scene.narrator.say('prompt', `"${PROMPT}"`, faint(`  allowed in ${prompt.hookMs} ms`))
  for (const [index, usage] of RUNAWAY.entries()) {
    await beat(scene)
    const { budget, at } = await respond(scene, puppet, usage, 'npm test')
    if (index === 0) tellBound(scene, budget)
    if (parseUsd(budget.spent) > parseUsd(budget.limit)) return await tellLock(scene, at)
    const tool = await puppet.act({ do: 'tool', command: 'npm test' })
    if (tool.verdict !== 'allowed') throw new AppError('unavailable', `the hook refused a tool at ${money(budget.spent)} of ${money(budget.limit)}: ${tool.text}`)
    if (tool.text === '') continue
    scene.narrator.sayToned('warn', 'advice', 'beside its tool result the model reads:', faint(`  ${tool.event} hook, ${tool.hookMs} ms`))
    scene.narrator.quote(tool.text)
  }
  throw new AppError('unavailable', `the agent's responses did not exceed $${LIMIT} at the prices of this rate card`)
}

/** One response, told once purser has counted it; `at` is the time on its record. */
export async function respond(scene: Scene, puppet: Puppet, usage: Usage, tool: string | null): Promise<{ budget: BudgetAnswer; at: string }> {
  const before = await budgetNow(scene)
  const { at } = await puppet.act({ do: 'respond', usage, tool })
  const budget = await until(scene, 'count the response', async () => {
    const now = await budgetNow(scene)
    return now.spent === before.spent ? null : now
  })
  // The transaction that posted the response wrote its alerts too.
  const alerts = (await scene.events.rest()).filter(({ code }) => code === 'budget.alert').map(({ fields }) => `${fields.threshold}%`)
  scene.narrator.say('spent', strong(money(budget.spent)), ` of ${money(budget.limit)}  `, ...meter(parseUsd(budget.spent), parseUsd(budget.limit)), alerts.length === 0 ? '' : `  alert: ${alerts.join(', ')}`)
  return { budget, at }
}

export async function budgetNow({ plane }: Scene): Promise<BudgetAnswer> {
  const { budgets: [budget] } = await plane.call('budget.show', { id: BUDGET })
  if (!budget) throw new AppError('unavailable', `budget ${BUDGET} has no answer`)
  return budget
}

function tellBound({ narrator }: Scene, { class: kind, bound }: BudgetAnswer): void {
  const most = bound.cost === null ? 'no bound' : `${bound.estimate ? 'about' : 'at most'} ${money(bound.cost)} over`
  narrator.say('bound', `class ${kind}, ${most}`, faint(`: ${bound.because}`))
}

async function tellLock(scene: Scene, recordedAt: string): Promise<LockAnswer> {
  const lock = await until(scene, 'lock the budget', async () => (await scene.plane.call('lock.list', {})).locks[0] ?? null)
  const after = Date.parse(lock.lockedAt) - Date.parse(recordedAt)
  scene.narrator.sayToned('bad', 'lock', strong(lock.id), `: ${lock.reason}`, faint(`  ${after} ms after the response was logged`))
  return lock
}

/** Contract text as people read it. */
export const money = (usd: string): string => usdShort(parseUsd(usd))
/** The first part of a session's id tells it apart here. */
export const short = (session: string): string => session.slice(0, 8)
const tilde = ({ stage }: Scene, path: string): string => (path.startsWith(`${stage.root}/`) ? `~${path.slice(stage.root.length)}` : path)
