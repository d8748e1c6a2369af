// `session.stop`: what would happen to a session, and a lock by hand on it. What is said here before a person agrees is
// read from the same proof that the ladder will ask for.
import type { Handlers, LockAnswer, SessionAnswer, SessionStopAnswer } from '../../api/control-plane.ts'
import { LASTS_MAX_MS, LASTS_MIN_MS, LASTS_MS } from '../../core/enforcement/by-hand.ts'
import { stopProspect, type HookReach } from '../../core/enforcement/stop-prospect.ts'
import { AppError } from '../../core/errors.ts'
import { parseUsd } from '../../core/money.ts'
import { parseDurationMs } from '../../core/time.ts'
import { describeProcesses } from '../../flows/enforce/describe.ts'
import { stopSession } from '../../flows/stop-session.ts'
import { hooksInstalled, isHeard } from '../world/hook-presence.ts'
import { sightOf } from '../world/sight.ts'
import type { World } from '../world/world.ts'
import { lockAnswers } from './locks.ts'
import { status } from './status.ts'

// A glob's length; no agent's session id is near it.
const ID_CHARS_MAX = 400

export const sessionHandlers = (world: World, afterChange: () => void): Pick<Handlers, 'session.stop'> => ({
  'session.stop': async ({ agent, session, reason: given, by, check = false, lasts, grace }) => {
    const reason = given.trim()
    if (reason === '') throw new AppError('invalid_input', 'say why, for whoever looks at it tomorrow')
    const lastsMs = durationOf('lasts', lasts, { otherwise: LASTS_MS, least: LASTS_MIN_MS, most: LASTS_MAX_MS })
    const graceMs = durationOf('grace', grace, { otherwise: 0, least: 0, most: lastsMs })
    if (world.running.observe) throw new AppError('refused', 'purser only observes (up --observe): it stops nothing; start it without, with: purser down, then purser up --detach')
    if (world.running.role !== 'daemon') throw new AppError('refused', 'purser is not running, so nothing would be stopped; start it with: purser up --detach')
    const { known, armed } = await find(world, agent, session)
    const prospect = await foresee(world, known, armed)
    if (check) return { lock: null, ...prospect }
    const { zone } = world.config.current().settings
    const lock = await stopSession(world, { agent, session, reason, by, spent: parseUsd(known.cost), zone, graceMs, lastsMs }, world.clock.now())
    afterChange()
    return { lock: (await lockAnswers(world, [lock]))[0] as LockAnswer, ...prospect }
  },
})

function durationOf(name: string, text: string | undefined, { otherwise, least, most }: { readonly otherwise: number; readonly least: number; readonly most: number }): number {
  if (text === undefined) return otherwise
  const ms = parseDurationMs(text)
  if (ms === null || ms < least || ms > most) throw new AppError('invalid_input', `${name} takes a duration like 30m, from ${least / 1_000}s to ${most / 1_000}s, not "${text}"`)
  return ms
}

async function find(world: World, agent: string, session: string): Promise<{ readonly known: SessionAnswer; readonly armed: boolean }> {
  const { sessions, daemon } = await status(world)
  const known = sessions.find(each => each.agent === agent && each.session === session)
  // '' is what unattributed spending has for a session: a lock on it would hold whatever is not known.
  if (!known || session === '' || session.length > ID_CHARS_MAX) throw new AppError('not_found', `no session "${session}" of ${agent} is at work; see those that are with: purser status`)
  if (known.state === 'ended') throw new AppError('refused', `session ${session} has ended already`)
  return { known, armed: daemon.armed && world.environment.platform === 'linux' }
}

async function foresee(world: World, { agent, session }: SessionAnswer, armed: boolean): Promise<Omit<SessionStopAnswer, 'lock'>> {
  const own = (await describeProcesses(sightOf(world), [])).filter(each => each.agent === agent && each.session === session)
  const target = own.find(each => each.target)
  const because = target?.because ?? own[0]?.because ?? 'no process of it is known'
  const says = stopProspect({ agent, hooks: await hookReach(world, agent, session), armed, signals: world.environment.platform === 'linux', pid: target?.pid ?? null, because })
  return { target: target !== undefined, because, armed, says }
}

async function hookReach(world: World, agent: string, session: string): Promise<HookReach> {
  if (!world.adapters.some(adapter => adapter.name === agent && adapter.hooks)) return 'none'
  if (!hooksInstalled(world)) return 'absent'
  return await isHeard(world, agent, session) ? 'heard' : 'unheard'
}
