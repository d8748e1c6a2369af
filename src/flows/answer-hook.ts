// One hook call, from the client's payload to the client's dialect: decode, report who it was, judge, take the slot the
// judgement asks for, encode. Speaks to ports only; prompts, commands and results go no further than this function.
import { judgeHook, type Held, type Slot } from '../core/enforcement/judge-hook.ts'
import type { HookCall, HookEvent, HookVerdict } from '../core/enforcement/hook-verdict.ts'
import { reaches, type Asker } from '../core/enforcement/lock-reach.ts'
import type { Standing } from '../core/enforcement/lock-text.ts'
import type { Lock } from '../core/enforcement/lock.ts'
import type { SaveWork } from '../core/enforcement/save-work.ts'
import { AppError } from '../core/errors.ts'
import type { Scope } from '../core/scope.ts'
import type { AgentAdapter } from '../core/sessions/agent-adapter.ts'
import type { Instant } from '../core/time.ts'

/** What the socket received: the client's own event name, its payload, and the process it claims to be (0 unknown). */
export interface HookRequest { readonly event: string; readonly pid: number; readonly body: string }
export interface HookAnswer { readonly exitCode: number; readonly stdout: string; readonly stderr: string }

/** What a hook call tells about a session: ids and places only. Over the socket this proves the pid. */
export interface HookSighting {
  readonly agent: string
  readonly event: HookEvent
  readonly session: string
  readonly subagent: string
  readonly pid: number
  readonly cwd: string
  readonly transcript: string
  readonly at: Instant
}

export interface HookState {
  /** The caller as far as it can be known; '' per unknown dimension. */
  askerOf(call: HookCall): Promise<Asker>
  activeLocks(now: Instant): Promise<readonly Lock[]>
  /** Budgets that count this scope, as they stand now. */
  standings(scope: Scope): Promise<readonly Standing[]>
  /** What `[enforcement] save_work` leaves open. */
  saveWork(): SaveWork
  /** Takes one use of the slot; false when all are gone. Atomic: two callers never get the last one both. */
  take(slot: Slot): Promise<boolean>
  /** Why this call may not write where it is about to: somebody else's claim; null when nobody's. */
  claimed(call: HookCall): Promise<string | null>
  /** Holds what the next request may cost; why that cannot be, or null when it is held or nobody asks for it. */
  reserve(call: HookCall, asker: Asker): Promise<string | null>
  /** Takes note of a session. Queues and never throws: a busy store must not turn a deny into silence. */
  seen(sighting: HookSighting): void
  now(): Instant
}

export type HookAdapter = { readonly name: string; readonly hooks: NonNullable<AgentAdapter['hooks']> }

/**
 * Answers one call; null when there is nothing to say. Throws `invalid_input` for a payload that is none, and passes on
 * a fault of the state: the script then decides by the projection, which still denies.
 */
export async function answerHook(adapter: HookAdapter, request: HookRequest, state: HookState): Promise<HookAnswer | null> {
  const decoded = adapter.hooks.decode(request.event, parsed(request.body))
  if (!decoded) throw new AppError('invalid_input', `this is no ${adapter.name} hook payload for ${request.event}`)
  const call: HookCall = { ...decoded, pid: request.pid, at: state.now() }
  state.seen({ agent: adapter.name, event: call.event, session: call.session, subagent: call.subagent, pid: call.pid, cwd: call.cwd, transcript: call.transcript, at: call.at })
  const verdict = await withClaims(call, await verdictFor(call, state), state)
  return verdict.verdict === 'allow' ? null : adapter.hooks.encode(call, verdict)
}

/** What a budget leaves open may still lie under somebody else's claim. The turn goes on: there is other work. */
async function withClaims(call: HookCall, verdict: HookVerdict, state: HookState): Promise<HookVerdict> {
  if (call.event !== 'before-tool' || verdict.verdict === 'deny' || verdict.verdict === 'stop') return verdict
  const reason = await state.claimed(call)
  return reason === null ? verdict : { verdict: 'deny', reason }
}

async function verdictFor(call: HookCall, state: HookState): Promise<HookVerdict> {
  if (call.event === 'other' || call.event === 'session-end') return { verdict: 'allow' }
  const asker = await state.askerOf(call)
  const [locks, standings] = await Promise.all([state.activeLocks(call.at), state.standings(asker.scope)])
  const saveWork = state.saveWork()
  const held: readonly Held[] = locks.filter(lock => reaches(lock, asker)).map(lock => ({ lock, saveWork }))
  // We are the daemon, so every fail-closed rule is answered for.
  const judgement = judgeHook(call, { held, unanswered: [], standings, now: call.at })
  const verdict = judgement.slot === null || (await state.take(judgement.slot)) ? judgement.verdict : judgement.without
  return withReserve(call, asker, verdict, state)
}

/** Whatever lets a request be sent asks for its money first: a prompt, the end of a batch of tools, the start of a subagent. A session's start may name its model. */
async function withReserve(call: HookCall, asker: Asker, verdict: HookVerdict, state: HookState): Promise<HookVerdict> {
  const sends = call.event === 'session-start' || call.event === 'prompt' || call.event === 'after-tools' || call.startsSubagent === true
  if (!sends || verdict.verdict === 'deny' || verdict.verdict === 'stop') return verdict
  const reason = await state.reserve(call, asker)
  return reason === null ? verdict : { verdict: call.event === 'before-tool' ? 'deny' : 'stop', reason }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // No cause: the parser's own message quotes the text, and the text holds the prompt.
    throw new AppError('invalid_input', 'the hook payload is not JSON')
  }
}
