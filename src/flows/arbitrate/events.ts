// What the audit trail is told of claims, in the transaction that changes them: who, which, by which token, and for what
// was taken away by which proof.
import type { Claimant, HeldClaim, Holder, Ticket } from '../../core/claims/claim.ts'
import { isOfAnotherBoot } from '../../core/machine/liveness.ts'
import type { Known } from '../../core/claims/standing.ts'
import type { EventFields, NewEvent } from '../../core/events/event.ts'
import type { Taker } from './take.ts'

const who = ({ agent, session, node, pid }: Claimant): EventFields => ({ agent, session, node, pid })
const info = (code: string, fields: EventFields): NewEvent => ({ code, level: 'info', fields })

export const takenEvent = ({ resource, token, grant }: HeldClaim, how: string): NewEvent =>
  info('claim.taken', { claim: resource.name, token, how, ...who(grant.holder), generation: grant.holder.generation, reason: grant.reason, strict: grant.strict ? 1 : 0 })

export const releasedEvent = ({ resource, token, grant }: HeldClaim, by: string): NewEvent =>
  info('claim.released', { claim: resource.name, token, ...who(grant.holder), by })

export const handedEvent = ({ resource, token, grant }: HeldClaim, to: Holder): NewEvent =>
  info('claim.handed', { claim: resource.name, token, ...who(to), from: grant.holder.session })

export const brokenEvent = ({ resource, token, grant }: HeldClaim, { by, reason }: { by: string; reason: string }): NewEvent =>
  ({ code: 'claim.broken', level: 'warn', fields: { claim: resource.name, token, ...who(grant.holder), by, reason } })

/** `proof`: why it was over. */
export const reapedEvent = ({ resource, token, grant }: HeldClaim, known: Known): NewEvent =>
  ({ code: 'claim.reaped', level: 'warn', fields: { claim: resource.name, token, ...who(grant.holder), proof: proofOf(grant.holder, known) } })

/** How it is known that a holder is gone, as a clause. */
export function proofOf(holder: Holder, known: Known): string {
  if (holder.node !== known.here.node) return 'its lease ended and its machine was not heard from'
  if (isOfAnotherBoot(holder, known.here)) return 'the machine was started anew since'
  return known.liveness(holder) === 'dead' ? 'its process is gone' : 'another session runs in its process'
}

export const waitingEvent = ({ id, claimant, resources, until }: Omit<Ticket, 'seq'>): NewEvent =>
  info('claim.waiting', { ticket: id, claims: resources.map(({ name }) => name).join(' '), ...who(claimant), until })

export const deadlockEvent = ({ claimant, resources }: Pick<Taker, 'claimant' | 'resources'>, by: HeldClaim): NewEvent =>
  info('claim.deadlock', { claims: resources.map(({ name }) => name).join(' '), ...who(claimant), holds: by.resource.name, holder: by.grant.holder.session })
