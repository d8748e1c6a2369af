// Who may have what, as a pure rule over what the store says and what is known of the holders. Where something has to
// be looked at first it says what; looking is somebody else's, and so the rule runs inside the transaction that acts.
import type { Seat } from '../machine/liveness.ts'
import type { ProcessIdentity } from '../machine/process-table.ts'
import { seatOf, type Claim, type HeldClaim, type Ticket } from './claim.ts'
import { overlaps, type Resource } from './resource.ts'
import { standingOf, type Asked, type Board, type Known, type Standing } from './standing.ts'
import { barring, isDeadlocked, liveTickets } from './wait.ts'

export type How = 'granted' | 'renewed' | 'reclaimed'
export interface Taking { readonly resource: Resource; readonly how: How; readonly row: Claim | null }

export type Decision =
  | { readonly decision: 'look'; readonly at: readonly (Seat & ProcessIdentity)[] }
  | { readonly decision: 'held' | 'deadlock'; readonly asked: Resource; readonly by: HeldClaim }
  | { readonly decision: 'queued'; readonly asked: Resource; readonly behind: Ticket }
  /** `reaps`: dead claims on something around what is taken; they go in the same transaction. */
  | { readonly decision: 'take'; readonly taking: readonly Taking[]; readonly reaps: readonly HeldClaim[] }

export function decideTake(asked: Asked, board: Board, known: Known): Decision {
  const { claimant, resources } = asked
  const colliding = board.held.filter(claim => resources.some(resource => overlaps(claim.resource, resource)))
  // Where anybody waits, everybody who holds anything may be part of a circle.
  const concerned = asked.waits || board.tickets.length > 0 ? board.held : colliding
  const standing = new Map(concerned.map(claim => [claim, standingOf(claim, claimant, known, board.now)]))
  const tickets = liveTickets(board, known)
  const unseen = [...concerned.filter(claim => standing.get(claim) === 'unseen').map(({ grant }) => grant.holder), ...tickets.unseen]
  if (unseen.length > 0) return { decision: 'look', at: distinct(unseen) }
  const view = { held: board.held, tickets: tickets.live, known, now: board.now }
  const by = colliding.find(claim => standing.get(claim) === 'stands')
  if (by) {
    const decision = asked.waits && isDeadlocked(asked, view) ? 'deadlock' : 'held'
    return { decision, asked: namedBy(resources, by.resource), by }
  }
  const behind = barring(asked, view)
  if (behind) return { decision: 'queued', asked: resources.find(resource => behind.resources.some(other => overlaps(resource, other))) as Resource, behind }
  const names = new Set(resources.map(({ name }) => name))
  return {
    decision: 'take',
    taking: resources.map(resource => takingOf(resource, board.rows.get(resource.name) ?? null, standing)),
    reaps: colliding.filter(claim => standing.get(claim) === 'over' && !names.has(claim.resource.name)),
  }
}

function takingOf(resource: Resource, row: Claim | null, standing: ReadonlyMap<HeldClaim, Standing>): Taking {
  const held = [...standing].find(([claim]) => claim.resource.name === resource.name)
  return { resource, row, how: held === undefined ? 'granted' : held[1] === 'own' ? 'renewed' : 'reclaimed' }
}

const namedBy = (resources: readonly Resource[], by: Resource): Resource => resources.find(resource => overlaps(resource, by)) as Resource

const distinct = (processes: readonly (Seat & ProcessIdentity)[]): readonly (Seat & ProcessIdentity)[] =>
  [...new Map(processes.map(process => [seatOf(process), process])).values()]
