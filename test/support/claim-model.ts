// What claims are meant to be, in memory and as simply as it can be said: names with a holder and a token, a queue, a clock.
// Written from docs/claims.md, not from the code, and compared with it after every deed.

export interface Actor {
  readonly session: string
  readonly node: string
  readonly pid: number
  alive: boolean
}
export interface Row { token: number; holder: Actor | null; generation: number; strict: boolean; expiresAt: number }
interface Place { readonly actor: Actor; readonly names: readonly string[]; heardAt: number }

export type Outcome =
  | { readonly result: 'taken'; readonly how: Readonly<Record<string, string>> }
  | { readonly result: 'held' | 'deadlock'; readonly by: readonly string[]; readonly position: number }
  | { readonly result: 'queued'; readonly position: number }

const TTL_MS = 60_000, QUIET_MS = 30_000, HEAR_MS = 5_000

/** `/p` holds `/p/q` and is held by it; words only themselves. */
export const meet = (a: string, b: string): boolean => a === b || (a.startsWith('/') && b.startsWith('/') && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`)))
const anyMeet = (some: readonly string[], others: readonly string[]): boolean => some.some(one => others.some(other => meet(one, other)))

export class ClaimModel {
  now: number
  readonly rows = new Map<string, Row>()
  places: Place[] = []
  readonly #generations = new Map<string, { actor: Actor; count: number }>()

  constructor(now: number) { this.now = now }

  take(actor: Actor, names: readonly string[], { strict, waits }: { readonly strict: boolean; readonly waits: boolean }): Outcome {
    const own = waits ? this.#placeOf(actor, names) : null
    const inTheWay = this.#held().filter(([name, row]) => anyMeet([name], names) && row.holder !== actor && this.#inForce(row, actor.node))
    if (inTheWay.length > 0) {
      const by = inTheWay.map(([name]) => name)
      if (waits && inTheWay.some(([, row]) => this.#waitsFor(row.holder as Actor, actor.node).has(actor))) {
        this.#leave(own)
        return { result: 'deadlock', by, position: 0 }
      }
      return { result: 'held', by, position: waits ? this.#queue(actor, names, own) : 0 }
    }
    const ahead = this.#live(actor.node).filter(place => this.#isAhead(place, own))
    if (ahead.some(place => place.actor !== actor && anyMeet(place.names, names) && !this.#waitsFor(place.actor, actor.node).has(actor))) return { result: 'queued', position: waits ? this.#queue(actor, names, own) : 0 }
    return { result: 'taken', how: this.#grant(actor, names, strict, own) }
  }

  release(actor: Actor, names: readonly string[]): 'released' | 'held' {
    const held = names.flatMap(name => this.rows.get(name) ?? []).filter(row => row.holder !== null)
    if (held.some(row => row.holder !== actor && this.#inForce(row, actor.node))) return 'held'
    for (const row of held) this.#free(row)
    return 'released'
  }

  renew(actor: Actor, name: string): 'current' | 'held' | 'lost' {
    const row = this.rows.get(name)
    if (!row?.holder) return 'lost'
    if (row.holder !== actor) return 'held'
    row.expiresAt = this.now + TTL_MS
    return 'current'
  }

  break(name: string): boolean {
    const row = this.rows.get(name)
    if (!row?.holder) return false
    this.#free(row)
    row.token++
    return true
  }

  endSession(actor: Actor): void { for (const [, row] of this.#held()) if (row.holder === actor && !row.strict) this.#free(row) }

  reap(node: string): void {
    for (const [, row] of this.#held()) {
      const holder = row.holder as Actor
      if (!this.#inForce(row, node)) this.#free(row)
      else if (holder.node === node && holder.alive) row.expiresAt = this.now + TTL_MS
    }
    this.places = this.places.filter(({ actor }) => !(actor.node === node && !actor.alive))
  }

  #held(): readonly (readonly [string, Row])[] { return [...this.rows].filter(([, row]) => row.holder !== null) }

  /** As a machine sees it: its own processes live or not, another's lease lasts or not, and a strict one is never over. */
  #inForce({ holder, strict, expiresAt }: Row, node: string): boolean {
    if (holder === null) return false
    return strict || (holder.node === node ? holder.alive : expiresAt > this.now)
  }

  #free(row: Row): void { Object.assign(row, { holder: null, strict: false }) }

  #grant(actor: Actor, names: readonly string[], strict: boolean, own: Place | null): Readonly<Record<string, string>> {
    const known = this.#generations.get(actor.session)
    const count = known?.actor === actor ? known.count : (known?.count ?? 0) + 1
    this.#generations.set(actor.session, { actor, count })
    for (const [name, row] of this.#held()) if (anyMeet([name], names) && !names.includes(name) && row.holder !== actor) this.#free(row)
    const how = names.map(name => {
      const row = this.rows.get(name) ?? { token: 0, holder: null, generation: 0, strict: false, expiresAt: 0 }
      const was = row.holder === null ? 'granted' : row.holder === actor ? 'renewed' : 'reclaimed'
      this.rows.set(name, { token: row.token + (was === 'renewed' ? 0 : 1), holder: actor, generation: was === 'renewed' ? row.generation : count, strict: strict || (was === 'renewed' && row.strict), expiresAt: this.now + TTL_MS })
      return [name, was] as const
    })
    this.#leave(own)
    return Object.fromEntries(how)
  }

  #placeOf(actor: Actor, names: readonly string[]): Place | null { return this.places.find(place => place.actor === actor && place.names.join() === names.join()) ?? null }
  #isAhead(place: Place, own: Place | null): boolean { return place !== own && (own === null || this.places.indexOf(place) < this.places.indexOf(own)) }
  #leave(place: Place | null): void { this.places = this.places.filter(each => each !== place) }
  #live(node: string): readonly Place[] { return this.places.filter(({ actor, heardAt }) => !(actor.node === node && !actor.alive) && this.now - heardAt <= QUIET_MS) }

  #queue(actor: Actor, names: readonly string[], own: Place | null): number {
    const position = this.#live(actor.node).filter(place => this.#isAhead(place, own)).length + 1
    this.places = this.places.filter(place => place === own || place.actor.node !== actor.node || place.actor.alive)
    if (own === null) this.places.push({ actor, names, heardAt: this.now })
    else if (this.now - own.heardAt >= HEAR_MS) own.heardAt = this.now
    return position
  }

  /** Everybody that somebody waits for, through whomever. */
  #waitsFor(from: Actor, node: string): ReadonlySet<Actor> {
    const found = new Set<Actor>(), next = [from]
    for (let actor = next.pop(); actor; actor = next.pop()) {
      for (const place of this.#live(node).filter(each => each.actor === actor)) {
        const holders = this.#held().filter(([name, row]) => anyMeet([name], place.names) && row.holder !== actor && this.#inForce(row, node)).map(([, row]) => row.holder as Actor)
        const before = this.#live(node).filter(each => this.#isAhead(each, place) && each.actor !== actor && anyMeet(each.names, place.names)).map(each => each.actor)
        for (const other of [...holders, ...before]) if (!found.has(other)) { found.add(other); next.push(other) }
      }
    }
    return found
  }
}
