// Requests for money, from whoever asks: parsed at this door, granted or refused by flows/reserve, answered as the contract
// says. A refusal is an answer, not an error.
import type { Handlers } from '../../api/control-plane.ts'
import type { EndedAnswer, RefusedAnswer, ReservationAnswer, ReservedAnswer } from '../../api/reserve-answers.ts'
import { usdText, type NanoUsd } from '../../core/money.ts'
import { ownerText } from '../../core/reservations/owner.ts'
import { fields, idOf, ownedBy, parseExtend, parseRecord, parseReserve, parseSettle } from '../../core/reservations/parse.ts'
import { refusal, type Refusal } from '../../core/reservations/refusal.ts'
import type { ReserveRequest, SaidScope } from '../../core/reservations/request.ts'
import { held, type Reservation } from '../../core/reservations/reservation.ts'
import { AppError } from '../../core/errors.ts'
import { isoText } from '../../core/time.ts'
import { check, extend, record, release, reserve, reserveTogether, settle, settleTogether, type Ended, type Granted } from '../../flows/reserve.ts'
import { provenOwner } from '../world/owners.ts'
import { ownersWorld, reserveWorld } from '../world/reserve.ts'
import type { World } from '../world/world.ts'

type Names = 'budget.check' | 'budget.reserve' | 'budget.reserveBatch' | 'budget.settle' | 'budget.settleBatch' | 'budget.release' | 'budget.extend' | 'budget.record'

// One commit for all of them, within the time a hook waits for.
const BATCH_MAX = 1_000

export function reserveHandlers(world: World, afterChange: () => void): Pick<Handlers, Names> {
  const reserving = reserveWorld(world)
  return {
    'budget.check': async input => {
      const request = await requestFrom(world, input)
      if (isRefusal(request)) return refused(request)
      const answer = await check(reserving, request)
      return answer.ok ? { ok: true, remaining: money(answer.remaining) } : refused(answer)
    },
    'budget.reserve': async input => {
      const request = await requestFrom(world, input)
      return reserved(isRefusal(request) ? request : await reserve(reserving, request))
    },
    'budget.reserveBatch': async input => {
      const requests = await Promise.all(batchOf(input).map(each => requestFrom(world, each)))
      const granted = await reserveTogether(reserving, requests.filter((each): each is ReserveRequest => !isRefusal(each)))
      let next = 0
      return { answers: requests.map(each => reserved(isRefusal(each) ? each : (granted[next++] as Granted | Refusal))) }
    },
    'budget.settle': async input => told(await settle(reserving, parseSettle(input)), afterChange),
    'budget.settleBatch': async input => {
      const answers = (await settleTogether(reserving, batchOf(input).map(parseSettle))).map(each => told(each, () => undefined))
      afterChange()
      return { answers }
    },
    'budget.release': async input => told(await release(reserving, idOf(fields(input, ['id']))), afterChange),
    'budget.extend': async input => {
      const { id, ttlMs } = parseExtend(input)
      return told(await extend(reserving, id, ttlMs), () => undefined)
    },
    'budget.record': async input => {
      const request = parseRecord(input)
      const answer = await record(reserving, { ...request, scope: rooted(world, request.scope) })
      afterChange()
      return answer.ok ? { ok: true, fresh: answer.fresh, entry: answer.entry, late: answer.late } : refused(answer)
    },
  }
}

const isRefusal = (found: ReserveRequest | Refusal): found is Refusal => 'refused' in found

async function requestFrom(world: World, input: unknown): Promise<ReserveRequest | Refusal> {
  const said = parseReserve(input)
  const request = { ...said, scope: rooted(world, said.scope) }
  if (said.owner === null) return ownedBy(request)
  const owner = await provenOwner(ownersWorld(world), said.owner)
  const who = said.owner.pid === null ? `session ${said.owner.agent}/${said.owner.session}` : `process ${said.owner.pid}`
  return owner ? ownedBy(request, owner) : refusal('unproven', `${who} is not known here, or not yours; leave the owner out, and the reservation ends with its ttl`)
}

/** People name a folder, the ledger its repository's root. */
export const rooted = (world: Pick<World, 'projectOf'>, scope: SaidScope): SaidScope =>
  (scope.project?.startsWith('/') ? { ...scope, project: world.projectOf(scope.project) } : scope)

function batchOf(input: unknown): readonly unknown[] {
  const { requests } = fields(input, ['requests'])
  if (!Array.isArray(requests) || requests.length > BATCH_MAX) throw new AppError('invalid_input', `requests is a list of at most ${BATCH_MAX}`)
  return requests
}

const money = (amount: NanoUsd | null): string | null => (amount === null ? null : usdText(amount))

export const refused = ({ remaining, ...rest }: Refusal): RefusedAnswer => ({ ...rest, remaining: money(remaining) })

const reserved = (outcome: Granted | Refusal): ReservedAnswer | RefusedAnswer =>
  (outcome.ok ? { ok: true, fresh: outcome.fresh, reservation: reservationAnswer(outcome.reservation), remaining: money(outcome.remaining) } : refused(outcome))

function told(outcome: Ended | Refusal, changed: () => void): EndedAnswer | RefusedAnswer {
  if (!outcome.ok) return refused(outcome)
  changed()
  return { ok: true, fresh: outcome.fresh, reservation: reservationAnswer(outcome.reservation) }
}

export function reservationAnswer(reservation: Reservation): ReservationAnswer {
  const { id, parts, amount, state, covers, proven, owner, createdAt, expiresAt } = reservation
  return {
    id, budgets: [...new Set(parts.map(({ budget }) => budget))], amount: usdText(amount), state, held: usdText(held(reservation)),
    ...(covers ? { proven: usdText(proven) } : {}),
    ...(reservation.state === 'settled' ? { actual: usdText(reservation.actual), late: reservation.late } : {}),
    owner: ownerText(owner), createdAt: isoText(createdAt), expiresAt: isoText(expiresAt),
    ...(reservation.state === 'pending' ? {} : { endedAt: isoText(reservation.at) }),
  }
}
