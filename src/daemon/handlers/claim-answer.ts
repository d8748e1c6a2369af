// Claims in the shapes of the JSON contract.
import type { ClaimAnswer, ClaimHolder, ClaimRefusal } from '../../api/claim-answers.ts'
import { isHeld, type Claim, type HeldClaim, type Holder } from '../../core/claims/claim.ts'
import { deadlockText, heldText, queuedText, waitText } from '../../core/claims/claim-text.ts'
import type { Resource } from '../../core/claims/resource.ts'
import { isoText, type Instant } from '../../core/time.ts'

export const holderAnswer = ({ agent, session, generation, node, pid, proof }: Holder): ClaimHolder => ({ agent, session, generation, node, pid, proof })

export function claimAnswer(claim: Claim, mine?: boolean): ClaimAnswer {
  const own = mine === undefined ? {} : { mine }
  if (!isHeld(claim)) return { name: claim.resource.name, holder: null, token: claim.token, acquiredAt: null, expiresAt: null, strict: false, reason: '', ...own }
  const { holder, acquiredAt, expiresAt, strict, reason } = claim.grant
  return { name: claim.resource.name, holder: holderAnswer(holder), token: claim.token, acquiredAt: isoText(acquiredAt), expiresAt: isoText(expiresAt), strict, reason, ...own }
}

export interface InTheWay { readonly asked: Resource; readonly by: HeldClaim; readonly now: Instant; readonly dead?: boolean }
export interface Waiting { readonly ticket: string; readonly position: number }

/** `hint`: what to type to wait for it, where that is what the asker wanted. */
export function heldAnswer(found: InTheWay, { node, waiting, again = false, hint = true }: { readonly node: string; readonly waiting?: Waiting | undefined; readonly again?: boolean; readonly hint?: boolean }): ClaimRefusal {
  const { asked, by, now, dead = false } = found
  const says = heldText({ asked, by, now, node, dead })
  return {
    ok: false, refused: 'held', asked: asked.name, name: by.resource.name, heldBy: holderAnswer(by.grant.holder), since: isoText(by.grant.acquiredAt),
    // Of a holder on this machine the lease says nothing: it keeps the claim while it lives.
    expiresAt: by.grant.holder.node === node || by.grant.strict ? null : isoText(by.grant.expiresAt),
    reason: by.grant.reason, token: by.token, strict: by.grant.strict, says: hint && !(by.grant.strict && dead) ? `${says} ${waitText(asked)}` : says,
    ...(waiting ? { waiting } : {}), ...(again ? { again } : {}),
  }
}

export const queuedAnswer = (asked: Resource, position: number, waiting?: Waiting): ClaimRefusal =>
  ({ ok: false, refused: 'queued', asked: asked.name, says: queuedText(asked, Math.max(1, position - 1)), ...(waiting ? { waiting } : {}) })

export const deadlockAnswer = (found: InTheWay, node: string): ClaimRefusal =>
  ({ ok: false, refused: 'deadlock', asked: found.asked.name, says: deadlockText({ ...found, node }) })

export const unprovenAnswer = (asked: string, because: string): ClaimRefusal =>
  ({ ok: false, refused: 'unproven', asked, says: `${asked} cannot be claimed by you: ${because}` })

/** What the asker thinks it holds is somebody else's, or nobody's. */
export function lostAnswer(asked: Resource, by: HeldClaim | null, node: string, now: Instant): ClaimRefusal {
  const says = by === null ? `${asked.name} is held by nobody; take it first: purser claim take ${asked.name}` : `your claim on ${asked.name} is over. ${heldText({ asked, by, now, node })}`
  return { ok: false, refused: 'lost', asked: asked.name, says }
}
