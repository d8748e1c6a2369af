// A process table and a signaller without processes: tests move pids about in ways the kernel does only by chance.
import { isAlive, type HeldProcess, type ProcessInfo, type ProcessTable, type ProvenProcess, type Self, type Signaller, type SignalResult, type StopSignal } from '../../src/core/machine/process-table.ts'
import { instant } from '../../src/core/time.ts'

export const NAMESPACE = 'pid:[4026531836]'
export const US: Self = { pid: 500, uid: 1000, namespace: NAMESPACE, ancestors: [400, 300, 1] }

/** A Claude Code session in /home/dev/web, as an npm install looks on Linux. */
export const aProcess = (change: Partial<ProcessInfo> = {}): ProcessInfo => ({
  pid: 4711, parent: 900, uid: 1000, startTime: '395962', name: 'claude', exe: '/home/dev/.npm/claude-code/bin/claude.exe', argv: ['claude'],
  cwd: '/home/dev/web', namespace: NAMESPACE, state: 'S', ...change,
})

export class FakeTable implements ProcessTable {
  readonly shortfall = ''
  readonly processes: ProcessInfo[]
  readonly us: Self
  /** Holds not given back: a test that ends with any has found a leak. */
  held = 0
  looks = 0

  constructor(processes: readonly ProcessInfo[] = [], us: Self = US) {
    this.processes = [...processes]
    this.us = us
  }

  async list(): Promise<readonly ProcessInfo[]> { return [...this.processes] }
  async inspect(pid: number): Promise<ProcessInfo | null> { return this.find(pid) }
  async self(): Promise<Self> { return this.us }
  startedAt(): ReturnType<ProcessTable['startedAt']> { return instant(0) }

  async hold(pid: number): Promise<HeldProcess | null> {
    const first = this.find(pid)
    if (!first) return null
    this.held++
    let open = true
    return {
      pid, startTime: first.startTime,
      look: () => {
        this.looks++
        // A hold answers for the process it was taken of, whoever has the pid by now.
        const now = this.find(pid)
        return open && now?.startTime === first.startTime ? now : null
      },
      release: () => { if (open) this.held--; open = false },
    }
  }

  find(pid: number): ProcessInfo | null { return this.processes.find(process => process.pid === pid) ?? null }

  change(pid: number, change: Partial<ProcessInfo>): void {
    const at = this.processes.findIndex(process => process.pid === pid)
    const known = this.processes[at]
    if (known) this.processes[at] = { ...known, ...change }
  }

  /** The process ends; its children go to init, as the kernel does it. */
  end(pid: number): void {
    const at = this.processes.findIndex(process => process.pid === pid)
    if (at >= 0) this.processes.splice(at, 1)
    for (const child of this.processes.filter(process => process.parent === pid)) this.change(child.pid, { parent: 1 })
  }
}

export interface Sent { readonly pid: number; readonly signal: StopSignal }

/** Records what is sent; `onSignal` makes the fake process answer to it. */
export class FakeSignals implements Signaller {
  readonly sent: Sent[] = []
  readonly table: FakeTable
  onSignal: (sent: Sent) => SignalResult | void = () => {}

  constructor(table: FakeTable) { this.table = table }

  async send(proven: ProvenProcess, signal: StopSignal): Promise<SignalResult> {
    const now = this.table.find(proven.pid)
    if (!isAlive(now)) return { sent: false, why: 'gone', detail: `pid ${proven.pid} is gone` }
    if (now.startTime !== proven.startTime) return { sent: false, why: 'another_process', detail: 'another process' }
    const answer = this.onSignal({ pid: proven.pid, signal })
    if (answer && !answer.sent) return answer
    this.sent.push({ pid: proven.pid, signal })
    return { sent: true }
  }

  of(pid: number): readonly StopSignal[] { return this.sent.filter(sent => sent.pid === pid).map(({ signal }) => signal) }
}
