// Races between real processes for one name at a time: who wins is counted, over many rounds of four kinds. Contestants
// live through all rounds; an instant of the machine's own clock is their barrier.
import { mkdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { FOLDER } from './databases.ts'
import { spawnRegistered } from './processes.ts'

const root = join(import.meta.dirname, '..', '..')

/**
 * fresh: nobody ever had it. stale: whoever has it was killed. expired: whoever has it is alive on another machine, and
 * its lease is over. released: its holder gives it back in the very instant in which the others begin to ask.
 */
export type Kind = 'fresh' | 'stale' | 'expired' | 'released'

/** Where contestants meet: a database of ours, or a rival's folder. */
export interface Ground {
  readonly rival: 'purser' | 'looop' | 'proper-lockfile'
  readonly store: string
  readonly program: string
  readonly env: Readonly<Record<string, string>>
  /** Ends leases by hand where the clock is not ours to move. */
  readonly expire?: () => Promise<void>
}

export interface Tally { readonly rounds: number; readonly none: number; readonly several: number; /** Each round's winner, when it was one. */ readonly tokens: readonly string[] }

export interface Racer {
  readonly pid: number
  ask(line: string): Promise<string>
  tell(line: string): void
  /** Resolves once the kernel shows it stopped. */
  suspend(): Promise<void>
  resume(): void
  kill(): Promise<void>
  end(): Promise<void>
}

// One deed goes to every contestant in far less; whoever is late begins at once, as a late one does.
const GATHER_NS = 3_000_000n
const GATHER_EACH_NS = 150_000n
// Between two questions of one contestant for what is not released yet; the first one comes at the barrier.
const AGAIN_EACH_MS = 4
const LONG_DEAD = new Date(Date.UTC(2026, 0, 1))

/** The contestants' program in one file: starting it takes a third of what starting the sources does. */
export async function buildRacer(folder: string): Promise<string> {
  const file = join(folder, 'claim-racer.cjs')
  const build = await rolldown({ input: join(root, 'test/support/claim-racer.ts'), cwd: root, external: /^(node:|@photostructure\/|pg$)/, platform: 'node', tsconfig: join(root, 'tsconfig.json') })
  await build.write({ file, format: 'cjs', codeSplitting: false })
  await build.close()
  // Drivers and rivals stay packages: they lie beside it as beside the sources.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return file
}

export async function racer({ rival, store, program, env }: Ground, more: Readonly<Record<string, string>> = {}): Promise<Racer> {
  const { child, pid, exited } = spawnRegistered(process.execPath, [program], {
    env: { ...env, RIVAL: rival, STORE: store, MIGRATIONS: FOLDER, NODE_NO_WARNINGS: '1', ...more }, stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  let over = false
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done && over) return '-'
    if (done) throw new Error(`contestant ${pid} ended in the middle of a race`)
    return String(value)
  }
  const tell = (line: string): void => { child.stdin?.write(`${line}\n`) }
  await next()
  return {
    pid, tell, ask: line => { tell(line); return next() },
    suspend: async () => { child.kill('SIGSTOP'); await stopped(pid) }, resume: () => { child.kill('SIGCONT') },
    kill: async () => { over = true; child.kill('SIGKILL'); await exited }, end: async () => { child.stdin?.end(); await exited },
  }
}

/** Resolves once the kernel shows the process stopped. */
export async function stopped(pid: number): Promise<void> {
  while (!/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await new Promise(resolve => { setImmediate(resolve) })
}

export class Race {
  readonly #ground: Ground
  readonly #racers: readonly Racer[]
  /** Alive somewhere else, with leases of long ago. */
  #remote: Racer | null = null
  #series = 0

  private constructor(ground: Ground, racers: readonly Racer[]) {
    this.#ground = ground
    this.#racers = racers
  }

  static async open(ground: Ground, count: number): Promise<Race> {
    if (ground.rival !== 'purser') mkdirSync(ground.store, { recursive: true })
    return new Race(ground, await Promise.all(Array.from({ length: count }, () => racer(ground, { AGAIN_MS: String(AGAIN_EACH_MS * count) }))))
  }

  /** At once, in the middle of a round too. */
  async close(): Promise<void> { await Promise.all([...this.#racers, ...(this.#remote ? [this.#remote] : [])].map(each => each.kill())) }

  /** `until`: what a tally looks like that needs no more rounds. */
  async run(kind: Kind, rounds: number, until: (tally: Tally) => boolean = () => false): Promise<Tally> {
    const series = `${kind}-${this.#series++}-`
    await this.#prepare(kind, series, rounds)
    let tally: Tally = { rounds: 0, none: 0, several: 0, tokens: [] }
    while (tally.rounds < rounds && !until(tally)) {
      const tokens = await this.#round(kind, `${series}${tally.rounds}`)
      const won = tokens.flatMap((token, at) => (token === '-' ? [] : [{ token, racer: this.#racers[at] as Racer }]))
      tally = {
        rounds: tally.rounds + 1, none: tally.none + (won.length === 0 ? 1 : 0), several: tally.several + (won.length > 1 ? 1 : 0),
        tokens: won.length === 1 ? [...tally.tokens, ...won.map(({ token }) => token)] : tally.tokens,
      }
    }
    return tally
  }

  async #prepare(kind: Kind, series: string, rounds: number): Promise<void> {
    if (kind === 'stale') {
      const corpse = await racer(this.#ground)
      await corpse.ask(`hold ${series} ${rounds}`)
      await corpse.kill()
      // What has no pid in it goes by the time of its folder.
      if (this.#ground.rival === 'proper-lockfile') for (let round = 0; round < rounds; round++) utimesSync(join(this.#ground.store, `${series}${round}.lock`), LONG_DEAD, LONG_DEAD)
    }
    if (kind === 'expired') {
      this.#remote ??= await racer(this.#ground, { NODE_NAME: 'n2', CLOCK_BEHIND_MS: '120000' })
      await this.#remote.ask(`hold ${series} ${rounds}`)
      await this.#ground.expire?.()
    }
  }

  async #round(kind: Kind, name: string): Promise<readonly string[]> {
    const [first, ...others] = this.#racers as readonly [Racer, ...Racer[]]
    if (kind !== 'released') {
      const at = this.#soon()
      return Promise.all(this.#racers.map(each => each.ask(`take ${name} ${at}`)))
    }
    await first.ask(`take ${name}`)
    const at = this.#soon()
    let won = (): void => undefined
    const over = new Promise<void>(resolve => { won = resolve })
    const released = first.ask(`release ${name} ${at}`)
    const asked = others.map(async each => {
      const token = await each.ask(`until ${name} ${at}`)
      if (token !== '-') won()
      return token
    })
    await over
    for (const each of others) each.tell('stop')
    await released
    return ['-', ...(await Promise.all(asked))]
  }

  #soon(): bigint { return process.hrtime.bigint() + GATHER_NS + GATHER_EACH_NS * BigInt(this.#racers.length) }
}
