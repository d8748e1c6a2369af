// What people are told: an event of enforcement in, a notice out. Pure words and a key; to whom and when is the outbox's.
// Says amounts, names and what to type, never a prompt, a command line or a folder: a notice may cross the internet.
import { unreachable } from '../errors.ts'
import type { Notice } from '../machine/notifier.ts'
import { usdShort, usdText } from '../money.ts'
import { projectName } from '../scope.ts'
import { isoText, SECOND_MS, type Instant } from '../time.ts'
import { amountsText, plain, spentText, untilText, type Standing } from './lock-text.ts'
import { isByHand, isSpent, type Lock } from './lock.ts'

/** A process that was or could not be stopped, as far as people need it. */
export interface Target { readonly pid: number; readonly startTime: string; readonly agent: string; readonly project: string }

export type Tellable =
  /** A share of a limit was reached. */
  | { readonly what: 'alert'; readonly standing: Standing; readonly threshold: number; readonly version: string; readonly windowStart: Instant; readonly at: Instant }
  /** A limit was crossed and nothing is locked: the budget only warns, or the spend rests on estimated tokens. */
  | { readonly what: 'overspent'; readonly standing: Standing; readonly version: string; readonly windowStart: Instant; readonly because: 'warns_only' | 'estimated'; readonly at: Instant }
  /** A limit was crossed and its scope is locked; `armed` says whether signals are real. */
  | { readonly what: 'breach'; readonly lock: Lock; readonly armed: boolean; readonly at: Instant }
  /** A process of a locked scope ended on our signal. */
  | { readonly what: 'stopped'; readonly lock: Lock; readonly target: Target; readonly how: string; readonly at: Instant }
  /** All attempts failed; hooks still deny, nobody signals it again. */
  | { readonly what: 'unstoppable'; readonly lock: Lock; readonly target: Target; readonly attempts: number; readonly why: string; readonly at: Instant }
  /** A lock was lifted by a person, or its window ended. */
  | { readonly what: 'released'; readonly lock: Lock; readonly by: string; readonly reason: string; readonly at: Instant }
  /** A model without a price was used: totals are a lower bound until it has one. */
  | { readonly what: 'unpriced'; readonly model: string; readonly card: string; readonly at: Instant }
  /** `purser notify test`. */
  | { readonly what: 'test'; readonly at: Instant }

// Half of a budget is news, four fifths is a reason to look.
const ALERT_WARN_PERCENT = 80

export function noticeOf(event: Tellable): Notice {
  switch (event.what) {
    case 'alert': return alertNotice(event)
    case 'overspent': return overspentNotice(event)
    case 'breach': return breachNotice(event)
    case 'stopped': return stoppedNotice(event)
    case 'unstoppable': return unstoppableNotice(event)
    case 'released': return releasedNotice(event)
    case 'unpriced': return unpricedNotice(event)
    case 'test': return {
      key: keyOf('test', event.at), code: 'notify.test', level: 'info', at: event.at, facts: {},
      title: 'purser: test notice', body: 'If you can read this, purser can tell you about your budgets here.',
    }
    default: return unreachable(event)
  }
}

type Told<W extends Tellable['what']> = Extract<Tellable, { what: W }>

function alertNotice({ standing, threshold, version, windowStart, at }: Told<'alert'>): Notice {
  return {
    key: keyOf('alert', standing.budget, version, standing.perValue, windowStart, threshold), code: 'budget.alert',
    level: threshold >= ALERT_WARN_PERCENT ? 'warn' : 'info', at, facts: { ...standingFacts(standing, windowStart), threshold: String(threshold) },
    title: `Budget ${plain(standing.budget)} has reached ${threshold} %`,
    body: `${amountsText(standing)}.\nSee it: purser budget show ${plain(standing.budget)}`,
  }
}

function overspentNotice({ standing, version, windowStart, because, at }: Told<'overspent'>): Notice {
  return {
    key: keyOf('overspent', standing.budget, version, standing.perValue, windowStart), code: 'budget.overspent', level: 'warn', at, facts: standingFacts(standing, windowStart),
    title: `Budget ${plain(standing.budget)} is overspent`,
    body: [
      `${amountsText(standing)}. ${because === 'warns_only' ? 'Nothing is stopped: this budget only warns.' : 'Nothing is stopped: part of this is estimated, and an estimate never stops a session.'}`,
      `See it: purser budget show ${plain(standing.budget)}`,
    ].join('\n'),
  }
}

function breachNotice({ lock, armed, at }: Told<'breach'>): Notice {
  return {
    key: keyOf('breach', lock.id), ...(isByHand(lock) ? { code: 'session.locked', level: 'warn' as const } : { code: 'budget.breach', level: 'error' as const }), at, facts: { ...lockFacts(lock), armed: String(armed) },
    title: capital(spentText(lock)),
    body: [consequence(lock, armed, at), `See it: purser lock show ${lock.id}`, `Go on now: purser lock release ${lock.id} --reason "..."`].join('\n'),
  }
}

function consequence(lock: Lock, armed: boolean, now: Instant): string {
  const locked = `Locked ${untilText(lock, now)}; hooks deny what would cost more.`
  if (lock.onBreach !== 'terminate') return locked
  if (!armed) return `${locked} Running sessions go on: signals are in dry-run until you type: purser arm`
  if (lock.needsConfirmation) return `${locked} Running sessions go on until you type: purser arm --confirm ${plain(lock.rule)}`
  return `${locked} Running sessions are ${lock.graceUntil > now ? `interrupted in ${Math.ceil((lock.graceUntil - now) / SECOND_MS)} s` : 'being interrupted'}, then terminated.`
}

/** The same in one line, as the lock's own record keeps it. Whether signals are real is not known there: they may follow. */
export function lockedText(lock: Lock): string {
  const denied = `${plain(lock.rule)}: ${lock.reason}; prompts and tools are denied`
  if (lock.onBreach !== 'terminate') return denied
  if (lock.needsConfirmation) return `${denied}; to stop running sessions too, type: purser arm --confirm ${plain(lock.rule)}`
  const grace = lock.graceUntil - lock.lockedAt
  return `${denied}; signals to running sessions may follow ${grace <= 0 ? 'now' : `in ${Math.ceil(grace / SECOND_MS)}s`}`
}

function stoppedNotice({ lock, target, how, at }: Told<'stopped'>): Notice {
  return {
    key: keyOf('stopped', lock.id, target.pid, target.startTime), code: 'session.stopped', level: 'warn', at, facts: { ...lockFacts(lock), ...targetFacts(target), how },
    title: `Stopped ${plain(target.agent)} (pid ${target.pid}) in ${plain(projectName(target.project))}`,
    body: `${capital(spentText(lock))}. It ended on ${plain(how)}.\nSee each step: purser lock show ${lock.id}`,
  }
}

function unstoppableNotice({ lock, target, attempts, why, at }: Told<'unstoppable'>): Notice {
  return {
    key: keyOf('unstoppable', lock.id, target.pid, target.startTime), code: 'session.unstoppable', level: 'error', at,
    facts: { ...lockFacts(lock), ...targetFacts(target), attempts: String(attempts), why },
    title: `Could not stop ${plain(target.agent)} (pid ${target.pid}) in ${plain(projectName(target.project))}`,
    body: `${capital(spentText(lock))}. After ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${plain(why)}. Hooks still deny its calls; purser will not signal it again.\nLook at it: purser ps\nEnd it yourself: kill ${target.pid}`,
  }
}

function releasedNotice({ lock, by, reason, at }: Told<'released'>): Notice {
  return {
    key: keyOf('released', lock.id, at), code: 'lock.released', level: 'info', at, facts: { ...lockFacts(lock), by, reason },
    title: isByHand(lock) ? `Session ${plain(lock.perValue)} may run again` : `Budget ${plain(lock.rule)} is open again`,
    body: `Released by ${plain(by)}: ${plain(reason)}. ${isByHand(lock) ? 'It was stopped by hand' : isSpent(lock) ? `It was locked at ${usdShort(lock.spent)} of ${usdShort(lock.limit)}` : `It was locked because ${lock.reason}`}.\nSee what is still locked: purser lock list`,
  }
}

function unpricedNotice({ model, card, at }: Told<'unpriced'>): Notice {
  return {
    key: keyOf('unpriced', model, card), code: 'pricing.unpriced', level: 'warn', at, facts: { model, card },
    title: `No price for model ${plain(model)}`,
    body: 'Its tokens are kept and its cost is unknown: totals show "+" and budgets count too little.\nSee which responses: purser pricing diagnose',
  }
}

/** Parts joined without ambiguity: a rule named `a:b` and a value `c` are not the rule `a` and the value `b:c`. */
const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts)

const standingFacts = (standing: Standing, windowStart: Instant): Record<string, string> => ({
  rule: standing.budget, window: standing.window, windowStart: isoText(windowStart), spent: usdText(standing.spent), limit: usdText(standing.limit),
  ...perFact(standing.per, standing.perValue),
})

const lockFacts = (lock: Lock): Record<string, string> => ({
  lock: lock.id, rule: lock.rule, onBreach: lock.onBreach, spent: usdText(lock.spent), limit: usdText(lock.limit),
  window: lock.window.kind, windowStart: isoText(lock.window.start), ...perFact(lock.per, lock.perValue),
  ...(lock.expiresAt === null ? {} : { expiresAt: isoText(lock.expiresAt) }),
})

const targetFacts = (target: Target): Record<string, string> => ({ pid: String(target.pid), agent: target.agent, project: projectName(target.project) })

/** Which value of the `per` dimension; a project by its display name, since its path says where a person keeps things. */
const perFact = (per: string, value: string): Record<string, string> => (per === '' ? {} : { [per]: per === 'project' ? projectName(value) : value })

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
