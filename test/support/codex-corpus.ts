// Codex homes with known totals: threads of both generations, forks under kept and re-stamped times, forks of forks,
// spawned children, copies in the archive and packed ones, counters told again and started anew. The same seed gives the
// same home; what it must come to is added up while it is made, apart from any parser.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Totals } from './agent-case.ts'
import { compacted, count, header, ownRecord, plus, rolloutPath, rolloutText, said, T0, taskStarted, threadId, turn, type Used } from './codex-lines.ts'
import { Random } from './random.ts'
import { zstdStored } from './zstd-stored.ts'

interface Told { readonly total: Used; readonly last: Used | null; readonly at: number }
interface Thread { readonly id: string; readonly told: readonly Told[]; readonly total: Used }

const MODELS = ['gpt-5.3-codex', 'gpt-5.2-codex', 'gpt-5', 'gpt-5.5'] as const
const NONE: Used = [0, 0, 0, 0]
const MINUTE = 60_000

export class CodexCorpus {
  /** Path below the home -> lines, in the order they were made. */
  readonly files = new Map<string, readonly unknown[]>()
  readonly packed = new Set<string>()
  readonly #random: Random
  readonly #totals = { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
  #threads = 0
  #responses = 0
  #now = T0

  constructor(seed: number, threads: number) {
    this.#random = new Random(seed)
    const old: Thread[] = []
    for (let made = 0; made < threads; made++) {
      const parent = old.length > 0 && this.#random.chance(0.4) ? this.#random.pick(old) : null
      if (parent) old.push(this.#fork(parent))
      else if (this.#random.chance(0.3)) this.#recorded()
      else old.push(this.#counted())
    }
  }

  get totals(): Totals { return this.#totals }

  write(home: string): void {
    for (const [name, lines] of this.files) this.writeFile(home, name, rolloutText(...lines))
  }

  writeFile(home: string, name: string, text: string): void {
    const file = path.join(home, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, this.packed.has(name) ? zstdStored(Buffer.from(text)) : text)
  }

  #newId(): string { return threadId(++this.#threads) }

  #used(): Used {
    const cached = this.#random.int(0, 50_000), output = this.#random.int(1, 3_000)
    const used: Used = [cached + this.#random.int(1, 80_000), cached, output, this.#random.int(0, output)]
    this.#totals.responses++
    this.#totals.input += used[0] - cached
    this.#totals.cacheRead += cached
    this.#totals.output += output
    return used
  }

  /** Own responses behind a total, each told once or more, between turns, messages and compactions. */
  #work(lines: unknown[], start: Told | null): Told[] {
    const told: Told[] = []
    let total = start?.total ?? NONE
    const withLast = this.#random.chance(0.8)
    lines.push(taskStarted(this.#now), turn(this.#random.pick(MODELS), {}, this.#now))
    for (let n = this.#random.int(1, 25); n > 0; n--) {
      this.#now += this.#random.int(3_000, MINUTE)
      const used = this.#used()
      // A counter of totals only may start anew: then its total is what was used since. Far below, or nobody could tell.
      const anew = !withLast && total[0] + total[2] > 4 * (used[0] + used[2]) && this.#random.chance(0.2)
      total = anew ? used : plus(total, used)
      const next = { total, last: withLast ? used : null, at: this.#now }
      told.push(next)
      lines.push(said(this.#now), count(next))
      while (this.#random.chance(0.3)) lines.push(count({ ...next, at: this.#now += this.#random.int(1, 900) }))
      if (this.#random.chance(0.1)) lines.push(compacted(this.#now))
      if (this.#random.chance(0.1)) lines.push(turn(this.#random.pick(MODELS), {}, this.#now))
    }
    return told
  }

  #counted(): Thread {
    const id = this.#newId()
    const lines: unknown[] = [header(id, {}, this.#now += MINUTE)]
    return this.#put(id, lines, this.#work(lines, null))
  }

  /** Repeats some of its parent, under the parent's times or within a moment, then works on. */
  #fork(parent: Thread): Thread {
    const id = this.#newId()
    const at = this.#now += 10 * MINUTE
    const shared = parent.told.slice(0, this.#random.int(1, parent.told.length))
    const kin = this.#random.pick([{ forked_from_id: parent.id }, { parent_thread_id: parent.id }, {}])
    const keepsTimes = this.#random.chance(0.5)
    const lines: unknown[] = [header(id, kin, at), header(parent.id)]
    for (const [index, each] of shared.entries()) lines.push(turn('gpt-5', {}, keepsTimes ? each.at : at + index), count({ ...each, at: keepsTimes ? each.at : at + index }))
    this.#now += MINUTE
    return this.#put(id, lines, [...shared, ...this.#work(lines, shared.at(-1) ?? null)])
  }

  /** A thread whose responses have records of their own; its counters tell less and more than those. */
  #recorded(): void {
    const id = this.#newId()
    const lines: unknown[] = [header(id, { session_id: id }, this.#now += MINUTE), taskStarted(this.#now), turn('gpt-5.5', {}, this.#now)]
    let total: Used = [this.#random.int(0, 5), 0, 0]
    for (let n = this.#random.int(1, 15); n > 0; n--) {
      const used = this.#used()
      total = plus(total, used)
      const record = ownRecord(`resp_${++this.#responses}`, used, { thread_id: id, session_id: id }, this.#now += MINUTE)
      lines.push(record, ...(this.#random.chance(0.2) ? [record] : []), count({ total, last: used, at: this.#now }))
    }
    this.#put(id, lines, [])
  }

  /** Mostly in its day's folder; sometimes archived, packed, or in two places at once. */
  #put(id: string, lines: readonly unknown[], told: readonly Told[]): Thread {
    const archived = rolloutPath(id, '.codex/archived_sessions')
    const where = this.#random.pick([[rolloutPath(id)], [rolloutPath(id)], [archived], [rolloutPath(id), archived], [`${archived}.zst`], [rolloutPath(id), `${archived}.zst`]])
    for (const name of where) {
      this.files.set(name, lines)
      if (name.endsWith('.zst')) this.packed.add(name)
    }
    return { id, told, total: told.at(-1)?.total ?? NONE }
  }
}
