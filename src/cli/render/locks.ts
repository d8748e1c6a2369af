// Locks: a line each, and one lock as a story: who, what, when, why, and what came of it.
import type { LockAnswer } from '../../api/control-plane.ts'
import { isByHand } from '../../core/enforcement/lock.ts'
import { projectName } from '../../core/scope.ts'
import { faint, strong, toned, type Line, type Span, type Tone } from '../../core/text/line.ts'
import { layoutTable, wrapLine } from '../../core/text/table.ts'
import { scopeText } from './budgets.ts'
import { lockedFor, money, plural } from './figures.ts'
import { dayAndTime, fromThenOn, momentText, preciseText, untilText } from './moments.ts'
import { blocks, type View } from './view.ts'

/** Two lines a lock: what is locked and until when, then what came of it. */
export function renderLocks(locks: readonly LockAnswer[], view: View): readonly Line[] {
  if (locks.length === 0) return [[faint('nothing is locked')]]
  const shown = locks.slice(0, view.rowsMax)
  const rows = view.columns < NARROW ? shown.map(lock => stacked(lock, view)) : firstLines(shown, view).map(line => [line])
  const more = locks.length - shown.length
  return [
    ...rows.flatMap((row, index) => [...row, ...wrapLine(secondLine(shown[index] as LockAnswer, view.now), view.columns)]),
    ...(more > 0 ? [[faint(`and ${more} more: purser lock list`)]] : []),
  ]
}

// Below this an id, a budget's name and a moment do not stand side by side.
const NARROW = 60

const markOf = (lock: LockAnswer, now: number): Line => [toned(isInForce(lock, now) ? 'bad' : 'faint', isInForce(lock, now) ? '▲ ' : '· '), strong(lock.id)]
const nameOf = (lock: LockAnswer): string => lock.rule + (lock.perValue ? ` (${shortValue(lock.perValue)})` : '')

const stacked = (lock: LockAnswer, view: View): readonly Line[] =>
  [[...markOf(lock, view.now), '  ', nameOf(lock)], ['  ', stateText(lock, view.now)]].flatMap(line => wrapLine(line, view.columns))

const firstLines = (locks: readonly LockAnswer[], view: View): readonly Line[] => layoutTable({
  width: view.columns, header: false,
  columns: [{ title: '' }, { title: '', shrinkTo: 10 }, { title: '' }],
  rows: locks.map(lock => [markOf(lock, view.now), nameOf(lock), stateText(lock, view.now)]),
})

// The roots of projects differ at their end, where a narrow column cuts; `lock show` has them whole.
const shortValue = (value: string): string => (/^(?:\/|[A-Za-z]:\\)/.test(value) ? projectName(value) : value)

function secondLine(lock: LockAnswer, now: number): Line {
  return typable(`  ${lockedFor(lock)} at ${momentText(lock.lockedAt, lock.window.zone, now)} · ${outcomeText(lock)}${signalsNote(lock, now)}`, faint)
}

/** What to type next, at the end of a text, stays in one piece, to be copied. */
function typable(text: string, tone: (text: string) => Span): Line {
  const [, before, typed] = /^(.*: )(purser .*)$/.exec(text) ?? []
  return before === undefined || typed === undefined ? [tone(text)] : [tone(before), toned('command', typed)]
}

export function isInForce(lock: LockAnswer, now: number): boolean {
  return lock.released === undefined && (lock.expiresAt === null || Date.parse(lock.expiresAt) > now)
}

function stateText(lock: LockAnswer, now: number): string {
  const { zone } = lock.window
  if (lock.released?.by === EXPIRY) return `ended ${momentText(lock.released.at, zone, now)}`
  if (lock.released) return `released ${momentText(lock.released.at, zone, now)} by ${lock.released.by}`
  if (!isInForce(lock, now)) return `ended ${momentText(lock.expiresAt ?? '', zone, now)}`
  return untilText(lock.expiresAt, zone, now)
}

// Who the records name where nobody released it.
const EXPIRY = 'expiry'

const DONE_TEXT: Readonly<Record<string, string>> = {
  interrupt: 'interrupted', terminate: 'terminated', kill: 'killed', 'stop-background': 'stopped in the background', notify: 'told', verify: 'verified',
}

/** What came of a lock in one line: `2 interrupted, 1 terminated, 1 failed · waits for: purser arm --confirm web-daily`. */
export function outcomeText(lock: LockAnswer): string {
  const counts = new Map<string, number>()
  for (const action of lock.actions) {
    const word = action.state === 'done' ? DONE_TEXT[action.kind] ?? `${action.kind} done` : `${action.kind} ${stateWord(action.state)}`
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const did = [...counts].map(([word, count]) => `${count} ${word}`).join(', ') || 'hooks deny; nothing had to be stopped'
  return `${did}${lock.needsConfirmation && !lock.released ? ` · signals wait for: purser arm --confirm ${lock.rule}` : ''}`
}

/** What a line has room for: when the first signal comes, while it has not come yet. */
function signalsNote(lock: LockAnswer, now: number): string {
  const { signals } = lock
  if (!signals || lock.needsConfirmation || !isInForce(lock, now)) return ''
  if (!signals.armed) return ' · signals are a dry run: purser arm'
  return Date.parse(signals.from) > now ? ` · first signal ${fromThenOn(signals.from, lock.window.zone, now)}` : ''
}

/** The same in full. */
function signalsText(lock: LockAnswer, now: number): string {
  const { signals, window: { zone } } = lock
  if (!signals) return 'none; hooks deny, where they are installed: purser hooks status'
  if (lock.needsConfirmation) return `wait for: purser arm --confirm ${lock.rule}`
  if (!signals.armed) return 'a dry run, only noted; to send them: purser arm'
  // The answer may come from the database alone, and then nobody sends anything.
  const when = Date.parse(signals.from) > now ? `the first ${fromThenOn(signals.from, zone, now)}` : `since ${dayAndTime(signals.from, zone)}, to whatever runs in its scope`
  return `${when}, while the daemon runs; see whether it does: purser status`
}

const stateWord = (state: string): string => (state === 'dry-run' ? 'only noted (not armed)' : state)

const STATE_TONE: Readonly<Record<string, Tone>> = { done: 'good', failed: 'bad', abandoned: 'bad', 'dry-run': 'warn', pending: 'warn', running: 'warn' }

/** One lock in full. */
export function renderLock(lock: LockAnswer, view: View): readonly Line[] {
  const { zone } = lock.window
  const inForce = isInForce(lock, view.now)
  const facts: readonly (readonly [string, string])[] = [
    isByHand(lock) ? ['made', `by hand, on session ${lock.perValue ?? ''}`] : ['budget', lock.rule + (lock.perValue ? `, for ${lock.perValue}` : '')],
    ['scope', scopeText(lock.scope)],
    ['why', lock.reason],
    ...(isByHand(lock) ? [['spent', `${money(lock.spent)} that day`] as const] : [...(lockedFor(lock) !== lock.reason ? [] : [['spent', `${money(lock.spent)} of ${money(lock.limit)}`] as const]), ['window', windowRange(lock)] as const]),
    ['locked', `${dayAndTime(lock.lockedAt, zone)}, ${untilText(lock.expiresAt, zone, view.now)}`],
    ...(inForce ? [['signals', signalsText(lock, view.now)] as const] : []),
    ...(lock.released ? [[lock.released.by === EXPIRY ? 'ended' : 'released', `${dayAndTime(lock.released.at, zone)}${lock.released.by === EXPIRY ? '' : ` by ${lock.released.by}`}: ${lock.released.reason}`] as const] : []),
  ]
  return blocks(
    [['Lock ', strong(lock.id), '  ', toned(inForce ? 'bad' : 'faint', inForce ? 'in force' : 'over')]],
    layoutTable({ width: view.columns, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }], rows: facts.map(([key, value]) => [faint(key), typable(value, text => toned('plain', text))]) }),
    timeline(lock, view),
    nextSteps(lock, inForce),
  )
}

function windowRange({ window }: LockAnswer): string {
  const from = window.start === null ? '' : ` from ${dayAndTime(window.start, window.zone)}`
  const to = window.end === null ? '' : ` to ${dayAndTime(window.end, window.zone)}`
  return `${window.kind}${from}${to}, ${window.zone}`
}

function timeline(lock: LockAnswer, view: View): readonly Line[] {
  if (lock.actions.length === 0) return [['  ', faint('nothing had to be stopped; hooks deny while the lock is in force')]]
  const actions = [...lock.actions].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return [
    [strong('What came of it'), faint(`  ${plural(actions.length, 'action')}`)],
    ...layoutTable({
      width: view.columns, header: false, indent: 2,
      columns: [{ title: '' }, { title: '' }, { title: '', shrinkTo: 12, keep: 'end' }, { title: '' }, { title: '', wrap: true }],
      rows: actions.map(action => [
        faint(preciseText(action.at, lock.window.zone, view.now)), action.kind, action.target,
        toned(STATE_TONE[action.state] ?? 'plain', action.state), action.outcome,
      ]),
    }),
  ]
}

function nextSteps(lock: LockAnswer, inForce: boolean): readonly Line[] {
  if (!inForce) return []
  return [
    [faint('  go on now     '), toned('command', `purser lock release ${lock.id} --reason "..."`)],
    ...(isByHand(lock) ? [] : [[faint('  with $5 more  '), toned('command', `purser lock release ${lock.id} --reason "..." --raise 5`)]]),
  ]
}
