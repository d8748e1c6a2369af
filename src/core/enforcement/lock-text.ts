// The words a person or a model reads when a lock or a nearly spent budget speaks: what happened, the amounts, when it
// ends, what to type. A model is never told how to release a lock: that is a person's decision.
import type { WindowKind } from '../budgets/budget.ts'
import { usdShort, type NanoUsd } from '../money.ts'
import { projectName } from '../scope.ts'
import { terminalSafe } from '../text/terminal-safe.ts'
import { durationText, type Instant } from '../time.ts'
import { isByHand, isSpent, type Lock } from './lock.ts'

/** A budget as it stands for the asker, for the texts only. */
export interface Standing {
  readonly budget: string
  readonly per: string
  readonly perValue: string
  readonly window: WindowKind
  readonly spent: NanoUsd
  readonly limit: NanoUsd
}

const WINDOW_TEXT: Record<WindowKind, string> = {
  day: 'today', week: 'this week', month: 'this month', '5h': 'in this 5-hour window', '24h': 'in this 24-hour window',
  '7d': 'in this 7-day window', lifetime: 'in all',
}
// A branch or project is foreign text: made safe for a terminal, and short enough for one line of it.
const VALUE_CHARS_MAX = 80

export function plain(text: string): string {
  const clean = terminalSafe(text).trim()
  return clean.length > VALUE_CHARS_MAX ? `${clean.slice(0, VALUE_CHARS_MAX - 1)}…` : clean
}

/** `budget web-daily is spent: $20.41 of $20.00 today (project web)`, or what else locked it, or who is stopped by hand and why. */
export function spentText(lock: Pick<Lock, 'rule' | 'spent' | 'limit' | 'window' | 'per' | 'perValue' | 'reason'>): string {
  if (isByHand(lock)) return `session ${plain(lock.perValue)} was stopped by hand: ${plain(lock.reason)}`
  if (!isSpent(lock)) return `budget ${plain(lock.rule)} is locked: ${lock.reason}`
  return `budget ${plain(lock.rule)} is spent: ${amountsText({ ...lock, window: lock.window.kind })}`
}

/** `$20.41 of $20.00 today (project web)`. */
export function amountsText(standing: Pick<Standing, 'spent' | 'limit' | 'window' | 'per' | 'perValue'>): string {
  return `${usdShort(standing.spent)} of ${usdShort(standing.limit)} ${WINDOW_TEXT[standing.window]}${whose(standing.per, standing.perValue)}`
}

function whose(per: string, value: string): string {
  if (per === '') return ''
  return ` (${per} ${plain(per === 'project' ? projectName(value) : value === '' ? 'unknown' : value)})`
}

/** When it ends, for people in the budget's zone: `until 2026-11-22 00:00 Europe/Paris (in 6h 12m)`. */
export function untilText(lock: Pick<Lock, 'expiresAt' | 'window'>, now: Instant): string {
  if (lock.expiresAt === null) return 'until a person releases it'
  return `until ${wallTime(lock.expiresAt, lock.window.zone)} (in ${durationText(lock.expiresAt - now)})`
}

function wallTime(at: Instant, zone: string): string {
  try {
    const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at)
    const part = (type: string): string => parts.find(found => found.type === type)?.value ?? ''
    return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')} ${zone}`
  } catch {
    // A zone this runtime does not know: say it in UTC rather than not at all.
    return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  }
}

/** For the person at the keyboard. `more` is how many further locks hold the same session. */
export function stopText(lock: Lock, more: number, now: Instant): string {
  const others = more === 0 ? '' : ` ${more === 1 ? 'One more lock holds' : `${more} more locks hold`} this session; see: purser lock list.`
  return `purser: ${spentText(lock)}. Locked ${untilText(lock, now)}.${others} See it: purser lock show ${lock.id} - go on now: purser lock release ${lock.id} --reason "..."`
}

/** For the model, when a call is refused but the turn may still save its work. */
export function saveNowText(lock: Lock, entries: readonly string[]): string {
  return `purser: ${spentText(lock)}. This turn is about to be ended. Only calls that save work still run: ${entries.map(plain).join(', ')}; each as one plain command without $(...), heredocs, pipes, ; or &&. Save what must not be lost, then end your turn. Only a person can lift this.`
}

/** For the model, before the limit: there is still time to finish or to save. */
export function nearText(standings: readonly Standing[]): string {
  return `purser: nearly spent: ${standings.map(standing => `budget ${plain(standing.budget)} ${amountsText(standing)}`).join('; ')}. Bring the work to a state that can be left, and save it; at the limit the turn ends.`
}

/** Opens a session: the budgets that count it. */
export function standingsText(standings: readonly Standing[]): string {
  return `purser counts what this session costs. ${standings.map(standing => `Budget ${plain(standing.budget)}: ${amountsText(standing)}.`).join(' ')}`
}

/** Nobody vouches for a fail-closed budget: the daemon is silent and left no recent sign of life. */
export function unansweredText(rules: readonly string[]): string {
  return `purser: ${rules.length === 1 ? 'budget' : 'budgets'} ${rules.map(plain).join(', ')} ${rules.length === 1 ? 'is' : 'are'} fail-closed and purser does not answer, so nothing may be spent here. Start it: purser up --detach - or take the hooks out: purser hooks uninstall`
}
