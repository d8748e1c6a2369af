// Sessions whose hooks ask before each request: a ledger with rules, models with known limits, owners and logs that say
// what the test wants. A request of `claude-opus-4-5` costs at most $4, the dearest there is $8.
import type { BoundCard } from '../../src/core/budgets/request-cost.ts'
import type { CallFacts } from '../../src/core/reservations/call-end.ts'
import type { Owner } from '../../src/core/reservations/owner.ts'
import type { Reservation } from '../../src/core/reservations/reservation.ts'
import { instant, MINUTE_MS, type Instant } from '../../src/core/time.ts'
import { reserveCall, type CallWorld } from '../../src/flows/reserve/call.ts'
import { endCalls, type Asking, type CallSight, type EndedCalls } from '../../src/flows/reserve/end-calls.ts'
import type { Stores } from '../../src/core/stores.ts'
import { aScope } from './a-lock.ts'
import { ReservingWorld } from './reserve-world.ts'

const LIMITS = new Map([['claude-opus-4-5', { contextTokens: 3_000_000, outputTokens: 1_000_000 }], ['claude-big', { contextTokens: 7_000_000, outputTokens: 1_000_000 }]])

export interface CallSketch {
  readonly session?: string
  readonly stream?: string
  readonly named?: string
  readonly owner?: Owner
  readonly project?: string
  readonly branch?: string
}

export const processOwner = (pid: number): Owner => ({ kind: 'process', node: 'n1', boot: 'b1', pid, startTime: `${pid}` })

export class CallingWorld extends ReservingWorld implements CallWorld, CallSight {
  readonly card: BoundCard
  readonly start: number
  /** By session; '' is for any other. */
  readonly logs = new Map<string, CallFacts['log']>()
  /** Instants of errors in the log, by session. */
  readonly errors = new Map<string, Instant>()
  readonly idling = new Set<string>()
  #ids = 0

  constructor(stores: Stores, start: number) {
    super(stores, start, [])
    this.start = start
    this.card = { limits: { of: model => LIMITS.get(model) ?? null, models: [...LIMITS.keys()] }, price: response => this.price(response) }
    this.owners = { look: async owner => this.lives.get(owner.kind === 'session' ? owner.session : owner.kind === 'process' ? `${owner.pid}` : '') ?? 'alive' }
  }

  freshId = (): string => `call-${this.start}-${this.#ids++}`
  at = (minutes: number): Instant => instant(this.start + minutes * MINUTE_MS)

  /** A hook asks now. */
  call({ session = 's', stream = '', named = 'claude-opus-4-5', owner = processOwner(7), project = '/home/dev/web', branch = 'main' }: CallSketch = {}): ReturnType<typeof reserveCall> {
    const scope = aScope({ node: 'n1', agent: 'claude-code', account: '~/.claude', project, branch, session, subagent: stream === '+' ? '' : stream })
    return reserveCall(this, { scope, stream, at: this.clock.now(), named, owner })
  }

  sweep(asking: Asking | null = null): Promise<EndedCalls> { return endCalls(this, this, asking) }

  async log(call: Reservation): Promise<CallFacts['log']> { return this.logs.get(call.covers?.session ?? '') ?? this.logs.get('') ?? 'read' }
  async failed(call: Reservation, from: Instant, until: Instant | null): Promise<boolean> {
    const at = this.errors.get(call.covers?.session ?? '')
    return at !== undefined && at >= from && (until === null || at < until)
  }
  idle(call: Reservation): boolean { return this.idling.has(call.covers?.session ?? '') }

  /** Open calls as `stream amount`, the oldest first. */
  async open(session = 's'): Promise<readonly string[]> {
    const found = await this.stores.read(() => this.stores.reservations.pending())
    return found.filter(({ covers }) => covers?.session === session).toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)).map(({ covers, amount, proven }) => `${covers?.stream || 'main'} ${(amount - proven) / 10_000_000n}`)
  }
}
