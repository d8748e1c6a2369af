// Sessions that send requests as an agent does, on a ledger where hooks reserve: side by side, with subagents, errors,
// interrupts and kills, their lines read late and in any order. It keeps the vendor's bill, which no log shows whole, so
// that every figure purser prints can be held against what was really spent.
import { bound, type Bound } from '../../src/core/budgets/bound.ts'
import type { Budget } from '../../src/core/budgets/budget.ts'
import { isRolling, windowAt } from '../../src/core/budgets/window.ts'
import { matches, perValue } from '../../src/core/budgets/selector.ts'
import { parseUsd, usdText, ZERO_USD } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { processOwner, type CallingWorld } from './call-world.ts'
import { aScope } from './a-lock.ts'
import type { Spent } from './ledger-world.ts'
import type { Random } from './random.ts'

export const PROJECT = '/home/dev/web'
/** The most that a request of the simulation's model costs. */
export const MOST = parseUsd('4')
const UNSEEN_MAX = 3
const RESPONSES_PER_TURN = 6

interface Stream { readonly id: string; /** What the hook knows it by before its first answer: '+'. */ known: boolean; requesting: boolean; tools: boolean }
interface Session { readonly id: string; readonly branch: string; pid: number; dead: boolean; unseen: number; turns: number; readonly streams: Map<string, Stream>; readonly asked: boolean }
interface Line { readonly due: number; readonly spent: Spent }
interface Bill { readonly session: Session; readonly cost: bigint; readonly seen: boolean }

export interface Shape {
  readonly sessions: number
  /** Of requests that cost the most there is; the others cost any share of it. */
  readonly dear: number
  /** A twin that is broken on purpose: this share of its requests is sent without asking. */
  readonly unasked?: number
}

export class HookSimulation {
  readonly world: CallingWorld
  readonly random: Random
  readonly shape: Shape
  readonly sessions: Session[]
  readonly bills: Bill[] = []
  denied = 0
  killed = 0
  granted = 0
  #lines: Line[] = []
  #made = 0

  constructor(world: CallingWorld, random: Random, shape: Shape) {
    this.world = world
    this.random = random
    this.shape = shape
    this.sessions = Array.from({ length: shape.sessions }, (_, n): Session => ({ id: `s${n}`, branch: n % 2 === 0 ? 'main' : 'other', pid: 100 + n, dead: false, unseen: 0, turns: 0, asked: false, streams: new Map() }))
  }

  /** One thing happens, somewhere, a little later. */
  async step(): Promise<void> {
    const { random } = this
    this.world.clock.advance(random.int(1, 2_500))
    const session = random.pick(this.sessions), stream = random.pick([...session.streams.values(), undefined])
    const luck = random.next()
    if (luck < 0.15) await this.read()
    else if (luck < 0.22) await this.sweep()
    else if (luck < 0.24) this.kill(session)
    else if (luck < 0.28) this.unseen(session)
    else if (session.dead) this.restart(session)
    else if (stream === undefined) await this.prompt(session)
    else if (stream.requesting) await this.answer(session, stream)
    else if (stream.tools) await this.batch(session, stream)
  }

  async prompt(session: Session): Promise<void> {
    const main = session.streams.get('')
    if (main && (main.requesting || main.tools)) return
    session.turns++
    await this.ask(session, { id: '', known: true, requesting: false, tools: false })
  }

  /** The hook asks; true when the request is sent. */
  async ask(session: Session, stream: Stream): Promise<boolean> {
    const unasked = this.random.chance(this.shape.unasked ?? 0)
    const said = unasked ? { ok: true } : await this.world.call({ session: session.id, branch: session.branch, stream: stream.known ? stream.id : '+', named: 'claude-opus-4-5', owner: processOwner(session.pid), project: PROJECT })
    if (said?.ok === false) {
      this.denied++
      session.streams.delete(stream.id)
      return false
    }
    this.granted++
    session.streams.set(stream.id, { ...stream, requesting: true, tools: false })
    return true
  }

  async answer(session: Session, stream: Stream): Promise<void> {
    const { random } = this, luck = random.next(), now = this.world.clock.now()
    stream.requesting = false
    if (luck < 0.06) {
      // An error in place of an answer costs nothing, and the log says so.
      if (stream.id === '') this.world.errors.set(session.id, now)
      session.streams.delete(stream.id)
      return
    }
    const cost = this.price(), interrupted = luck < 0.12
    this.bills.push({ session, cost, seen: true })
    this.write(session, { key: `m${this.#made++}`, usd: usdText(cost), subagent: stream.id, final: !interrupted })
    stream.known = true
    if (interrupted || luck < 0.3) session.streams.delete(stream.id)
    else stream.tools = true
    if (!interrupted && stream.id === '' && luck > 0.85) await this.ask(session, { id: `a${this.#made++}`, known: false, requesting: false, tools: false })
  }

  async batch(session: Session, stream: Stream): Promise<void> {
    if (this.random.chance(1 / RESPONSES_PER_TURN)) session.streams.delete(stream.id)
    else await this.ask(session, stream)
  }

  /** The process ends without a word; whatever was under way is billed, and in no log. */
  kill(session: Session): void {
    if (session.dead) return
    for (const { requesting } of session.streams.values()) if (requesting) { this.bills.push({ session, cost: this.price(), seen: true }); this.killed++ }
    session.dead = true
    session.streams.clear()
    this.world.lives.set(`${session.pid}`, 'dead')
  }

  restart(session: Session): void { session.dead = false; session.pid += 1_000 }

  /** Compaction, a title: billed, seen by no hook and no log, as often as the bound says. */
  unseen(session: Session): void {
    if (session.unseen >= UNSEEN_MAX || session.dead) return
    session.unseen++
    this.bills.push({ session, cost: this.price(), seen: false })
  }

  price(): bigint { return this.random.chance(this.shape.dear) ? MOST : (MOST * BigInt(this.random.int(1, 1_000_000))) / 1_000_000n / 1_000n * 1_000n }

  write(session: Session, spent: Omit<Spent, 'at'>): void {
    const now = this.world.clock.now()
    this.#lines.push({ due: now + this.random.int(0, 4_000), spent: { ...spent, at: now, session: session.id, branch: session.branch, project: PROJECT } })
  }

  /** Reads some of what is written, in any order; `all` to the end. */
  async read(all = false): Promise<void> {
    const now = this.world.clock.now(), ready = this.random.shuffled(this.#lines.filter(({ due }) => all || due <= now))
    const taken = all ? ready : ready.slice(0, this.random.int(0, ready.length))
    this.#lines = this.#lines.filter(line => !taken.includes(line))
    if (taken.length > 0) await this.world.ingest(taken.map(({ spent }) => spent))
  }

  async sweep(): Promise<void> {
    for (const { id, streams, dead } of this.sessions) {
      this.world.logs.set(id, this.#lines.some(({ spent }) => spent.session === id) ? 'behind' : 'read')
      if (dead || streams.has('')) this.world.idling.delete(id)
      else this.world.idling.add(id)
    }
    await this.world.sweep()
  }

  /** What the vendor bills on each balance of a budget, and what is printed beside it. */
  async standings(budget: Budget): Promise<readonly { readonly name: string; readonly billed: bigint; readonly unseen: bigint; readonly printed: Bound }[]> {
    const scopes = new Map(this.sessions.map(session => [session, aScope({ node: 'n1', agent: 'claude-code', account: '~/.claude', project: PROJECT, branch: session.branch, session: session.id })]))
    const counted = this.sessions.filter(session => matches(budget.selector, scopes.get(session) as never))
    const { stores, clock } = this.world, now = clock.now()
    const callers = new Set((await stores.read(() => stores.reservations.callers(budget.id))).map(({ session }) => session))
    const found = []
    for (const value of new Set(counted.map(session => perValue(budget, scopes.get(session) as never)))) {
      const own = counted.filter(session => perValue(budget, scopes.get(session) as never) === value)
      const sum = (seen: boolean): bigint => this.bills.filter(bill => own.includes(bill.session) && bill.seen === seen).reduce((all, { cost }) => all + cost, 0n)
      const windowStart = isRolling(budget.window) ? instant(0) : windowAt(budget.window, budget.zone, now).start
      const { spent, reserved } = await stores.read(() => stores.holds.filling({ measure: budget.measure, perValue: value, windowStart }))
      const over = spent + reserved - budget.limit
      const printed = bound({
        budget, hooks: 'heard', signals: { armed: false, ladderMs: 0 }, saveWorkRequests: 0, burnPerMinute: ZERO_USD, now, over: (over > 0n ? over : 0n) as typeof budget.limit,
        sessions: own.map(({ id, streams }) => ({ models: ['claude-opus-4-5'], speed: 'standard', subagents: Math.max(0, streams.size - 1), asks: callers.has(id) })),
      }, this.world.card)
      found.push({ name: `${budget.id}/${value}`, billed: sum(true), unseen: sum(false), printed })
    }
    return found
  }
}
