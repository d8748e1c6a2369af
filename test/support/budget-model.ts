// The budget engine as one would write it for a single program without a database: lists, sums and loops, nothing kept that
// could be computed. What the real one does on tables is compared with this, command by command.
import { DAY_MS, MINUTE_MS } from '../../src/core/time.ts'

export interface ModelRule { readonly id: string; readonly limit: bigint; readonly hard: boolean; readonly window: 'day' | 'lifetime'; readonly project: string }
interface Task { readonly id: string; limit: bigint; readonly parent: string; readonly project: string; readonly hard: boolean; progressPpm: number | null; readonly createdAt: number; readonly body: string }
interface Held { readonly id: string; readonly amount: bigint; readonly budgets: readonly string[]; readonly targets: readonly string[]; readonly project: string; readonly session: string; readonly covers: boolean; readonly from: number; state: 'pending' | 'settled' | 'released' | 'expired'; actual: bigint; proven: bigint; expiresAt: number; readonly ttlMs: number; readonly owner: 'nobody' | 'alive' | 'dead'; readonly body: string }
interface Entry { readonly amount: bigint; readonly at: number; readonly project: string; readonly session: string; readonly told: readonly string[] }

export interface Asked { readonly id: string; readonly amount: bigint; readonly budgets: readonly string[]; readonly project: string; readonly session: string; readonly owner: Held['owner']; readonly ttlMs: number }
export interface Outcome { readonly ok?: boolean; readonly fresh?: boolean; readonly refused?: string; readonly remaining?: bigint | null; readonly late?: boolean; readonly limit?: bigint; readonly error?: string }
export interface Standing { readonly limit: bigint; readonly spent: bigint; readonly reserved: bigint; readonly entries: number; readonly state: string }

const DONE: Outcome = { ok: true, fresh: true }, AGAIN: Outcome = { ok: true, fresh: false }
const no = (refused: string): Outcome => ({ ok: false, refused })
const fault = (error: string): Outcome => ({ error })

export class BudgetModel {
  now: number
  readonly #rules: readonly ModelRule[]
  readonly #allocation: bigint
  readonly #tasks = new Map<string, Task>()
  readonly #held = new Map<string, Held>()
  readonly #entries: Entry[] = []
  readonly #attached: { readonly task: string; readonly session: string; readonly from: number }[] = []
  readonly #closed = new Set<string>()
  readonly #topUps = new Map<string, { readonly budget: string; readonly amount: bigint; readonly at: number }>()
  readonly #recorded = new Map<string, string>()

  constructor(now: number, rules: readonly ModelRule[], allocation: bigint) { this.now = now; this.#rules = rules; this.#allocation = allocation }

  get known(): readonly string[] { return [...this.#rules.map(({ id }) => id), ...this.#tasks.keys()] }

  allocate({ id, amount, parent, project, hard }: { readonly id: string; readonly amount: bigint | null; readonly parent: string; readonly project: string; readonly hard: boolean }): Outcome {
    const limit = amount ?? this.#allocation, body = [limit, parent, project, hard].join()
    const task = this.#tasks.get(id)
    if (task) return task.body === body ? AGAIN : no('exists')
    if (this.#rules.some(rule => rule.id === id)) return no('exists')
    if (parent !== '' && !this.#tasks.has(parent)) return fault('not_found')
    if (this.#closed.has(parent)) return no('closed')
    this.#tasks.set(id, { id, limit, parent, project, hard, progressPpm: null, createdAt: this.now, body })
    return DONE
  }

  reserve(asked: Asked): Outcome {
    const first = this.#grant(asked)
    return first.refused === 'over_budget' && this.sweep() > 0 ? this.#grant(asked) : first
  }

  #grant(asked: Asked): Outcome {
    const known = this.#held.get(asked.id), body = bodyOf(asked)
    if (known) return known.body === body ? AGAIN : no('conflict')
    const place = this.#place(asked)
    if ('error' in place) return place
    const fits = this.#fits(asked.amount, place.targets)
    if (!fits.ok) return fits
    const { id, amount, budgets, session, owner, ttlMs } = asked
    this.#held.set(id, { id, amount, budgets, targets: place.targets, project: place.project, session, covers: session !== '', from: this.now, state: 'pending', actual: 0n, proven: 0n, expiresAt: this.now + ttlMs, ttlMs, owner, body })
    if (session !== '') for (const task of budgets) if (this.#tasks.has(task) && !this.#attached.some(each => each.task === task && each.session === session)) this.#attached.push({ task, session, from: this.now })
    return { ...DONE, remaining: fits.remaining === null ? null : (fits.remaining as bigint) - amount }
  }

  check(asked: Asked): Outcome {
    const known = this.#held.get(asked.id)
    if (known && known.body !== bodyOf(asked)) return no('conflict')
    const place = this.#place(asked)
    return 'error' in place ? place : this.#fits(asked.amount, place.targets)
  }

  #place({ budgets, project }: Asked): { readonly project: string; readonly targets: readonly string[] } | Outcome & { readonly error: string } {
    if (budgets.some(id => !this.known.includes(id))) return { error: 'not_found' }
    let where = project
    for (const { project: own } of [...this.#familyOfAll(budgets), ...this.#rules.filter(({ id }) => budgets.includes(id))]) {
      if (own !== '' && where !== '' && own !== where) return { error: 'invalid_input' }
      where ||= own
    }
    return { project: where, targets: [...this.#familyOfAll(budgets).map(({ id }) => id), ...this.#rules.filter(rule => rule.project === '' || rule.project === where).map(({ id }) => id)] }
  }

  #fits(amount: bigint, targets: readonly string[]): Outcome {
    if (targets.some(id => this.#closed.has(id))) return no('closed')
    const left = targets.filter(id => this.#isHard(id)).map(id => this.#left(id))
    const least = left.reduce<bigint | null>((low, each) => (low === null || each < low ? each : low), null)
    return least !== null && amount > least ? no('over_budget') : { ok: true, remaining: least }
  }

  settle(id: string, actual: bigint | null): Outcome {
    const held = this.#held.get(id)
    if (!held) return fault('not_found')
    if (held.covers && actual !== null) return fault('invalid_input')
    const cost = actual ?? (held.state === 'settled' ? held.actual : held.covers ? held.proven : held.amount)
    if (held.state === 'settled') return held.actual === cost ? AGAIN : no('conflict')
    const late = held.state !== 'pending' || held.targets.some(each => this.#closed.has(each))
    held.state = 'settled'
    held.actual = cost
    if (!held.covers && cost > 0n) this.#entries.push({ amount: cost, at: this.now, project: held.project, session: '', told: this.#familyOfAll(held.budgets).map(each => each.id) })
    return { ...DONE, late }
  }

  release(id: string): Outcome {
    const held = this.#held.get(id)
    if (!held) return fault('not_found')
    if (held.state === 'settled') return no('conflict')
    if (held.state !== 'pending') return AGAIN
    held.state = 'released'
    return DONE
  }

  extend(id: string, ttlMs: number): Outcome {
    const held = this.#held.get(id)
    if (!held) return fault('not_found')
    if (held.state !== 'pending') return no('closed')
    held.expiresAt = this.now + ttlMs
    return DONE
  }

  record(asked: { readonly id: string; readonly amount: bigint; readonly budgets: readonly string[]; readonly project: string; readonly session: string }): Outcome {
    const { id, amount, budgets, session } = asked, body = [amount, budgets, asked.project, session].join('/')
    const known = this.#recorded.get(id)
    if (known !== undefined) return known === body ? AGAIN : no('conflict')
    const place = this.#place({ ...asked, owner: 'nobody', ttlMs: 0 })
    if ('error' in place) return place
    const told = this.#familyOfAll(budgets).map(each => each.id)
    this.#recorded.set(id, body)
    this.#entries.push({ amount, at: this.now, project: (place as { project: string }).project, session, told })
    return { ...DONE, late: [...budgets, ...told].some(each => this.#closed.has(each)) }
  }

  /** A session's log shows a response. */
  spend(session: string, amount: bigint, project: string): void {
    this.#entries.push({ amount, at: this.now, project, session, told: [] })
    for (const held of this.#held.values()) if (held.state === 'pending' && held.covers && held.session === session && held.from <= this.now) held.proven += amount
  }

  close(id: string): Outcome {
    if (!this.known.includes(id)) return fault('not_found')
    if (this.#closed.has(id)) return no('closed')
    this.#closed.add(id)
    return { ok: true }
  }

  reopen(id: string): Outcome { return !this.known.includes(id) ? fault('not_found') : this.#closed.delete(id) ? DONE : AGAIN }

  topUp({ id, budget, amount }: { readonly id: string; readonly budget: string; readonly amount: bigint }): Outcome {
    if (!this.known.includes(budget)) return fault('not_found')
    const known = this.#topUps.get(id)
    if (known) return known.budget === budget && known.amount === amount ? { ...AGAIN, limit: this.#limit(budget) } : no('conflict')
    this.#topUps.set(id, { budget, amount, at: this.now })
    return { ...DONE, limit: this.#limit(budget) }
  }

  progress(id: string, ppm: number): Outcome {
    const task = this.#tasks.get(id)
    if (!task) return fault('not_found')
    if (task.progressPpm === ppm) return AGAIN
    task.progressPpm = ppm
    return DONE
  }

  /** Nano-USD a minute, half up. */
  burnRate(id: string): bigint {
    const since = Math.max(this.now - 60 * MINUTE_MS, this.#tasks.get(id)?.createdAt ?? 0)
    const overMs = BigInt(Math.max(MINUTE_MS, this.now - since))
    const spent = sum(this.#counted(id, true).filter(({ at }) => at >= since))
    return (2n * spent * BigInt(MINUTE_MS) + overMs) / (2n * overMs)
  }

  forecast(id: string): { readonly atCompletion: bigint | null; readonly fits: boolean | null } {
    const ppm = this.#tasks.get(id)?.progressPpm ?? null
    if (ppm === null || ppm <= 0) return { atCompletion: null, fits: null }
    const atCompletion = (2n * sum(this.#counted(id, true)) * 1_000_000n + BigInt(ppm)) / (2n * BigInt(ppm))
    return { atCompletion, fits: atCompletion <= this.#limit(id) }
  }

  /** What is past its deadline; how many were freed. */
  sweep(): number {
    let freed = 0
    for (const held of this.#held.values()) {
      if (held.state !== 'pending' || held.expiresAt > this.now) continue
      if (held.owner === 'alive') held.expiresAt = this.now + held.ttlMs
      else { held.state = 'expired'; freed++ }
    }
    return freed
  }

  standing(id: string): Standing {
    const own = this.#counted(id, false), limit = this.#limit(id), spent = sum(own), reserved = this.#reserved(id)
    return { limit, spent, reserved, entries: own.length, state: this.#closed.has(id) ? 'closed' : limit - spent - reserved <= 0n ? 'exhausted' : 'active' }
  }

  #left(id: string): bigint { return this.#limit(id) - sum(this.#counted(id, false)) - this.#reserved(id) }
  #isHard(id: string): boolean { return this.#tasks.get(id)?.hard ?? this.#rules.some(rule => rule.id === id && rule.hard) }

  #reserved(id: string): bigint {
    return [...this.#held.values()].filter(each => each.state === 'pending' && each.targets.includes(id)).reduce((all, { amount, proven }) => all + (proven >= amount ? 0n : amount - proven), 0n)
  }

  #limit(id: string): bigint {
    const rule = this.#rules.find(each => each.id === id), task = this.#tasks.get(id)
    const more = [...this.#topUps.values()].filter(({ budget, at }) => budget === id && (rule?.window !== 'day' || dayOf(at) === dayOf(this.now)))
    return (rule ?? task as Task).limit + more.reduce((all, { amount }) => all + amount, 0n)
  }

  /** `ever`: whatever the window. */
  #counted(id: string, ever: boolean): readonly Entry[] {
    const rule = this.#rules.find(each => each.id === id)
    if (rule) return this.#entries.filter(({ project, at }) => (rule.project === '' || rule.project === project) && (ever || rule.window === 'lifetime' || dayOf(at) === dayOf(this.now)))
    return this.#entries.filter(entry => entry.told.includes(id) || this.#attached.some(({ task, session, from }) => session === entry.session && from <= entry.at && this.#family(task).some(each => each.id === id)))
  }

  #familyOfAll(ids: readonly string[]): readonly Task[] { return [...new Set(ids.flatMap(id => this.#family(id)))] }
  #family(id: string): readonly Task[] {
    const task = this.#tasks.get(id)
    return task ? [task, ...this.#family(task.parent)] : []
  }
}

const sum = (entries: readonly Entry[]): bigint => entries.reduce((all, { amount }) => all + amount, 0n)
const dayOf = (at: number): number => Math.floor(at / DAY_MS)
const bodyOf = ({ amount, budgets, project, session, owner }: Asked): string => [amount, [...budgets].sort(), project, session, owner].join('/')
