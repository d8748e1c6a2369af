// The story of the demonstration from the breach to its end: hooks that deny, the ladder, a relaunch, the rows that tell
// of it all, and a person's release.
import type { LockAnswer } from '../../api/control-plane.ts'
import { VERIFY_MS } from '../../core/enforcement/ladder.ts'
import { AppError } from '../../core/errors.ts'
import { identityText } from '../../core/machine/process-table.ts'
import { parseUsd, usdShort } from '../../core/money.ts'
import { faint, strong, type Tone } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { SECOND_MS } from '../../core/time.ts'
import { budgetNow, BY, money, respond, sendsSignals, short, SMALL, startAgent, tellProcesses } from './acts.ts'
import { secondsText } from './narrator.ts'
import { endingText, type Puppet } from './puppet.ts'
import { beat, until, type Scene } from './scene.ts'

const SAVES_WORK = 'git commit -a -m "night shift so far"'

/** The next tool is denied, and the agent saves its work: that much the hook leaves open. */
export async function refuseTools(scene: Scene, puppet: Puppet): Promise<void> {
  await beat(scene)
  const denied = await puppet.act({ do: 'tool', command: 'npm test' })
  if (denied.verdict === 'allowed') throw new AppError('unavailable', 'the hook allowed a tool although the budget is locked')
  scene.narrator.sayToned('bad', denied.verdict, `the agent wants to run npm test; its ${denied.event} hook says:`, faint(`  ${denied.hookMs} ms`))
  scene.narrator.quote(denied.text)
  await beat(scene)
  await respond(scene, puppet, SMALL, SAVES_WORK)
  const saved = await puppet.act({ do: 'tool', command: SAVES_WORK })
  scene.narrator.say(saved.event === 'PreToolUse' || saved.verdict === 'allowed' ? 'allowed' : saved.verdict, `${SAVES_WORK}: it saves work, so the hook lets it pass`, faint(`  ${saved.hookMs} ms`))
}

/** Interrupt, SIGTERM, gone: told as purser's audit trail tells it. On a system where purser sends no signals: why not. */
export async function climbLadder(scene: Scene, lock: LockAnswer, puppet: Puppet): Promise<void> {
  const { narrator } = scene
  if (!sendsSignals(scene)) {
    const ending = await puppet.end()
    return narrator.sayToned('warn', 'signals', `purser sends none on ${scene.stage.environment.platform} yet: hooks deny and this demo ended the agent itself (${endingText(ending)})`)
  }
  await tellSignal(scene, lock, puppet, 'SIGINT')
  await until(scene, 'reach the agent with SIGINT', async () => puppet.noticed.includes('SIGINT') || puppet.ending() !== null || null)
  if (puppet.ending() === null) narrator.say('', 'it takes that and lives on: an interrupt ends a turn, not a client')
  await tellSignal(scene, lock, puppet, 'SIGTERM')
  const ending = await until(scene, 'end the agent', async () => puppet.ending())
  narrator.sayToned('good', 'stopped', `pid ${puppet.pid} ended: ${endingText(ending)}, as on SIGTERM`)
  await tellVerification(scene, lock, puppet)
}

async function tellVerification({ plane, ...scene }: Scene, { id }: LockAnswer, puppet: Puppet): Promise<void> {
  const target = identityText(puppet)
  const row = await until(scene, `watch whether pid ${puppet.pid} stays stopped`, async () => {
    const { lock } = await plane.call('lock.show', { id })
    return lock.actions.find(action => action.kind === 'verify' && action.target === target) ?? null
  })
  scene.narrator.say('verify', `${row.state}: for ${VERIFY_MS / SECOND_MS} s nothing may run session ${short(puppet.session)} again; this demo does not wait that long`)
}

async function tellSignal(scene: Scene, lock: LockAnswer, puppet: Puppet, signal: string): Promise<void> {
  const target = identityText(puppet)
  const event = await scene.events.next(`send ${signal} to pid ${puppet.pid}`, ({ code, fields }) => {
    if (fields.target !== target) return false
    if (code === 'target.signal_failed') throw new AppError('unavailable', `${signal} could not be sent: ${fields.outcome}`)
    return code === 'target.signalled' && fields.signal === signal
  })
  const after = secondsText(Date.parse(event.at) - Date.parse(lock.lockedAt))
  scene.narrator.sayToned('warn', signal, `to pid ${puppet.pid}, ${after} after the lock`, ...(signal === 'SIGINT' ? [faint(`: ${event.fields.because}`)] : []))
}

/** Somebody starts the agent again: no request is made, and it is stopped like the first. */
export async function relaunch(scene: Scene, lock: LockAnswer): Promise<void> {
  await beat(scene)
  await stopRelaunched(scene, lock, await startAgent(scene, 'relaunch'))
}

export async function stopRelaunched(scene: Scene, lock: LockAnswer, puppet: Puppet): Promise<void> {
  const prompt = await promptUnlessEnded(puppet)
  if (prompt === null) {
    // Found before it could do a thing: an interrupt ends a program that is still starting.
    await tellSignal(scene, lock, puppet, 'SIGINT')
    const ending = await until(scene, 'end the agent', async () => puppet.ending())
    scene.narrator.sayToned('good', 'stopped', `pid ${puppet.pid} ended before it could ask for anything: ${endingText(ending)}`)
    return await tellProcesses(scene, null)
  }
  if (prompt.verdict === 'allowed') throw new AppError('unavailable', 'the hook allowed a prompt although the budget is locked')
  scene.narrator.sayToned('bad', prompt.verdict, `its first prompt makes no request; the ${prompt.event} hook says:`, faint(`  ${prompt.hookMs} ms`))
  scene.narrator.quote(prompt.text)
  await climbLadder(scene, lock, puppet)
  await tellProcesses(scene, null)
}

/** null when the agent was ended before it had an answer. */
async function promptUnlessEnded(puppet: Puppet): Promise<Awaited<ReturnType<typeof ask>> | null> {
  if (puppet.ending() !== null) return null
  try {
    return await ask(puppet)
  } catch (error) {
    if (puppet.ending() === null) throw error
    return null
  }
}
const ask = (puppet: Puppet) => puppet.act({ do: 'prompt', text: 'Go on.' })

const STATE_TONE: Readonly<Record<string, Tone>> = { done: 'good', failed: 'bad', abandoned: 'warn', running: 'accent' }

/** The rows of the lock, as `purser lock show` has them. */
export async function tellTimeline(scene: Scene, id: string, columns: number): Promise<void> {
  const { lock } = await scene.plane.call('lock.show', { id })
  scene.narrator.say('audit', `lock ${lock.id}: ${money(lock.spent)} of ${money(lock.limit)} when it was taken, ${lock.actions.length} rows since`)
  const since = (at: string): string => `+${secondsText(Date.parse(at) - Date.parse(lock.lockedAt))}`
  const rows = lock.actions.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ at, kind, target, state, outcome }) =>
    [faint(since(at)), kind, target, { text: state, tone: STATE_TONE[state] ?? 'plain' }, outcome === '' && state === 'running' ? 'in progress' : outcome] as const)
  const table = layoutTable({ width: columns, header: false, indent: 8, rows, columns: [{ title: '', align: 'right' }, { title: '' }, { title: '', shrinkTo: 8 }, { title: '' }, { title: '', wrap: true }] })
  for (const line of table) scene.narrator.line(...line)
}

/** A person releases the lock with a reason and more money; the next agent may work. */
export async function release(scene: Scene, id: string): Promise<void> {
  await beat(scene)
  const over = await budgetNow(scene)
  const most = over.bound.cost === null ? 'there is no bound' : `the bound is ${money(over.bound.cost)}`
  scene.narrator.say('overspent', `${usdShort(parseUsd(over.spent) - parseUsd(over.limit))} past the limit, saving the work included; ${most}`)
  const reason = 'the demo is over'
  const { lock, raised } = await scene.plane.call('lock.release', { id, reason, raise: '1', by: BY })
  scene.narrator.sayToned('good', 'released', strong(lock.id), ` by ${lock.released?.by ?? '?'}: "${lock.released?.reason ?? ''}"`, raised === null ? '' : `, with ${money(raised)} more for today`)
  const puppet = await startAgent(scene, 'agent')
  const prompt = await until(scene, 'let a prompt pass after the release', async () => {
    const answer = await puppet.act({ do: 'prompt', text: 'Go on.' })
    return answer.verdict === 'allowed' ? answer : null
  })
  scene.narrator.sayToned('good', 'allowed', 'its prompt', faint(`  ${prompt.hookMs} ms`))
  await respond(scene, puppet, SMALL, null)
  scene.narrator.say('ended', `pid ${puppet.pid}, by itself (${endingText(await puppet.end())})`)
}
