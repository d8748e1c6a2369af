// The outbox in memory: the behaviour a durable one must have. `when` lets a test await a state instead of sleeping.
import type { NewNotice } from '../../src/core/enforcement/breach-store.ts'
import { noticeFrom, type OutboxRow, type OutboxStore } from '../../src/core/machine/outbox.ts'
import type { Instant } from '../../src/core/time.ts'

export interface MemoryRow extends NewNotice { readonly attempts: number; readonly state: 'pending' | 'sent' | 'failed'; readonly nextAt: Instant; readonly why: string }

export class MemoryOutbox implements OutboxStore {
  readonly rows = new Map<string, MemoryRow>()
  #watchers: { readonly holds: () => boolean; readonly resolve: () => void }[] = []
  /** Throws for the next calls of a method, once each. */
  readonly faults: { readonly method: keyof OutboxStore; readonly error: Error }[] = []
  readonly asked: string[] = []

  /** As the insert of a batch does: an id that is there already changes nothing. */
  add(notices: readonly NewNotice[]): void {
    for (const notice of notices) if (!this.rows.has(notice.id)) this.rows.set(notice.id, { ...notice, attempts: 0, state: 'pending', nextAt: notice.dueAt, why: '' })
  }

  async due(channel: string, now: Instant, limit: number): Promise<readonly OutboxRow[]> {
    this.#fault('due')
    this.asked.push(channel)
    return this.#pending(channel).filter(row => row.nextAt <= now).toSorted((a, b) => a.nextAt - b.nextAt).slice(0, limit)
      .map(row => ({ id: row.id, channel, notice: noticeFrom(row.body), attempts: row.attempts }))
  }

  async nextDue(channel: string): Promise<Instant | null> {
    this.#fault('nextDue')
    return this.#pending(channel).map(row => row.nextAt).toSorted((a, b) => a - b)[0] ?? null
  }

  async markSent(id: string): Promise<void> {
    this.#fault('markSent')
    this.#change(id, row => ({ ...row, state: 'sent' }))
  }

  async markRetry(id: string, at: Instant, why: string): Promise<void> {
    this.#fault('markRetry')
    this.#change(id, row => ({ ...row, attempts: row.attempts + 1, nextAt: at, why }))
  }

  async markFailed(id: string, why: string): Promise<void> {
    this.#fault('markFailed')
    this.#change(id, row => ({ ...row, state: 'failed', why }))
  }

  async retire(channels: readonly string[], why: string): Promise<number> {
    this.#fault('retire')
    const orphans = [...this.rows.values()].filter(row => row.state === 'pending' && !channels.includes(row.channel))
    for (const { id } of orphans) this.#change(id, row => ({ ...row, state: 'failed', why }))
    return orphans.length
  }

  /** Resolves as soon as the condition holds, checked after every change. */
  when(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise(resolve => this.#watchers.push({ holds, resolve }))
  }

  states(): Record<string, string> {
    return Object.fromEntries([...this.rows.values()].map(row => [row.id, row.state]))
  }

  #pending(channel: string): MemoryRow[] {
    return [...this.rows.values()].filter(row => row.channel === channel && row.state === 'pending')
  }

  #change(id: string, change: (row: MemoryRow) => MemoryRow): void {
    const row = this.rows.get(id)
    if (!row) throw new Error(`no row ${id}`)
    this.rows.set(id, change(row))
    for (const watcher of this.#watchers.filter(each => each.holds())) watcher.resolve()
    this.#watchers = this.#watchers.filter(each => !each.holds())
  }

  #fault(method: keyof OutboxStore): void {
    const index = this.faults.findIndex(fault => fault.method === method)
    if (index >= 0) throw (this.faults.splice(index, 1)[0] as { error: Error }).error
  }
}
