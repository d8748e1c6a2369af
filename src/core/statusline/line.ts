// Facts as one line that fits: first everything, then shorter words, then fewer, the least important first. What stops a
// session (a lock, a budget, a quota) is said longest.
import { isByHand } from '../enforcement/lock.ts'
import { civilDay, offsetMs, zoneValid } from '../budgets/zone.ts'
import { SPENT_BASIS_POINTS } from '../accounts/quota.ts'
import { usdShort } from '../money.ts'
import { fit } from '../text/display-width.ts'
import { faint, lineWidth, safeLine, strong, textOf, toned, type Line, type Tone } from '../text/line.ts'
import { paintLine } from '../text/paint-line.ts'
import type { Instant } from '../time.ts'
import type { Amount, BudgetFact, StatuslineFacts, WindowFact } from './facts.ts'
import type { StatuslineScreen } from './screen.ts'

export interface LineContext { readonly screen: StatuslineScreen; readonly now: Instant; readonly zone: string }

/** The line as the client prints it, '' when there is nothing to say. */
export function statusline(facts: StatuslineFacts, { screen, now, zone }: LineContext): string {
  const clock = zoneValid(zone) ? { now, zone } : { now, zone: 'UTC' }
  return paintLine(fitted(partsOf(facts, clock), screen.columns), screen)
}

/** Forms from the fullest to the shortest; the one with the least worth of all is given up first, for its next or for nothing. */
type Part = readonly { readonly worth: number; readonly line: Line }[]
interface Clock { readonly now: Instant; readonly zone: string }

// The default alert step: from here on a share is worth an eye, and a second window worth a place.
const WARN_BASIS_POINTS = 8_000
const CONTEXT_WARN_PERCENT = 80

function partsOf(facts: StatuslineFacts, clock: Clock): readonly Part[] {
  const { lock, session, today, hour, contextPercent, windows } = facts
  const [first, ...others] = shownWindows(windows)
  return [
    lock ? [{ worth: 14, line: [toned('bad', `LOCKED ${isByHand(lock) ? lock.rule : `by ${lock.rule}`}${lock.until === null ? '' : ` until ${wallText(lock.until, clock)}`}`)] }, { worth: 15, line: [toned('bad', 'LOCKED')] }] : [],
    facts.model === '' ? [] : [{ worth: 6, line: [strong(facts.model)] }],
    session ? [{ worth: 5, line: [`${amount(session)} session`] }, { worth: 11, line: [amount(session)] }] : [],
    today ? [{ worth: 8, line: [`${amount(today)} today`] }] : [],
    facts.budget ? budgetPart(facts.budget) : [],
    first ? windowPart(first, clock, { until: 7, share: 12 }) : [],
    ...others.map(window => windowPart(window, clock, { until: 3, share: 9 })),
    hour && hour.cost > 0n ? [{ worth: 1, line: [`${amount(hour)}/h`] }] : [],
    contextPercent === null ? [] : [{ worth: 4, line: [toned(contextPercent >= CONTEXT_WARN_PERCENT ? 'warn' : 'plain', `ctx ${contextPercent}%`)] }],
    facts.daemon === 'following' ? [] : [{ worth: 2, line: [faint(DAEMON_TEXT[facts.daemon])] }],
  ].filter(part => part.length > 0)
}

const DAEMON_TEXT = { 'catching-up': 'purser reads history', 'absent': 'purser is not running', 'silent': 'purser does not answer' } as const

const amount = ({ cost, atLeast }: Amount): string => `${usdShort(cost)}${atLeast ? '+' : ''}`

/** A remainder is the other way round: unpriced spending can only make it smaller. */
function budgetPart({ id, remaining, limit, atLeast }: BudgetFact): Part {
  const share = limit <= 0n ? SPENT_BASIS_POINTS : Number((limit - remaining) * BigInt(SPENT_BASIS_POINTS) / limit)
  const left = remaining > 0n ? `${atLeast ? 'at most ' : ''}${usdShort(remaining)} left` : remaining === 0n ? 'nothing left' : `${usdShort(-remaining)}${atLeast ? '+' : ''} over`
  return [{ worth: 10, line: [toned(shareTone(share), `${id} ${left}`)] }, { worth: 13, line: [toned(shareTone(share), left)] }]
}

const shareTone = (basisPoints: number): Tone => (basisPoints >= SPENT_BASIS_POINTS ? 'bad' : basisPoints >= WARN_BASIS_POINTS ? 'warn' : 'plain')

/** The shortest window always, another one only when it is nearly spent. */
function shownWindows(windows: readonly WindowFact[]): readonly WindowFact[] {
  return windows.filter((window, index) => index === 0 || window.exhausted || (window.usedBasisPoints ?? 0) >= WARN_BASIS_POINTS)
}

function windowPart(window: WindowFact, clock: Clock, worth: { readonly until: number; readonly share: number }): Part {
  const used = window.exhausted ? SPENT_BASIS_POINTS : window.usedBasisPoints ?? 0
  const share = window.usedBasisPoints === null ? (window.exhausted ? 'spent' : '') : `${Math.floor(window.usedBasisPoints / 100)}%${window.atLeast && !window.exhausted ? '+' : ''}`
  const short = `${window.label} ${share}`.trimEnd()
  const shared = toned(shareTone(used), short)
  return [...(window.resetsAt === null ? [] : [{ worth: worth.until, line: [shared, faint(` until ${wallText(window.resetsAt, clock)}`)] }]), { worth: worth.share, line: [shared] }]
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const WEEK_DAYS = 7
const two = (value: number): string => String(value).padStart(2, '0')

/** `14:03`, within a week `Tue 14:03`, else `12-24 14:03`. A moment, not a distance: the line stays up while nothing happens. */
export function wallText(at: Instant, { now, zone }: Clock): string {
  const wall = new Date(at + offsetMs(zone, at))
  const time = `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}`
  const days = civilDay(zone, at) - civilDay(zone, now)
  if (days === 0) return time
  return days > 0 && days < WEEK_DAYS ? `${WEEKDAYS[wall.getUTCDay()]} ${time}` : `${two(wall.getUTCMonth() + 1)}-${two(wall.getUTCDate())} ${time}`
}

const BETWEEN: Line = [faint(' · ')]

const joined = (lines: readonly Line[]): Line => lines.flatMap((line, index) => (index === 0 ? line : [...BETWEEN, ...line]))

function fitted(parts: readonly Part[], columns: number): Line {
  let shown = parts.map(part => part.map(({ worth, line }) => ({ worth, line: safeLine(line) })))
  const worthOf = (part: Part | undefined): number => part?.[0]?.worth ?? Infinity
  const whole = (): Line => joined(shown.map(part => part[0]?.line ?? []))
  // Each turn gives up one form, so there are at most as many turns as forms.
  while (lineWidth(whole()) > columns) {
    const [least] = shown.toSorted((a, b) => worthOf(a) - worthOf(b))
    if (!least || (shown.length === 1 && least.length === 1)) return [fit(whole().map(textOf).join(''), columns)]
    shown = shown.map(part => (part === least ? part.slice(1) : part)).filter(part => part.length > 0)
  }
  return whole()
}
