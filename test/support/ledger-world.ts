// A ledger with rules and a clock that only the test moves: real stores, the real ingest, and batches made by hand.
import { defineBudget, type BudgetFields } from '../../src/core/budgets/define.ts'
import type { Budget } from '../../src/core/budgets/budget.ts'
import type { Lock } from '../../src/core/enforcement/lock.ts'
import { rows, sql, text, int, type Row } from '../../src/core/ledger/work.ts'
import { parseUsd, type NanoUsd } from '../../src/core/money.ts'
import type { Stores } from '../../src/core/stores.ts'
import { BatchBuilder } from '../../src/core/tailing/batch-builder.ts'
import type { FoundLog, ScanBatch } from '../../src/core/tailing/scan.ts'
import { UsageColumns } from '../../src/core/tailing/usage-columns.ts'
import { instant, type Instant } from '../../src/core/time.ts'
import { NO_TOKENS } from '../../src/core/usage/tokens.ts'
import { STANDARD_BILLING, type MeterReading, type UsageEvent } from '../../src/core/usage/usage-event.ts'
import { ingest, judgeNow, type IngestMode, type IngestOutcome, type IngestWorld } from '../../src/flows/ingest.ts'
import { tokenPrice } from './crash-budgets.ts'
import { ManualClock } from './manual-clock.ts'

export interface Spent {
  readonly key?: string
  readonly at: Instant
  /** In dollars: one output token is a millionth of one. */
  readonly usd: string
  readonly session?: string
  readonly project?: string
  readonly branch?: string
  readonly final?: boolean
  readonly sidechain?: boolean
  readonly subagent?: string
  readonly model?: string
}
export interface Metering { readonly session: string; readonly at: Instant; readonly usd: string }

const NANO_PER_TOKEN = 1_000n
const tokensFor = (usd: string): number => Number(parseUsd(usd) / NANO_PER_TOKEN)

const logOf = (session: string): FoundLog =>
  ({ path: `/logs/${session}.jsonl`, agent: 'claude-code', source: 'sessions', root: '/logs', account: '~/.claude', place: { session, subagent: '' }, size: 0, modifiedAt: instant(0) })

export class LedgerWorld implements IngestWorld {
  readonly stores: Stores
  readonly clock: ManualClock
  readonly node = 'n1'
  readonly estimatedAgents = new Set<string>()
  readonly price = tokenPrice
  rules: readonly Budget[]
  crashPoint: (name: string) => void = () => undefined
  #made = 0

  constructor(stores: Stores, start: number, rules: readonly BudgetFields[] = []) {
    this.stores = stores
    this.clock = new ManualClock(start)
    this.rules = rules.map(rule => defineBudget(rule, 'UTC'))
  }

  budgets = (): readonly Budget[] => this.rules
  projectOf = (cwd: string): string => cwd
  channels = (): readonly { channel: string; minLevel: 'info' }[] => [{ channel: 'desktop', minLevel: 'info' }]
  warnGrowthBytes = (): number => Number.MAX_SAFE_INTEGER

  /** Replaces the rules, as an edit of the config does; what follows from it is the caller's to do. */
  rule(...rules: readonly BudgetFields[]): void { this.rules = rules.map(rule => defineBudget(rule, 'UTC')) }

  eventOf({ key, at, usd, session = 's1', project = '/home/dev/web', branch = 'main', final = true, subagent = '', sidechain = subagent !== '', model = 'claude-opus-4-5' }: Spent): UsageEvent {
    return {
      key: `claude-code:${key ?? `made_${this.#made++}`}`, at, model, tokens: { ...NO_TOKENS, output: tokensFor(usd) }, billing: STANDARD_BILLING,
      origin: { cwd: project, branch, session, subagent }, final, sidechain, approximateTime: false, damaged: false,
    }
  }

  /** One batch, as a scanner would hand it over. */
  ingest(spent: readonly Spent[], mode: IngestMode = 'live', metered: readonly Metering[] = []): Promise<IngestOutcome> {
    const sessions = [...new Set([...spent.map(({ session = 's1' }) => session), ...metered.map(({ session }) => session)])]
    const fileOf = (session: string): number => sessions.indexOf(session)
    const batch: ScanBatch = {
      files: sessions.map(session => ({
        outcome: 'read', log: logOf(session), transition: { kind: 'new' }, growth: 0, atEnd: true, flaws: [],
        file: { path: `/logs/${session}.jsonl`, root: '/logs', agent: 'claude-code', account: '~/.claude', device: '1', inode: '1', generation: 0, offset: 0, headLength: 0, head: '', tail: '', size: 0, modifiedAt: instant(0), memory: '' },
      })),
      usage: UsageColumns.of(spent.map(each => ({ fact: this.eventOf(each), file: fileOf(each.session ?? 's1') }))),
      meters: metered.map(each => ({ fact: readingOf(each), file: fileOf(each.session) })), quotas: [], counters: [], copies: [], lines: spent.length, bytes: 0,
    }
    return ingest(this, batch, mode)
  }

  /** Copies of responses in one batch, merged as a scanner merges them; nothing of logs or cursors is told. */
  ingestCopies(copies: readonly UsageEvent[], mode: IngestMode = 'live'): Promise<IngestOutcome> {
    const builder = new BatchBuilder()
    builder.addParsed({ kind: 'usage', events: copies })
    builder.addFile({ outcome: 'gone', log: logOf('copies') })
    return ingest(this, builder.build(), mode)
  }

  judgeNow(): Promise<readonly Lock[]> { return judgeNow(this) }
  locks(): Promise<readonly Lock[]> { return this.stores.read(() => this.stores.breaches.locks(100)) }
  activeLocks(): Promise<readonly Lock[]> { return this.stores.read(() => this.stores.breaches.activeLocks(this.clock.now())) }
  notices(): Promise<string[]> { return this.#texts(allNotices, row => text(row.body)) }
  actions(): Promise<string[]> { return this.#texts(allActions, row => `${text(row.kind)} ${text(row.state)}`) }

  async events(code = ''): Promise<readonly { code: string; fields: Readonly<Record<string, unknown>> }[]> {
    return (await this.stores.read(() => this.stores.events.since(0, 1_000))).filter(each => each.code.startsWith(code))
  }

  /** The kept balance of a rule's current window. */
  async spent(id: string, perValue = ''): Promise<NanoUsd | null> {
    const rule = this.rules.find(each => each.id === id)
    const balances = await this.stores.read(() => this.stores.balances.ofMeasure(rule?.measure ?? ''))
    return balances.filter(balance => balance.perValue === perValue).at(-1)?.spent ?? null
  }

  async alerts(): Promise<number[]> {
    return (await this.stores.read(function* () { return yield* rows(allAlerts) })).map(row => int(row.threshold))
  }

  async #texts(statement: ReturnType<typeof sql>, textOf: (row: Row) => string): Promise<string[]> {
    return (await this.stores.read(function* () { return yield* rows(statement) })).map(textOf)
  }
}

const allNotices = sql('select body from notice order by created_at, id')
const allActions = sql('select kind, state from action order by created_at, id')
const allAlerts = sql('select threshold from alert order by threshold')

const readingOf = ({ session, at, usd }: Metering): MeterReading => ({
  session, at, cost: parseUsd(usd), priced: true, models: [{ model: 'claude-opus-4-5', tokens: { ...NO_TOKENS, output: tokensFor(usd) }, cost: parseUsd(usd) }],
})
