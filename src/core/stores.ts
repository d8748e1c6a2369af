// All durable state behind one door: the transactor and the ports whose work it runs. flows/ knows nothing else of it.
import type { AccountStore } from './accounts/account-store.ts'
import type { QuotaStore } from './accounts/quota-store.ts'
import type { ClaimStore } from './claims/claim-store.ts'
import type { BreachStore } from './enforcement/breach-store.ts'
import type { EventStore } from './events/event.ts'
import type { ExternalStore } from './external/external-store.ts'
import type { FailoverStore } from './failover/failover-store.ts'
import type { RunStore } from './launch/run.ts'
import type { BalanceStore } from './ledger/balance-store.ts'
import type { HistoryStore } from './ledger/history-store.ts'
import type { GlanceStore } from './ledger/glance-store.ts'
import type { LedgerStore } from './ledger/ledger-store.ts'
import type { MeterStore } from './ledger/meter-store.ts'
import type { UsageSums } from './ledger/usage-sums.ts'
import type { Transactor, Work } from './ledger/work.ts'
import type { HoldStore, ReservationStore, TaskStore } from './reservations/reservation-store.ts'
import type { SeatStore } from './sessions/seats.ts'
import type { SessionStore } from './sessions/session-store.ts'
import type { CursorStore } from './tailing/cursor-store.ts'
import type { QueueStore } from './tasks/task-store.ts'

/** Small named facts: node id, armed since, config version. */
export interface MetaStore {
  get(name: string): Work<string | null>
  set(name: string, value: string): Work<void>
  remove(name: string): Work<void>
}

export interface Stores extends Transactor {
  readonly ledger: LedgerStore
  readonly history: HistoryStore
  readonly sums: UsageSums
  readonly balances: BalanceStore
  readonly meters: MeterStore
  readonly cursors: CursorStore
  readonly sessions: SessionStore
  readonly breaches: BreachStore
  readonly events: EventStore
  readonly quota: QuotaStore
  readonly accounts: AccountStore
  readonly external: ExternalStore
  readonly glances: GlanceStore
  readonly meta: MetaStore
  readonly claims: ClaimStore
  readonly holds: HoldStore
  readonly reservations: ReservationStore
  readonly tasks: TaskStore
  readonly runs: RunStore
  readonly failover: FailoverStore
  readonly seats: SeatStore
  readonly queue: QueueStore
}
