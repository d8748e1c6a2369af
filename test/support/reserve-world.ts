// A ledger on which money is reserved: real stores, rules and a clock that only the test moves, owners whose life the test
// decides.
import type { Budget } from '../../src/core/budgets/budget.ts'
import type { Pricer } from '../../src/core/ledger/posting.ts'
import { parseUsd, usdText } from '../../src/core/money.ts'
import { NOBODY, type Owner, type OwnerLiveness, type OwnerSight } from '../../src/core/reservations/owner.ts'
import { NO_NOTE, TTL_MS, type AllocateRequest, type RecordRequest, type ReserveRequest } from '../../src/core/reservations/request.ts'
import { taskMeasure } from '../../src/core/reservations/task-budget.ts'
import type { Assessor } from '../../src/core/risk/assessor.ts'
import { instant } from '../../src/core/time.ts'
import { isRolling, windowAt } from '../../src/core/budgets/window.ts'
import type { ReserveWorld } from '../../src/flows/reserve.ts'
import { tokenPrice } from './crash-budgets.ts'
import { LedgerWorld } from './ledger-world.ts'

export class ReservingWorld extends LedgerWorld implements ReserveWorld {
  /** What a look at an owner says; '' is for anyone else. */
  readonly lives = new Map<string, OwnerLiveness>()
  risk: Assessor | null = null
  override readonly price: Pricer = response => (response.model === 'unheard-of' ? { price: 'unknown', why: 'unknown_model' } : tokenPrice(response))
  defaultAllocation: string | null = null
  owners: OwnerSight = { look: async owner => this.lives.get(owner.kind === 'session' ? owner.session : '') ?? (owner.kind === 'none' ? 'nobody' : 'unknown') }
  assessor = (): Assessor | null => this.risk
  allocation = (): ReturnType<typeof parseUsd> | null => (this.defaultAllocation === null ? null : parseUsd(this.defaultAllocation))

  /** What a budget holds and has spent: `0.40 of 2.00 spent` as two figures. */
  async filling(id: string, perValue = ''): Promise<{ spent: string; reserved: string }> {
    const task = await this.stores.read(() => this.stores.tasks.get(id))
    const rule = this.rules.find(each => each.id === id)
    const measure = task ? taskMeasure(id) : (rule as Budget).measure
    const windowStart = task || !rule || isRolling(rule.window) ? instant(0) : windowAt(rule.window, rule.zone, this.clock.now()).start
    const { spent, reserved } = await this.stores.read(() => this.stores.holds.filling({ measure, perValue, windowStart }))
    return { spent: usdText(spent), reserved: usdText(reserved) }
  }
}

export const session = (id: string): Owner => ({ kind: 'session', node: 'n1', agent: 'claude-code', session: id })

export const aReserve = ({ amount = '1', ...more }: { id: string; amount?: string } & Partial<Omit<ReserveRequest, 'amount' | 'id'>>): ReserveRequest => ({
  budgets: [], scope: { project: '/home/dev/web', branch: 'main' }, model: '', owner: NOBODY, ttlMs: TTL_MS, covers: null, ...more, amount: parseUsd(amount),
})

export const anAllocation = ({ amount, ...more }: { id: string; amount?: string } & Partial<Omit<AllocateRequest, 'amount' | 'id'>>): AllocateRequest => ({
  parent: '', scope: {}, hard: true, onBreach: 'warn', thresholds: [50, 80, 95, 100], ...more, amount: amount === undefined ? null : parseUsd(amount),
})

export const aRecord = ({ amount = '1', ...more }: { id: string; amount?: string } & Partial<Omit<RecordRequest, 'amount' | 'id'>>): RecordRequest =>
  ({ budgets: [], scope: { project: '/home/dev/web', branch: 'main' }, note: NO_NOTE, ...more, amount: parseUsd(amount) })

export const settling = (id: string, amount?: string): { id: string; actual: ReturnType<typeof parseUsd> | null; note: typeof NO_NOTE } => ({ id, actual: amount === undefined ? null : parseUsd(amount), note: NO_NOTE })
