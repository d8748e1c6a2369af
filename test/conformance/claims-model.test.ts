// Any history of takes, waits, renewals, releases, breaks, deaths, comebacks, ends and reapings on two machines: the store
// says what a simple model says, after every deed, on every engine.
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Claimant } from '../../src/core/claims/claim.ts'
import type { Resource } from '../../src/core/claims/resource.ts'
import { AppError } from '../../src/core/errors.ts'
import { instant } from '../../src/core/time.ts'
import { breakClaim, endSession, releaseClaims } from '../../src/flows/arbitrate/give-back.ts'
import { renewClaims } from '../../src/flows/arbitrate/renew.ts'
import { keepClaims } from '../../src/flows/arbitrate/upkeep.ts'
import { ClaimModel, meet, type Actor } from '../support/claim-model.ts'
import { ClaimWorld, free, pathOf, START } from '../support/claim-world.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { rounds, roundsTimeoutMs } from '../support/rounds.ts'

const NAMES = ['a', 'b', 'c', '/p', '/p/q', '/p/q/r', '/pq'] as const
const SESSIONS = ['s0', 's1', 's2', 's3', 's4'] as const
const resourceOf = (name: string): Resource => (name.startsWith('/') ? pathOf(name) : free(name))
const nameOf = ({ kind, name, path }: Resource): string => (kind === 'path' ? path : name)

/** Both sides of one history: two machines on one store, and what they should come to. */
class Pair {
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

  /** A new process of the session: two sessions live on the second machine. */
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
    if (found.result === 'taken') expect({ result: 'taken', how: Object.fromEntries(found.claims.map(({ claim, how }) => [nameOf(claim.resource), how])) }).toEqual(wanted)
    else expect({ result: found.result, position: found.position }).toEqual({ result: wanted.result, position: 'position' in wanted ? wanted.position : 0 })
    if ('by' in found && 'by' in wanted) expect(wanted.by).toContain(nameOf(found.by.resource))
  }

  async release(session: string, names: readonly string[]): Promise<void> {
    const { actor, claimant } = this.#of(session)
    const found = await releaseClaims(this.#world(actor.node).ports, { resources: names.map(resourceOf), claimant, line: [claimant], tokens: new Map() })
    expect(found.result).toBe(this.model.release(actor, names))
  }

  async renew(session: string, name: string): Promise<void> {
    const { actor, claimant } = this.#of(session)
    const found = await renewClaims(this.#world(actor.node).ports, { claimant, line: [claimant], resources: [resourceOf(name)], token: null, reason: null, ttlMs: null })
    expect(found.result).toBe(this.model.renew(actor, name))
  }

  async break(name: string): Promise<void> {
    const found = await breakClaim(this.#world('n1').ports, { resource: resourceOf(name), by: 'ada', reason: 'x' }).then(() => true, error => { if (error instanceof AppError && error.code === 'not_found') return false; throw error })
    expect(found).toBe(this.model.break(name))
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
    expect(real.toSorted()).toEqual(meant.toSorted())
    expect(tickets.map(({ claimant, resources }) => [claimant.session, claimant.pid, resources.map(nameOf).toSorted().join()])).toEqual(this.model.places.map(({ actor, names }) => [actor.session, actor.pid, names.join()]))
    const held = rows.filter(({ grant }) => grant !== null)
    for (const one of held) for (const other of held) if (one !== other && meet(nameOf(one.resource), nameOf(other.resource))) expect(other.grant?.holder).toMatchObject({ pid: one.grant?.holder.pid })
  }

  #world(node: string): ClaimWorld { return this.#worlds[node] as ClaimWorld }
  #of(session: string): { actor: Actor; claimant: Claimant } { return this.#actors.get(session) as { actor: Actor; claimant: Claimant } }
}

type Deed = readonly [text: string, run: (pair: Pair) => Promise<void> | void]
const session = fc.constantFrom(...SESSIONS), name = fc.constantFrom(...NAMES), names = fc.uniqueArray(name, { minLength: 1, maxLength: 3 })
const seldom = fc.integer({ min: 0, max: 5 }).map(each => each === 0)
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(session, names, seldom).map(([who, what, strict]): Deed => [`${who} takes ${what.join(' ')}${strict ? ' strictly' : ''}`, pair => pair.take(who, what, strict, false)]) },
  { weight: 6, arbitrary: fc.tuple(session, names).map(([who, what]): Deed => [`${who} waits for ${what.join(' ')}`, pair => pair.take(who, what, false, true)]) },
  { weight: 4, arbitrary: fc.tuple(session, names).map(([who, what]): Deed => [`${who} releases ${what.join(' ')}`, pair => pair.release(who, what)]) },
  { weight: 1, arbitrary: fc.tuple(session, name).map(([who, what]): Deed => [`${who} renews ${what}`, pair => pair.renew(who, what)]) },
  { weight: 1, arbitrary: name.map((what): Deed => [`${what} is broken`, pair => pair.break(what)]) },
  { weight: 1, arbitrary: session.map((who): Deed => [`${who} dies`, pair => pair.die(who)]) },
  { weight: 2, arbitrary: session.map((who): Deed => [`${who} comes back`, pair => pair.comeBack(who)]) },
  { weight: 1, arbitrary: session.map((who): Deed => [`${who} ends`, pair => pair.end(who)]) },
  { weight: 1, arbitrary: fc.constantFrom('n1', 'n2').map((node): Deed => [`${node} reaps`, pair => pair.reap(node)]) },
  { weight: 1, arbitrary: fc.constantFrom(4_000, 25_000, 61_000).map((ms): Deed => [`${ms} ms pass`, pair => pair.advance(ms)]) },
)
const commands = fc.commands([deed.map(([text, run]): fc.AsyncCommand<object, Pair> => ({ check: () => true, run: async (_model, pair) => { await run(pair); await pair.compare() }, toString: () => text }))], { maxCommands: 60 })

describe.each(ENGINES)('any history of claims on $name', engine => {
  const plan = { name: `histories of claims on ${engine.name}`, quick: engine.name === 'sqlite' ? 100 : 8, full: engine.name === 'sqlite' ? 5_000 : 200 }
  let open: OpenStores
  beforeEach(async () => { open = await engine.open() })
  afterEach(async () => { await open.close() })

  it('comes to what the model says', async () => {
    await fc.assert(fc.asyncProperty(commands, async history => {
      await open.database.script('delete from claim; delete from claim_ticket; delete from claim_generation')
      // Time on PostgreSQL is the server's own and does not wait for a test.
      await fc.asyncModelRun(() => ({ model: {}, real: new Pair(open, engine.name === 'sqlite') }), history)
    }), { numRuns: rounds(plan), endOnFailure: false })
  }, roundsTimeoutMs(60_000, plan))
})
