// The decision rule of a hook: facts about one call in, a verdict out. Asks nobody and counts nothing: where the
// answer depends on how often something happened already, it names the slot that has to be had and what holds without.
import { unreachable } from '../errors.ts'
import type { Instant } from '../time.ts'
import type { HookCall, HookVerdict } from './hook-verdict.ts'
import { nearText, saveNowText, spentText, standingsText, stopText, unansweredText, untilText, type Standing } from './lock-text.ts'
import type { Lock } from './lock.ts'
import { savesWork, type SaveWork, type SaveWorkKind } from './save-work.ts'

/** A lock that reaches the call, with what it leaves open. */
export interface Held { readonly lock: Lock; readonly saveWork: SaveWork }

export interface HookFacts {
  /** Locks that reach the call; expired and released ones are sorted out here. */
  readonly held: readonly Held[]
  /** Fail-closed rules that reach the call while nobody vouches for them. */
  readonly unanswered: readonly string[]
  /** Budgets that count the call, as they stand. */
  readonly standings: readonly Standing[]
  readonly now: Instant
}

/** One use out of a bounded number. Whoever has the counters takes it atomically. */
export interface Slot { readonly lock: string; readonly session: string; readonly kind: SaveWorkKind | 'advice'; readonly max: number }

export type Judgement =
  | { readonly slot: null; readonly verdict: HookVerdict }
  /** `verdict` if the slot was had, else `without`. */
  | { readonly slot: Slot; readonly verdict: HookVerdict; readonly without: HookVerdict }

/** At this share of a limit the model is told, in percent. */
export const ADVISE_AT_PERCENT = 95n

const ALLOW: HookVerdict = { verdict: 'allow' }
const settled = (verdict: HookVerdict): Judgement => ({ slot: null, verdict })

export function judgeHook(call: HookCall, facts: HookFacts): Judgement {
  const held = inForce(facts.held, facts.now)
  switch (call.event) {
    case 'session-end':
    case 'other': return settled(ALLOW)
    case 'session-start': return settled(opening(held, facts))
    case 'prompt':
    case 'before-tool':
    case 'after-tools': break
    default: return unreachable(call.event)
  }
  if (facts.unanswered.length > 0) return settled({ verdict: 'stop', reason: unansweredText(facts.unanswered) })
  const first = held[0]
  if (first) return breached(call, first, held.length - 1, facts.now)
  return advice(call, nearly(facts.standings))
}

/** Locks that stop something now, the longest first: it is the one a person has to know of. */
export function inForce(held: readonly Held[], now: Instant): readonly Held[] {
  return held
    .filter(({ lock }) => lock.released === null && lock.onBreach !== 'warn' && (lock.expiresAt === null || lock.expiresAt > now))
    .toSorted((a, b) => ends(b) - ends(a) || (a.lock.id < b.lock.id ? -1 : 1))
}
const ends = ({ lock }: Held): number => lock.expiresAt ?? Number.MAX_SAFE_INTEGER

function breached(call: HookCall, { lock, saveWork }: Held, more: number, now: Instant): Judgement {
  const stop: HookVerdict = { verdict: 'stop', reason: stopText(lock, more, now) }
  const within = (kind: SaveWorkKind, verdict: HookVerdict): Judgement =>
    saveWork.limits[kind] === 0 ? settled(stop) : { slot: { lock: lock.id, session: call.session, kind, max: saveWork.limits[kind] }, verdict, without: stop }
  // A new prompt saves nothing: the work of the turn before it is already where it will stay.
  if (call.event === 'prompt') return settled(stop)
  const told = saveNowText(lock, saveWork.entries)
  if (call.event === 'after-tools') return within('batch', { verdict: 'advise', text: told })
  return savesWork(call, saveWork.entries) ? within('save', ALLOW) : within('deny', { verdict: 'deny', reason: told })
}

function opening(held: readonly Held[], facts: HookFacts): HookVerdict {
  const said: string[] = []
  if (facts.standings.length > 0) said.push(standingsText(facts.standings))
  for (const { lock } of held) said.push(`Locked: ${spentText(lock)}, ${untilText(lock, facts.now)}; prompts and tools are refused meanwhile.`)
  if (facts.unanswered.length > 0) said.push(unansweredText(facts.unanswered))
  return said.length === 0 ? ALLOW : { verdict: 'advise', text: said.join(' ') }
}

function nearly(standings: readonly Standing[]): readonly Standing[] {
  return standings.filter(({ spent, limit }) => limit > 0n && spent * 100n >= limit * ADVISE_AT_PERCENT)
}

/** Every prompt is told, a running turn once: text costs tokens, and the same text after each tool would only add to the bill. */
function advice(call: HookCall, near: readonly Standing[]): Judgement {
  if (near.length === 0 || call.event === 'before-tool') return settled(ALLOW)
  const verdict: HookVerdict = { verdict: 'advise', text: nearText(near) }
  if (call.event === 'prompt') return settled(verdict)
  const about = near.map(standing => `${standing.budget}\u001f${standing.perValue}`).join('\u001e')
  return { slot: { lock: about, session: call.session, kind: 'advice', max: 1 }, verdict, without: ALLOW }
}
