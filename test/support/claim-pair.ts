// Both sides of one history of claims: two machines on one real store, and the model of what they should come to. Each deed
// is done to both, and throws where they differ.
import { deepStrictEqual, ok } from 'node:assert/strict'
import type { Claimant } from '../../src/core/claims/claim.ts'
import type { Resource } from '../../src/core/claims/resource.ts'
import { AppError } from '../../src/core/errors.ts'
import { instant } from '../../src/core/time.ts'
import { breakClaim, endSession, releaseClaims } from '../../src/flows/arbitrate/give-back.ts'
import { renewClaims } from '../../src/flows/arbitrate/renew.ts'
import { keepClaims } from '../../src/flows/arbitrate/upkeep.ts'
import { ClaimModel, meet, type Actor } from './claim-model.ts'
import { ClaimWorld, free, pathOf, START } from './claim-world.ts'
import type { OpenStores } from './databases.ts'
import { ManualClock } from './manual-clock.ts'

/** Two of them live on the second machine. */
export const SESSIONS = ['s0', 's1', 's2', 's3', 's4'] as const
const resourceOf = (name: string): Resource => (name.startsWith('/') ? pathOf(name) : free(name))
const nameOf = ({ kind, name, path }: Resource): string => (kind === 'path' ? path : name)

export class Pair {
  readonly model: ClaimModel
  readonly #stores: OpenStores
  readonly #clock = new ManualClock(START)
  readonly #worlds: Readonly<Record<string, ClaimWorld>>
  readonly #actors = new Map<string, { actor: Actor; claimant: Claimant }>()
  readonly #movesTime: boolean

  constructor(open: OpenStores, movesTime: boolean) {
    this.#stores = open
    this.#movesTime = movesTime
    this.model = new ClaimModel(START)
    this.#worlds = { n1: new ClaimWorld(open.stores, 'n1', this.#clock), n2: new ClaimWorld(open.stores, 'n2', this.#clock) }
    for (const session of SESSIONS) this.comeBack(session)
  }

  /** A new process of the session; the one before may live on. */
  comeBack(session: string): void {
    const node = session < 's3' ? 'n1' : 'n2'
    const claimant: Claimant = { ...this.#world(node).born(), agent: 'claude-code', session, proof: 'hook' }
    this.#actors.set(session, { actor: { session, node, pid: claimant.pid, alive: true }, claimant })
  }

  async take(session: string, names: readonly string[], strict: boolean, waits: boolean): Promise<void> {
    const { actor, claimant } = this.#of(session)
    if (!actor.alive) return
    const sorted = [...new Set(names)].toSorted()
    const wait = waits ? { ticket: `t-${actor.node}-${actor.pid}-${sorted.join('_').replaceAll('/', '.')}`, until: instant(START + 86_400_000) } : null
    const found = await this.#world(actor.node).take(claimant, sorted.map(resourceOf), { strict, wait })
    const wanted = this.model.take(actor, sorted, { strict, waits })
    if (found.result === 'taken') deepStrictEqual({ result: 'taken', how: Object.fromEntries(found.claims.map(({ claim, how }) => [nameOf(claim.resource), how])) }, wanted)
    else deepStrictEqual({ result: found.result, position: found.position }, { result: wanted.result, position: 'position' in wanted ? wanted.position : 0 })
    if ('by' in found && 'by' in wanted) ok(wanted.by.includes(nameOf(found.by.resource)), `${nameOf(found.by.resource)} stands in nobody's way`)
  }

  async release(session: string, names: readonly string[]): Promise<void> {
    const { actor, claimant } = this.#of(session)
    const found = await releaseClaims(this.#world(actor.node).ports, { resources: names.map(resourceOf), claimant, line: [claimant], tokens: new Map() })
    deepStrictEqual(found.result, this.model.release(actor, names))
  }

  async renew(session: string, name: string): Promise<void> {
    const { actor, claimant } = this.#of(session)
    const found = await renewClaims(this.#world(actor.node).ports, { claimant, line: [claimant], resources: [resourceOf(name)], token: null, reason: null, ttlMs: null })
    deepStrictEqual(found.result, this.model.renew(actor, name))
  }

  async break(name: string): Promise<void> {
    const found = await breakClaim(this.#world('n1').ports, { resource: resourceOf(name), by: 'ada', reason: 'x' }).then(() => true, error => { if (error instanceof AppError && error.code === 'not_found') return false; throw error })
    deepStrictEqual(found, this.model.break(name))
  }

  async end(session: string): Promise<void> {
    const { actor, claimant } = this.#of(session)
    await endSession(this.#world(actor.node).ports, { agent: claimant.agent, session, node: actor.node, pid: claimant.pid, startTime: claimant.startTime })
    this.model.endSession(actor)
  }

  die(session: string): void {
    const { actor } = this.#of(session)
    this.#world(actor.node).table.end(actor.pid)
    actor.alive = false
  }

  async reap(node: string): Promise<void> {
    await keepClaims(this.#world(node).ports)
    this.model.reap(node)
  }

  advance(ms: number): void {
    if (!this.#movesTime) return
    this.#clock.advance(ms)
    this.model.now += ms
  }

  /** Row by row; and nobody holds what lies within what another holds. */
  async compare(): Promise<void> {
    const { rows, tickets } = await this.#stores.stores.read(() => (function* (stores) { return { rows: yield* stores.claims.all(100), tickets: yield* stores.claims.tickets() } })(this.#stores.stores))
    const real = rows.map(({ resource, token, grant }) => [nameOf(resource), token, grant && [grant.holder.session, grant.holder.node, grant.holder.pid, grant.holder.generation, grant.strict]])
    const meant = [...this.model.rows].map(([name, { token, holder, generation, strict }]) => [name, token, holder && [holder.session, holder.node, holder.pid, generation, strict]])
    const inOrder = (list: typeof real): typeof real => list.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    deepStrictEqual(inOrder(real), inOrder(meant))
    deepStrictEqual(tickets.map(({ claimant, resources }) => [claimant.session, claimant.pid, resources.map(nameOf).toSorted().join()]), this.model.places.map(({ actor, names }) => [actor.session, actor.pid, names.join()]))
    const held = rows.filter(({ grant }) => grant !== null)
    for (const one of held) for (const other of held) if (one !== other && meet(nameOf(one.resource), nameOf(other.resource))) deepStrictEqual(other.grant?.holder.pid, one.grant?.holder.pid)
  }

  #world(node: string): ClaimWorld { return this.#worlds[node] as ClaimWorld }
  #of(session: string): { actor: Actor; claimant: Claimant } { return this.#actors.get(session) as { actor: Actor; claimant: Claimant } }
}
