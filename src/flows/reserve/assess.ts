// Asks how risky a request is, before the transaction: an assessor may be another program. `ask` waits for a person, under
// the reservation's own id and body; a decision for one request is none for another.
import { refusal, type Refusal } from '../../core/reservations/refusal.ts'
import { fullScope, reserveBody, type ReserveRequest } from '../../core/reservations/request.ts'
import { scopeFor } from '../../core/reservations/targets.ts'
import { HARMLESS, type Assessment } from '../../core/risk/assessor.ts'
import { HOUR_MS, instant, type Instant } from '../../core/time.ts'
import type { Work } from '../../core/ledger/work.ts'
import { named, requestTime, type ReserveWorld } from './world.ts'

// Somebody who is at lunch still finds it; what nobody looked at by then is denied.
export const APPROVAL_MS = HOUR_MS

/** `ask` false: only what it would come to; no approval is asked for. */
export async function assess(world: ReserveWorld, request: ReserveRequest, { ask = true }: { readonly ask?: boolean } = {}): Promise<Assessment | Refusal> {
  const assessor = world.assessor()
  if (!assessor) return HARMLESS
  const found = await world.stores.read(function* () {
    const known = yield* world.stores.reservations.get(request.id)
    const { rules, tasks } = yield* named(world, request.budgets)
    return { granted: known?.body === reserveBody(request), scope: fullScope(scopeFor({ said: request.scope, rules, tasks }), world.node), now: yield* requestTime(world) }
  })
  // What was granted stays granted, however risky it has become.
  if (found.granted) return HARMLESS
  const { id, amount, model, budgets } = request
  const assessment = await assessor.assess({ id, amount, model, budgets, scope: found.scope, now: found.now })
  if (assessment.verdict === 'allow') return assessment
  if (assessment.verdict === 'deny') return refusal('risk', assessment.because, { by: assessment.by })
  return world.stores.transaction(() => asked(world, request, { assessment, now: found.now, ask }))
}

function* asked({ stores }: ReserveWorld, request: ReserveRequest, { assessment, now, ask }: { readonly assessment: Assessment; readonly now: Instant; readonly ask: boolean }): Work<Assessment | Refusal> {
  const id = `A-${request.id}`, body = reserveBody(request)
  const known = yield* stores.tasks.approval(id)
  if (known && known.body !== body) return refusal('conflict', `approval ${id} was asked for another request; make a new id for another request`)
  if (known?.decided?.approved) return { ...assessment, verdict: 'allow' }
  if (known?.decided) return refusal('risk', `${known.decided.by} refused it (${id})`, { by: assessment.by })
  if (known && known.expiresAt <= now) return refusal('risk', `nobody approved it in time (${id}); make a new id to ask again`, { by: assessment.by })
  if (!known && ask) {
    yield* stores.tasks.askApproval({ id, reservation: request.id, body, amount: request.amount, because: assessment.because, askedAt: now, expiresAt: instant(now + APPROVAL_MS), decided: null })
    yield* stores.events.add({ code: 'budget.needs_approval', level: 'warn', fields: { approval: id, reservation: request.id, because: assessment.because } }, now)
  }
  return refusal('needs_approval', `${assessment.because}; approve it with: purser budget approve ${id}`, { by: assessment.by, approval: id })
}
