// A machine with three logins, sessions on the first, terminals and signals, all in memory but the records; its processes obey
// as the genuine client does. It can be killed at any named point: the next ports find what the records and the machine say.
import type { Account } from '../../src/core/accounts/account.ts'
import type { FoundLogin } from '../../src/core/accounts/identity.ts'
import type { QuotaWindow } from '../../src/core/accounts/quota.ts'
import { FAILOVER_DEFAULTS, type FailoverSettings } from '../../src/core/failover/policy.ts'
import type { ProcessInfo, SignalResult } from '../../src/core/machine/process-table.ts'
import { AppError } from '../../src/core/errors.ts'
import type { SeatNow, Seats, SeatSpec } from '../../src/core/sessions/seats.ts'
import { processKey, type FailoverPorts } from '../../src/flows/failover/ports.ts'
import { claudeCode } from '../../src/agents/claude-code/adapter.ts'
import { SqlOutbox } from '../../src/store/notices.ts'
import { instant } from '../../src/core/time.ts'
import { openTestSqlite, type OpenStores } from './databases.ts'
import { ManualClock } from './enforcement-world.ts'
import { aProcess, FakeSignals, FakeTable, NAMESPACE } from './fake-processes.ts'
import { anAccount, aWindow } from './failover-samples.ts'

interface Registered { readonly session: string; readonly account: string; status: 'busy' | 'idle' | 'waiting'; readonly process: ProcessInfo }
interface Open extends SeatSpec { readonly stamp: string; readonly pid: number; ended: boolean }
interface Conversation { bytes: number; mode: string; stopped: boolean; folder: string }

export const [A, B, C] = ['~/.claude-a', '~/.claude-b', '~/.claude-c'] as const

export class FailoverWorld {
  readonly open: OpenStores
  readonly time = new ManualClock()
  readonly table = new FakeTable()
  readonly signals = new FakeSignals(this.table)
  readonly registry = new Map<number, Registered>()
  readonly conversations = new Map<string, Conversation>()
  readonly seatsOpen: Open[] = []
  readonly typed: { readonly session: string; readonly text: string }[] = []
  readonly logins: Record<string, Partial<FoundLogin>> = {}
  accounts: readonly Account[] = [anAccount('a', { role: 'primary' }), anAccount('b'), anAccount('c')]
  settings: FailoverSettings = { ...FAILOVER_DEFAULTS, mode: 'auto', consent: '2026-11-01' }
  /** Dies when this point is passed; then nothing is, until somebody looks again. */
  dies = ''
  readonly passed: string[] = []
  /** Accounts whose client does not come up there. */
  readonly broken = new Set<string>()
  /** Sessions that ignore SIGTERM. */
  readonly stubborn = new Set<string>()
  readonly untrusted = new Set<string>()
  apart = false
  shortfall = ''
  #pids = 5_000
  #ids = 0

  constructor(open: OpenStores) {
    this.open = open
    this.signals.onSignal = ({ pid }) => this.#signalled(pid)
  }

  static async open(): Promise<FailoverWorld> { return new FailoverWorld(await openTestSqlite()) }

  #signalled(pid: number): SignalResult | void {
    const known = this.registry.get(pid)
    if (known && this.stubborn.has(known.session)) return
    this.end(pid)
  }

  end(pid: number): void {
    this.table.end(pid)
    this.registry.delete(pid)
    for (const seat of this.seatsOpen) if (seat.pid === pid) seat.ended = true
    this.#watch()
  }

  /** Nobody may ever see two processes of one conversation. */
  #watch(): void {
    const sessions = [...this.registry.values()].map(({ session }) => session)
    if (new Set(sessions).size !== sessions.length) throw new Error(`two live copies: ${sessions.join(', ')}`)
  }

  #run(session: string, account: string, status: Registered['status'] = 'idle'): number {
    const pid = ++this.#pids
    const process = aProcess({ pid, startTime: String(pid * 7), argv: ['claude', '--resume', session], cwd: '/home/dev/web' })
    this.table.processes.push(process)
    this.registry.set(pid, { session, account, status, process })
    this.#watch()
    return pid
  }

  /** A session on the first account, known from its log. */
  async session(id: string, { account = A, status = 'idle', stopped = true, mode = 'default', seat = '' }: { readonly account?: string; readonly status?: Registered['status']; readonly stopped?: boolean; readonly mode?: string; readonly seat?: string } = {}): Promise<number> {
    const pid = this.#run(id, account, status)
    const transcript = `/home/dev/projects/${id}.jsonl`
    this.conversations.set(transcript, { bytes: 5_000, mode, stopped, folder: '/home/dev/projects' })
    if (seat !== '') this.seatsOpen.push({ name: seat, kind: 'dedicated', agent: 'claude-code', session: id, account, cwd: '/home/dev/web', argv: ['claude'], variables: {}, screen: true, stamp: `stamp-${seat}`, pid, ended: false })
    await this.open.stores.transaction(() => this.open.stores.sessions.seenInLog({ agent: 'claude-code', id, account, project: '/home/dev/web', branch: 'main', cwd: '/home/dev/web', transcript, model: 'claude-opus-5-5' }, this.time.now()))
    return pid
  }

  async quota(account: string, change: Partial<QuotaWindow>): Promise<void> {
    const window = aWindow({ account, observedAt: this.time.now(), ...change })
    await this.open.stores.transaction(() => this.open.stores.quota.save('n1', { ...window, wakeAt: window.resetsAt }))
  }

  at(session: string): string { return [...this.registry.values()].find(each => each.session === session)?.account ?? '' }
  async inUse(): Promise<string> { return (await this.open.stores.read(() => this.open.stores.accounts.inUse('n1', 'claude-code')))?.account ?? '' }
  async events(): Promise<readonly string[]> { return (await this.open.stores.read(() => this.open.stores.events.since(0, 1_000))).map(({ code }) => code) }

  /** Titles of what people are told, in order. */
  async told(): Promise<readonly string[]> { return (await new SqlOutbox(this.open.stores).due('desktop', instant(this.time.now() + 1), 100)).map(({ notice }) => notice?.title ?? '') }

  readonly seats: Seats = {
    shortfall: async () => this.shortfall,
    list: async () => this.seatsOpen.map(seat => this.#now(seat)),
    start: async spec => this.#start(spec),
    end: async stamp => {
      const at = this.seatsOpen.findIndex(seat => seat.stamp === stamp), seat = this.seatsOpen[at]
      if (!seat) return { did: 'ended' }
      this.end(seat.pid)
      this.seatsOpen.splice(at, 1)
      return { did: 'ended' }
    },
    lines: async () => null,
    nudge: async (stamp, text) => {
      const seat = this.seatsOpen.find(each => each.stamp === stamp && !each.ended)
      if (!seat) return false
      this.typed.push({ session: seat.session, text })
      for (const [path, conversation] of this.conversations) if (path.includes(`/${seat.session}.`)) Object.assign(conversation, { bytes: conversation.bytes + 100, stopped: false })
      return true
    },
    known: async () => undefined,
    attachArgv: () => null,
  }

  #now(seat: Open): SeatNow {
    const { name, kind, agent, session, account, cwd, stamp } = seat
    const found = this.table.find(seat.pid)
    return {
      name, kind, agent, session, account, cwd, stamp, node: 'n1', boot: 'b1', driver: 'tmux', process: { pid: seat.pid, startTime: String(seat.pid * 7) }, openedAt: this.time.now(), handle: '%1',
      now: found ? { state: 'lives', process: found } : { state: 'ended', end: { code: 1 } },
    }
  }

  async #start(spec: SeatSpec): Promise<SeatNow> {
    if (this.seatsOpen.some(({ name, ended }) => name === spec.name && !ended)) throw new AppError('conflict', `seat ${spec.name} is taken`)
    const pid = this.broken.has(spec.account) ? ++this.#pids : this.#run(spec.session, spec.account)
    const seat: Open = { ...spec, stamp: `stamp-${pid}`, pid, ended: false }
    this.seatsOpen.splice(0, this.seatsOpen.length, ...this.seatsOpen.filter(({ name }) => name !== spec.name), seat)
    this.#pass('seat.opened')
    return this.#now(seat)
  }

  #pass(name: string): void {
    this.passed.push(name)
    if (name !== this.dies) return
    this.dies = ''
    throw new Error(`died at ${name}`)
  }

  /** As a daemon that has just started would have them. */
  ports(): FailoverPorts {
    return {
      stores: this.open.stores, node: 'n1', clock: this.time, settings: () => this.settings, accounts: () => this.accounts, channels: () => [{ channel: 'desktop', minLevel: 'info' }],
      lookAt: (_, home) => ({ fingerprint: home, kind: 'oauth', organisation: false, signIn: '1@1', homeExists: true, lookedAt: this.time.now(), ...this.logins[home] }),
      shares: () => !this.apart, trusts: ({ name }) => !this.untrusted.has(name), adapters: [claudeCode], seats: this.seats, signals: this.signals, signalFlaw: () => '',
      registered: () => new Map([...this.registry.values()].map(({ process, account }) => [processKey(process), account])),
      sight: {
        processes: this.table, agents: [{ name: 'claude-code', process: { role: process => (process.name === 'claude' ? 'session' : null) } }], node: 'n1', home: '/home/dev',
        places: { at: () => ({ project: '/home/dev/web', worktree: '/home/dev/web', branch: 'main' }), exists: () => true },
        witnesses: async () => [...this.registry.values()].map(({ session, account, status, process }) => ({ proof: 'registry' as const, agent: 'claude-code', pid: process.pid, startTime: process.startTime, session, account, cwd: process.cwd, kind: 'foreground' as const, status, job: '', pidDomain: NAMESPACE, at: this.time.now() })),
      },
      conversations: {
        bytes: transcript => this.conversations.get(transcript)?.bytes ?? null, mode: (_, transcript) => this.conversations.get(transcript)?.mode ?? '',
        stopped: (_, transcript) => this.conversations.get(transcript)?.stopped ?? false, seenFrom: () => !this.apart,
      },
      variables: ({ account }) => ({ CLAUDE_CONFIG_DIR: account }), program: program => `/usr/bin/${program}`, newId: () => `fo-${++this.#ids}`, crashPoint: name => this.#pass(name),
    }
  }

  async close(): Promise<void> { await this.open.close() }
}
