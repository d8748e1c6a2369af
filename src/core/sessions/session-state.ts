// What a session does, as far as it can be proven now. A state is looked up, never stored: what is stored are the facts it
// follows from (which process ran it last, whether its agent said goodbye).
//
//   busy, idle, waiting   its process lives, and its agent's registry says what it does; waiting is for a person
//   running               its process lives; nothing says what it does
//   ended                 its agent said goodbye
//   lost                  the process that ran it is gone without a word (killed, a crash, a reboot)
//   unproven              no process was ever proven to run it: only its log tells of it, and it may well be running
//
//   unproven -> running, busy, idle, waiting -> ended or lost -> (resumed: the next generation) running ...
import type { Evidence } from '../enforcement/target.ts'
import { isAlive, type ProcessIdentity, type ProcessInfo } from '../machine/process-table.ts'
import type { Instant } from '../time.ts'
import type { KnownSession } from './session-store.ts'

export type SessionState =
  | { readonly state: 'busy' | 'idle' | 'waiting' | 'running'; readonly process: ProcessInfo; readonly background: boolean; /** Other processes that run the same conversation: two write into one log. */ readonly copies: readonly ProcessIdentity[] }
  | { readonly state: 'ended'; readonly at: Instant }
  | { readonly state: 'lost'; readonly process: ProcessIdentity }
  | { readonly state: 'unproven' }

export type LiveState = Extract<SessionState, { readonly process: ProcessInfo }>
export const isLive = (state: SessionState): state is LiveState => state.state !== 'ended' && state.state !== 'lost' && state.state !== 'unproven'

export interface SessionFacts {
  /** What is stored; null for a session that only the registry tells of. */
  readonly known: KnownSession | null
  /** Live processes whose witness names this session. */
  readonly running: readonly Evidence[]
  /** What has the pid that ran it last; null when nobody has, undefined when nobody looked. */
  readonly last: ProcessInfo | null | undefined
}

export function stateOf({ known, running, last }: SessionFacts): SessionState {
  const [own, ...others] = running.filter(({ heard }) => heard.heard).toSorted((a, b) => heardAt(b) - heardAt(a))
  if (own?.heard.heard) {
    const { status, kind } = own.heard.witness
    const { process } = own
    return {
      state: status === 'unknown' ? 'running' : status, process, background: kind === 'background' || own.role === 'background-session',
      copies: others.map(({ process: { pid, startTime } }) => ({ pid, startTime })),
    }
  }
  if (known === null) return { state: 'unproven' }
  if (known.endedAt !== null) return { state: 'ended', at: known.endedAt }
  const { pid, startTime } = known
  if (pid === null || startTime === null || last === undefined) return { state: 'unproven' }
  const gone = !isAlive(last) || last.startTime !== startTime
  // Alive, but no witness of it speaks for this session any more: it may run another conversation since a /clear.
  return gone ? { state: 'lost', process: { pid, startTime } } : { state: 'unproven' }
}

const heardAt = ({ heard }: Evidence): number => (heard.heard ? heard.witness.at : 0)
