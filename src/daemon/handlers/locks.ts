// Locks as people see them, with everything that was done about each, and the decisions people take about them.
import type { Handlers, LockAnswer } from '../../api/control-plane.ts'
import type { Lock } from '../../core/enforcement/lock.ts'
import { AppError } from '../../core/errors.ts'
import { parseUsd, usdText } from '../../core/money.ts'
import { DAY_MS, instant, isoText, parseDurationMs, parseInstant, type Instant } from '../../core/time.ts'
import { ARMED_SINCE } from '../../flows/judge-balances.ts'
import { arm, disarm, releaseLock } from '../../flows/release.ts'
import type { World } from '../world/world.ts'

const LISTED_MAX = 500

export async function lockAnswers(world: World, locks: readonly Lock[]): Promise<LockAnswer[]> {
  return world.stores.read(function* () {
    const answers: LockAnswer[] = []
    const armed = (yield* world.stores.meta.get(ARMED_SINCE)) !== null
    for (const lock of locks) answers.push(answer(lock, armed, yield* world.stores.breaches.actionsOf(lock.id)))
    return answers
  })
}

function answer(lock: Lock, armed: boolean, actions: readonly { kind: string; target: string; state: string; createdAt: Instant; finishedAt: Instant | null; outcome: string }[]): LockAnswer {
  return {
    id: lock.id, rule: lock.rule, scope: { ...lock.selector }, ...(lock.per === '' ? {} : { perValue: lock.perValue }),
    window: { kind: lock.window.kind, start: lock.window.kind === 'lifetime' ? null : isoText(lock.window.start), end: lock.window.end === null ? null : isoText(lock.window.end), zone: lock.window.zone },
    reason: lock.reason, limit: usdText(lock.limit), spent: usdText(lock.spent), lockedAt: isoText(lock.lockedAt),
    expiresAt: lock.expiresAt === null ? null : isoText(lock.expiresAt),
    ...(lock.released ? { released: { at: isoText(lock.released.at), by: lock.released.by, reason: lock.released.reason } } : {}),
    ...(lock.needsConfirmation ? { needsConfirmation: true } : {}),
    ...(lock.onBreach === 'terminate' ? { signals: { from: isoText(lock.graceUntil), armed } } : {}),
    actions: actions.map(action => ({ kind: action.kind, target: action.target, state: action.state, at: isoText(action.finishedAt ?? action.createdAt), outcome: action.outcome })),
  }
}

/** `afterChange` re-projects lock files and wakes enforcement, where a daemon runs. */
export function lockHandlers(world: World, afterChange: () => void): Pick<Handlers, 'lock.list' | 'lock.show' | 'lock.release' | 'lock.prune' | 'arm' | 'disarm'> {
  const { stores, clock } = world
  return {
    'lock.list': async ({ all }) => {
      const locks = await stores.read(() => (all ? stores.breaches.locks(LISTED_MAX) : stores.breaches.activeLocks(clock.now())))
      return { locks: await lockAnswers(world, locks) }
    },
    'lock.show': async ({ id }) => {
      const lock = await stores.read(() => stores.breaches.lock(id))
      if (!lock) throw new AppError('not_found', `there is no lock ${id}; list them with: purser lock list --all`)
      return { lock: (await lockAnswers(world, [lock]))[0] as LockAnswer }
    },
    'lock.release': async ({ id, reason, raise, by }) => {
      const amount = raise === undefined ? null : parseUsd(raise)
      const lock = await releaseLock(world, { id, reason, by, raise: amount }, clock.now())
      afterChange()
      return { lock: (await lockAnswers(world, [lock]))[0] as LockAnswer, raised: amount === null ? null : usdText(amount) }
    },
    'lock.prune': async ({ before }) => {
      const edge = before === undefined ? instant(clock.now() - 90 * DAY_MS) : edgeOf(before, clock.now())
      return { removed: await stores.transaction(() => stores.breaches.prune(edge)) }
    },
    'arm': async ({ confirm, by }) => {
      const { platform } = world.environment
      if (platform !== 'linux') throw new AppError('refused', UNARMED[platform])
      const { since, waiting, confirmed, signalsFrom } = await arm(world, { confirm: confirm ?? null, by }, clock.now())
      afterChange()
      // Without a daemon nobody signals, however much of the grace time is over.
      const from = world.running.role === 'daemon' ? signalsFrom : null
      return { armed: true, since: since === null ? null : isoText(since), waiting: [...new Set(waiting.map(lock => lock.rule))], confirmed, signalsFrom: from === null ? null : isoText(from) }
    },
    'disarm': async ({ by }) => {
      await disarm(world, by, clock.now())
      afterChange()
      return { armed: false }
    },
  }
}

/** Signals are sent only where stopping was proven on real processes. */
const UNARMED = {
  darwin: 'signals have not been proven on macOS yet, so purser does not send any there; hooks deny all the same: purser hooks install',
  win32: 'purser reads and reports on Windows and sends no signals there; hooks deny all the same: purser hooks install',
} as const

function edgeOf(text: string, now: Instant): Instant {
  const duration = parseDurationMs(text)
  const at = duration === null ? parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text) : instant(now - duration)
  if (at === null) throw new AppError('invalid_input', `--before takes an age like 90d or a date like 2026-08-01, not "${text}"`)
  return at
}
