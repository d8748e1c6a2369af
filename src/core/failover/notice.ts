// What people are told about a spent quota and about moves. Account ids and counts, what to type; never a folder, a session's
// words or an address: a notice may cross the internet.
import type { Notice } from '../machine/notifier.ts'
import { isoText, type Instant } from '../time.ts'
import { plain } from '../enforcement/lock-text.ts'
import type { Move, Saga } from './saga.ts'

/** Account as people call it. */
export interface Named { readonly from: string; readonly to: string }

const keyOf = (...parts: readonly string[]): string => JSON.stringify(['failover', ...parts])

/** `sessions`: that run on it. `to` '' where nothing could take the work. `offers`: people are told what to type. */
export function spentNotice({ from, to }: Named, { episode, sessions, until, offers, at }: { readonly episode: string; readonly sessions: number; readonly until: Instant | null; readonly offers: boolean; readonly at: Instant }): Notice {
  const when = until === null ? 'Nobody says until when.' : `It starts anew at ${clock(until)} UTC.`
  const offer = !offers ? 'See it: purser quota' : to === '' ? 'No other account can take its work now.\nSee why: purser failover plan' : `${counted(sessions)} could go on on ${plain(to)}.\nMove: purser failover run --from ${plain(from)}`
  return { key: keyOf('spent', episode), code: 'quota.spent', level: 'warn', at, facts: { from, to, sessions: String(sessions) }, title: `The quota of ${plain(from)} is spent`, body: `${when} ${offer}` }
}

export function strandedNotice({ from }: Pick<Named, 'from'>, { saga, proven, at }: { readonly saga: Pick<Saga, 'id' | 'body'>; readonly proven: boolean; readonly at: Instant }): Notice {
  const { wakeAt } = saga.body
  const until = wakeAt === null ? '' : proven ? `Work goes on at ${clock(wakeAt)} UTC at the earliest.` : `No reset is known; quotas are looked at again at ${clock(wakeAt)} UTC.`
  return {
    key: keyOf('stranded', saga.id), code: 'failover.stranded', level: 'warn', at, facts: { failover: saga.id, from }, title: `No account can take the work of ${plain(from)}`,
    body: `${until}\nSee why: purser failover status\nDo not wait: purser failover abort ${saga.id}`,
  }
}

export function endNotice(named: Named, saga: Saga, at: Instant): Notice {
  const { id, state, moves, body } = saga
  const verified = moves.filter(each => each.state === 'verified').length, failed = moves.filter(each => each.state === 'failed'), left = moves.filter(each => each.state === 'left').length
  const went = state === 'committed'
  const lines = [
    went ? `${counted(verified)} ${verified === 1 ? 'goes' : 'go'} on there${left === 0 ? '' : `; ${left} stayed`}.` : `${plain(body.because === '' ? 'it was given up' : body.because)}.`,
    ...(failed.length === 0 ? [] : [`Not running now: ${failed.map(({ session }) => plain(session)).join(', ')}; take one up: purser session resume SESSION`]),
    ...(went && verified > 0 ? [`Look at them: purser session list`] : []), `See each step: purser failover history ${id}`,
  ]
  return {
    key: keyOf('end', id), code: `failover.${went ? 'committed' : 'aborted'}`, level: failed.length > 0 || !went ? 'error' : 'warn', at,
    facts: { failover: id, from: named.from, to: named.to, moved: String(verified), left: String(left), failed: String(failed.length), evidence: body.evidence.join('; ') },
    title: went ? `Work moved from ${plain(named.from)} to ${plain(named.to)}` : `Work stays on ${plain(named.from)}`, body: lines.join('\n'),
  }
}

/** A stopped session whose quota is back, and which its client did not take up again by itself. */
export function idleNotice({ from }: Pick<Named, 'from'>, { saga, moves, at }: { readonly saga: Pick<Saga, 'id'>; readonly moves: readonly Pick<Move, 'session'>[]; readonly at: Instant }): Notice {
  return {
    key: keyOf('idle', saga.id), code: 'failover.not_continued', level: 'warn', at, facts: { failover: saga.id, from, sessions: String(moves.length) }, title: `The quota of ${plain(from)} is back`,
    body: `${counted(moves.length)} did not go on by itself: ${moves.map(({ session }) => plain(session)).join(', ')}.\nType something there, or look: purser session list`,
  }
}

export function returnNotice({ from, to }: Named, { failover, at }: { readonly failover: string; readonly at: Instant }): Notice {
  return { key: keyOf('return', failover), code: 'failover.return_possible', level: 'info', at, facts: { from, to }, title: `${plain(to)} can be used again`, body: `Go back: purser failover run --from ${plain(from)} --to ${plain(to)}` }
}

const counted = (sessions: number): string => (sessions === 1 ? '1 session' : `${sessions} sessions`)
const clock = (at: Instant): string => isoText(at).slice(0, 16).replace('T', ' ')
