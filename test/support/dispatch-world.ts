// The dispatcher over the real stores, claims and reservations, with seats and processes that only the test moves. A death
// is a throw at a named point; what comes after it is a new dispatcher over the same records and the same processes.
import type { TaskAddInput } from '../../src/api/task-answers.ts'
import type { ProcessIdentity } from '../../src/core/machine/process-table.ts'
import type { SeatNow, Seats } from '../../src/core/sessions/seats.ts'
import type { Task } from '../../src/core/tasks/task.ts'
import { dispatchPorts } from '../../src/daemon/world/dispatch.ts'
import { readLogs } from '../../src/daemon/handlers/reports.ts'
import { dispatcher, type Dispatcher } from '../../src/flows/dispatch/dispatch.ts'
import type { DispatchPorts } from '../../src/flows/dispatch/ports.ts'
import { bootId } from '../../src/os/processes/boot-id.ts'
import { aProcess } from './fake-processes.ts'
import { OpenWorld, type OpenOptions } from './open-world.ts'

/** Every point at which an attempt may be cut off, in order. */
export const POINTS = ['task.picked', 'seat.opened', 'task.seated', 'task.claimed', 'run.before-reserve', 'task.reserved', 'task.let-go', 'task.ended', 'task.written', 'task.verified'] as const

interface Client { readonly stamp: string; readonly task: string; readonly attempt: string; letGo: boolean; code: number | null | undefined }

export class DispatchWorld {
  readonly open: OpenWorld
  /** Everything that ever sat at a gate. */
  readonly clients: Client[] = []
  /** What the verification says; null: it is cut off. */
  verdict: string | null = ''
  dies = ''
  readonly faults: string[] = []
  /** What else happens while a seat is opened. */
  whenSeated: () => Promise<unknown> = async () => undefined
  #seats: (SeatNow & { readonly pid: number })[] = []
  #gates = new Map<string, Client>()
  #pids = 6_000
  #minted = 0
  #turning: Dispatcher

  private constructor(open: OpenWorld) {
    this.open = open
    this.#turning = dispatcher(this.ports())
  }

  static async open(options: OpenOptions = {}): Promise<DispatchWorld> { return new DispatchWorld(await OpenWorld.open({ role: 'daemon', ...options })) }

  /** As after a restart: nothing is remembered. */
  restart(): void {
    this.dies = ''
    this.#turning = dispatcher(this.ports())
  }

  async turn(): Promise<void> { await this.#turning.turn() }
  /** Until the verifications of these turns have decided as well. */
  async turns(count = 3): Promise<void> { for (let at = 0; at < count; at++) { await this.turn(); await new Promise(resolve => { setImmediate(resolve) }) } }

  async add(change: Partial<TaskAddInput> = {}): Promise<string> { return (await this.open.handlers['task.add']({ text: 'do it', folder: this.open.project(), ...change })).task.id }
  async task(id: string): Promise<Task> { return await this.open.world.stores.read(() => this.open.world.stores.queue.get(id)) as Task }
  async state(id: string): Promise<string> { return (await this.task(id)).now.state }
  attempts(id: string) { return this.open.world.stores.read(() => this.open.world.stores.queue.attempts(id)) }

  /** Clients of a task that were let go, ever. */
  begun(task: string): readonly Client[] { return this.clients.filter(each => each.task === task && each.letGo) }
  /** Those that live now, at the gate or through it. */
  alive(task: string): readonly Client[] { return this.clients.filter(each => each.task === task && each.code === undefined) }

  /** The one client of the task that works ends. */
  async ends(task: string, code: number | null): Promise<void> {
    const client = this.begun(task).find(each => each.code === undefined)
    if (!client) throw new Error(`no client of ${task} works`)
    this.end(client, code)
  }

  end(client: Client, code: number | null): void {
    const seat = this.#seats.find(({ stamp }) => stamp === client.stamp)
    client.code = code
    if (!seat) return
    this.open.table.end(seat.pid)
    this.#seats = this.#seats.map(each => (each.stamp === client.stamp ? { ...each, now: { state: 'ended', end: { code } } } : each))
  }

  async close(): Promise<void> {
    await this.#turning.stop()
    await this.open.close()
  }

  private ports(): DispatchPorts {
    const real = dispatchPorts(this.open.world, { again: () => undefined, fault: error => { this.faults.push(String(error)) } })
    const crashPoint = (name: string): void => { if (name === this.dies) throw new Error(`died at ${name}`) }
    return {
      ...real, run: { ...real.run, crashPoint }, crashPoint, seats: this.seats(), names: async () => new Set(this.#seats.map(({ name }) => name)),
      plan: (_task, { minted }) => ({ ok: true, program: 'claude', file: '/bin/claude', args: [], session: minted, variables: {}, logged: true }),
      readToEnd: () => readLogs(this.open.world), verify: async () => this.verdict,
      mint: () => `${String(++this.#minted).padStart(8, '0')}-0000-4000-8000-000000000000`, stamp: () => String(++this.#minted).padStart(32, '0'),
      files: {
        ...real.files,
        gated: async (task, attempt) => ['gate', task, attempt],
        letGo: async (_task, attempt) => {
          const client = this.#gates.get(attempt)
          if (!client || client.code !== undefined) return 'gone'
          if (client.letGo) return 'gone'
          client.letGo = true
          return 'opened'
        },
      },
    }
  }

  private seats(): Seats {
    return {
      shortfall: async () => '', attachArgv: () => null, known: async () => undefined, lines: async () => null, nudge: async () => false,
      list: async () => this.#seats,
      start: async spec => {
        const pid = this.#pids++, process: ProcessIdentity = { pid, startTime: String(pid * 7) }, stamp = spec.stamp ?? ''
        const [, task = '', attempt = ''] = spec.argv
        this.open.table.processes.push(aProcess({ ...process, cwd: spec.cwd }))
        const client: Client = { stamp, task, attempt, letGo: false, code: undefined }
        this.clients.push(client)
        this.#gates.set(attempt, client)
        const seat = { ...spec, stamp, node: this.open.world.node, boot: bootId(), driver: 'tmux' as const, process, openedAt: this.open.clock.now(), pid, now: { state: 'lives' as const, process: aProcess(process) }, handle: '%1' }
        this.#seats.push(seat)
        if (this.dies === 'seat.opened') throw new Error('died at seat.opened')
        await this.whenSeated()
        return seat
      },
      end: async stamp => {
        const client = this.clients.find(each => each.stamp === stamp && each.code === undefined)
        if (client) this.end(client, null)
        this.#seats = this.#seats.filter(each => each.stamp !== stamp)
        return { did: 'ended' }
      },
    }
  }
}
