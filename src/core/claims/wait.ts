// The queue. Whoever asked first is served first, among those who want something of the same; and whoever would wait in
// a circle is told so at once.
//
// A place in the queue stands in the way of everybody behind it who wants something of the same, with one exception:
// it does not stand in the way of somebody it waits for itself, directly or through others. Were it otherwise, two
// takers could block each other by their order alone, although what the one needs is free. So only holding makes a
// circle, and the one whose question would close it is refused.
import type { Instant } from '../time.ts'
import { sameSeat, seatOf, type Claimant, type HeldClaim, type Ticket } from './claim.ts'
import { overlaps, type Resource } from './resource.ts'
import { standingOf, type Asked, type Board, type Known } from './standing.ts'

/** A place whose owner did not ask for this long is passed over; it is not lost. Waiting clients ask every 20 s at most. */
export const TICKET_QUIET_MS = 30_000

export interface View { readonly held: readonly HeldClaim[]; readonly tickets: readonly Ticket[]; readonly known: Known; readonly now: Instant }

/** Places that count now; `unseen` are the processes behind some that have to be looked at. */
export function liveTickets({ tickets, now }: Board, known: Known): { readonly live: readonly Ticket[]; readonly unseen: readonly Claimant[] } {
  const live: Ticket[] = [], unseen: Claimant[] = []
  for (const ticket of tickets) {
    const state = ticketState(ticket, known, now)
    if (state === 'live') live.push(ticket)
    if (state === 'unseen') unseen.push(askingOf(ticket))
  }
  return { live, unseen }
}

/** quiet: passed over, perhaps back later. gone: its row can go. */
export function ticketState(ticket: Ticket, known: Known, now: Instant): 'live' | 'quiet' | 'gone' | 'unseen' {
  if (ticket.until <= now) return 'gone'
  const asking = askingOf(ticket)
  if (asking.node === known.here.node) {
    const found = known.liveness(asking)
    if (found === 'unasked') return 'unseen'
    if (found === 'dead') return 'gone'
  }
  return now - ticket.heardAt > TICKET_QUIET_MS ? 'quiet' : 'live'
}

/** The process that asks, in the claimant's seat. */
export const askingOf = ({ claimant, asking }: Ticket): Claimant => ({ ...claimant, ...asking })

/** The first place that stands in the asker's way; null when its turn has come. */
export function barring(asked: Asked, view: View): Ticket | null {
  const mine = seatOf(asked.claimant)
  return view.tickets.find(ticket => isAhead(ticket, asked) && wantSame(ticket.resources, asked.resources)
    && !sameSeat(ticket.claimant, asked.claimant) && !reachable(seatOf(ticket.claimant), view).has(mine)) ?? null
}

const isAhead = (ticket: Ticket, { ticket: own }: Asked): boolean => own === null || ticket.seq < own.seq

/** Does anybody who holds what is asked for wait, through whomever, for the asker? */
export function isDeadlocked(asked: Asked, view: View): boolean {
  const mine = seatOf(asked.claimant)
  return holdersOf(asked.resources, asked.claimant, view).some(holder => reachable(seatOf(holder), view).has(mine))
}

/** Everybody that somebody waits for, directly or through others. */
function reachable(from: string, view: View): ReadonlySet<string> {
  const seen = new Set<string>()
  const next = [from]
  for (let seat = next.pop(); seat !== undefined; seat = next.pop()) {
    for (const ticket of view.tickets.filter(({ claimant }) => seatOf(claimant) === seat)) {
      for (const found of waitedFor(ticket, view)) {
        if (seen.has(found)) continue
        seen.add(found)
        next.push(found)
      }
    }
  }
  return seen
}

function waitedFor(ticket: Ticket, view: View): readonly string[] {
  const ahead = view.tickets.filter(other => other.seq < ticket.seq && !sameSeat(other.claimant, ticket.claimant) && wantSame(other.resources, ticket.resources))
  return [...holdersOf(ticket.resources, ticket.claimant, view), ...ahead.map(({ claimant }) => claimant)].map(seatOf)
}

/** Nobody has looked at the asker itself: it asks, so it lives, and what it holds stands towards the others. */
const holdersOf = (resources: readonly Resource[], claimant: Claimant, { held, known, now }: View): readonly Claimant[] =>
  held.filter(claim => wantSame([claim.resource], resources) && !['own', 'over'].includes(standingOf(claim, claimant, known, now))).map(({ grant }) => grant.holder)

const wantSame = (some: readonly Resource[], others: readonly Resource[]): boolean => some.some(one => others.some(other => overlaps(one, other)))
