// The only file that names concretes: opens everything a running purser is made of, in the order in which things must
// exist, and hands out a World. Tests pass other parts; nothing is global.
import { chmodSync, closeSync, copyFileSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KNOWN_AGENTS } from '../agents/known-agents.ts'
import { withHomes } from '../core/accounts/account.ts'
import type { Budget } from '../core/budgets/budget.ts'
import { shellWord } from '../core/doctor/finding.ts'
import { AppError } from '../core/errors.ts'
import type { AuditStore, SchemaObject } from '../core/ledger/audit-store.ts'
import type { Clock } from '../core/machine/clock.ts'
import type { Notifier } from '../core/machine/notifier.ts'
import type { ProcessTable, Signaller } from '../core/machine/process-table.ts'
import { bundledRateCard } from '../core/pricing/bundled-card.ts'
import { price } from '../core/pricing/price.ts'
import type { AgentAdapter, Environment } from '../core/sessions/agent-adapter.ts'
import type { Terminals } from '../core/sessions/terminals.ts'
import type { Stores } from '../core/stores.ts'
import { isoText, type Instant } from '../core/time.ts'
import { openReaders } from '../external/open-readers.ts'
import { systemClock } from '../os/clock.ts'
import { createLogFinder } from '../os/logs/log-finder.ts'
import { createLogScanner } from '../os/logs/log-scanner.ts'
import { ensurePrivateFolder, isClosed, placesFor, type Places } from '../os/paths.ts'
import { processTable } from '../os/processes/process-table.ts'
import { readRegistry } from '../os/processes/registry.ts'
import { gitProjects } from '../os/projects.ts'
import { pidExists, signaller } from '../os/processes/signals.ts'
import { SqlEnforcement } from '../store/actions.ts'
import type { Database } from '../store/database.ts'
import { openForeignSqlite } from '../store/engines/foreign-sqlite.ts'
import { openSqlite } from '../store/engines/sqlite.ts'
import { anewFrom, setAside } from '../store/engines/sqlite-errors.ts'
import { SqlAudit } from '../store/ledger-audit.ts'
import { ledgerRoom } from '../store/ledger-rebuild.ts'
import { checkSchema, migrate, type Migration } from '../store/migrate.ts'
import { SqlOutbox } from '../store/notices.ts'
import { storesOn } from '../store/stores.ts'
import { openChannels } from './channels.ts'
import { openTerminals } from './terminals.ts'
import { openConfig, openConfigToAnswer } from './world/config.ts'
import { crashPoints } from './crash-points.ts'
import { hideWarning } from './hide-warning.ts'
import type { Scope } from './scope.ts'
import { ownVersion, packageFolder } from './version.ts'
import type { World } from './world/world.ts'
import { decompressZstd } from './zstd.ts'

export interface WireOptions {
  readonly environment: Environment
  readonly role: 'daemon' | 'command'
  readonly observe?: boolean
  readonly clock?: Clock
  readonly processes?: ProcessTable
  readonly signaller?: Signaller
  readonly notifiers?: readonly Notifier[]
  readonly terminals?: readonly Terminals[]
}

export const ADAPTERS: readonly AgentAdapter[] = [...KNOWN_AGENTS.values()]

// One thread reads a gigabyte in 1.4 s, as fast as the ledger takes it in beside it (1.4 s). A second only waits for the
// ledger: no time saved, 0.6 s more of processor and 30 MiB more.
const SCAN_THREADS = 1

/** Opens the world; close the scope to end it. Makes the state folders and migrates the database when it must. */
export async function wire(options: WireOptions, scope: Scope): Promise<World> {
  hideWarning('SQLite is an experimental feature')
  const { environment } = options
  const clock = options.clock ?? systemClock
  const version = ownVersion()
  const places = placesFor(environment.variables)
  // Whoever may only look still gets an answer: it is as old as the last one who could write.
  const readOnly = options.role === 'command' && (isClosed(places.state) || isClosed(places.database))
  for (const folder of readOnly ? [places.state] : [places.state, places.runtime]) ensurePrivateFolder(folder, process.getuid?.())
  const config = (options.role === 'daemon' ? openConfig : openConfigToAnswer)(places.configFile, environment, () => clock.now())
  const database = await (readOnly ? readDatabase : openDatabase)(places, clock, scope)
  const stores = storesOn(database)
  const node = await nodeId(stores, readOnly)
  const adapters = KNOWN_AGENTS
  const processes = options.processes ?? processTable(environment.platform, process => ADAPTERS.some(adapter => adapter.process.role(process) !== null))
  const signals = options.signaller ?? signaller({ table: processes })
  const card = bundledRateCard()
  const projects = gitProjects(await rememberedPlaces(stores))
  const notifiers = openChannels(() => config.current().settings.notify, environment, clock, options.notifiers)
  const scanner = scope.own('scanner', createLogScanner({ adapters, workerFile: threadFile('scan-worker'), threads: SCAN_THREADS, tools: { now: () => clock.now(), openForeign: openForeignSqlite, decompress: decompressZstd } }), each => each.close())
  const running: World['running'] = {
    role: options.role, observe: options.observe ?? false, catchingUp: false, progress: null, ledgerWork: null, finding: null, hookHeardAt: null, lines: new Map(),
    armed: false, startedAt: clock.now(), newestSessionAt: null, polling: '', clockSteps: { count: 0, longestMs: 0, last: clock.now() }, stop: () => undefined, dispatch: () => undefined,
  }
  const withAccounts = (): Environment => withHomes(environment, config.current().settings.accounts, ADAPTERS)
  const budgets = (): readonly Budget[] => (running.observe ? [] : config.current().settings.budgets)
  return {
    get environment() { return withAccounts() },
    ownVariables: environment.variables,
    version, places, database, stores, clock, node, card, adapters: ADAPTERS, projects, processes, config, running, budgets, notifiers, scanner,
    signaller: signals,
    terminals: options.terminals ?? openTerminals(environment, places, { clock, processes, signaller: signals }),
    enforcement: new SqlEnforcement(stores),
    pidExists,
    room: ledgerRoom({ database, stores, beside: join(places.state, 'rebuild.db'), backupAt: now => backupAt(places, now), migrations, now: () => clock.now(), random: Math.random }),
    outbox: new SqlOutbox(stores),
    readers: openReaders(environment.variables),
    random: Math.random,
    price: response => price(card, response),
    projectOf: cwd => projects.rootOf(cwd),
    estimatedAgents: new Set(ADAPTERS.filter(({ estimated }) => estimated !== undefined).map(({ name }) => name)),
    setAside: new Map(),
    channels: notifiers,
    liveAccounts: () => new Map(readRegistry(ADAPTERS, withAccounts()).map(({ agent, account, session }) => [`${agent}/${session.session}`, account])),
    warnGrowthBytes: () => config.current().settings.logs.warnGrowthBytes,
    crashPoint: crashPoints(environment.variables.PURSER_CRASH_AT, () => process.abort()),
    get finder() {
      const { roots, allowOutsideHome, maxFiles } = config.current().settings.logs
      return createLogFinder({ adapters, environment: withAccounts(), extraRoots: roots, allowOutsideHome, maxFiles })
    },
  }
}

/** What it takes to look at processes and to stop one, without a database. */
export function openSignals({ platform }: Pick<Environment, 'platform'>): { readonly clock: Clock; readonly processes: ProcessTable; readonly signaller: Signaller } {
  const processes = processTable(platform, () => false)
  return { clock: systemClock, processes, signaller: signaller({ table: processes }) }
}

async function openDatabase(places: Places, clock: Clock, scope: Scope): Promise<Database> {
  keepPrivate(places.database)
  const database = scope.own('database', openSqlite({ path: places.database, random: Math.random, cure: () => cureOf(places) }), each => each.close())
  await migrate(database, migrations(), {
    now: clock.now(),
    backup: async () => {
      const copy = backupAt(places, clock.now())
      await database.script('pragma wal_checkpoint(truncate)')
      copyFileSync(places.database, copy)
    },
  })
  return database
}

async function readDatabase(places: Places, _clock: Clock, scope: Scope, cure?: string): Promise<Database> {
  if (!existsSync(places.database)) throw new AppError('unavailable', `there are no records in ${places.state}, and none can be made there: the folder may not be written by you`)
  const database = scope.own('database', openSqlite({ path: places.database, random: Math.random, readOnly: true, cure: () => cureOf(places) }), each => each.close())
  await checkSchema(database, migrations(), cure)
  return database
}

function backupAt({ backups }: Places, now: Instant): string {
  ensurePrivateFolder(backups, process.getuid?.())
  return join(backups, `purser-${isoText(now).replace(/[:.]/g, '-')}.db`)
}

/** The records as whoever only reads them needs them. */
export interface Records {
  readonly stores: Stores
  readonly audit: AuditStore
  readonly node: string
  readonly database: string
  readonly version: string
  readonly card: string
  readonly clock: Clock
  readonly zone: string
  readonly budgets: readonly Budget[]
  /** What this version makes of an empty database. */
  readonly schema: readonly SchemaObject[]
}

/** Opens the records beside whoever uses them: changes nothing, not even an older schema. */
export async function openRecords({ environment, clock = systemClock }: Pick<WireOptions, 'environment' | 'clock'>, scope: Scope): Promise<Records> {
  hideWarning('SQLite is an experimental feature')
  const places = placesFor(environment.variables)
  if (!existsSync(places.database)) throw new AppError('not_found', `there are no records in ${places.state} yet; read the logs with: purser index`)
  const { settings } = openConfigToAnswer(places.configFile, environment, () => clock.now()).current()
  const database = await readDatabase(places, clock, scope, 'bring it up to date first: purser index')
  const stores = storesOn(database), audit = new SqlAudit(database.engine)
  return {
    stores, audit, node: await nodeId(stores, true), database: places.database, version: ownVersion(), card: bundledRateCard().version, clock,
    zone: settings.zone, budgets: settings.budgets, schema: await emptySchema(clock),
  }
}

/** The stores alone, for a thread that only reads; its own connection, beside the daemon's. */
export async function openStores({ environment, clock = systemClock }: Pick<WireOptions, 'environment' | 'clock'>, scope: Scope): Promise<Pick<World, 'stores' | 'card'>> {
  hideWarning('SQLite is an experimental feature')
  return { stores: storesOn(await readDatabase(placesFor(environment.variables), clock, scope)), card: bundledRateCard() }
}

async function emptySchema(clock: Clock): Promise<readonly SchemaObject[]> {
  const database = openSqlite({ path: ':memory:', random: Math.random })
  try {
    await migrate(database, migrations(), { now: clock.now(), backup: async () => undefined })
    return await database.read(() => new SqlAudit(database.engine).schema())
  } finally {
    await database.close()
  }
}

/** The way out of a damaged file: the newest copy where there is one, else the logs. */
function cureOf({ database, backups }: Places): readonly string[] {
  const copies = existsSync(backups) ? readdirSync(backups).filter(name => name.endsWith('.db')).sort() : []
  const newest = copies.at(-1)
  if (newest === undefined) return [`no copy of it is in ${backups}`, anewFrom(database)]
  return [
    `there ${copies.length === 1 ? 'is 1 copy' : `are ${copies.length} copies`} in ${backups}; go back to the newest and read on from there:`,
    `purser down; ${setAside(database)} && cp ${shellWord(join(backups, newest))} ${shellWord(database)} && purser index)`,
  ]
}

/** SQLite gives its side files the mode of the database, so this one file decides. */
function keepPrivate(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE))
  chmodSync(path, PRIVATE_FILE)
}
const PRIVATE_FILE = 0o600

function migrations(): Migration[] {
  const folder = join(packageFolder(), 'migrations')
  return readdirSync(folder).filter(name => name.endsWith('.sql')).sort()
    .map(name => ({ number: Number(name.slice(0, 4)), name: name.slice(5, -4), text: readFileSync(join(folder, name), 'utf8') }))
}

/** This machine's id, minted once: random, so that it says nothing about the machine. */
async function nodeId(stores: Stores, readOnly: boolean): Promise<string> {
  const known = await stores.read(() => stores.meta.get('node'))
  if (known !== null || readOnly) return known ?? ''
  return stores.transaction(function* () {
    const raced = yield* stores.meta.get('node')
    if (raced !== null) return raced
    const minted = `n-${crypto.randomUUID().slice(0, 8)}`
    yield* stores.meta.set('node', minted)
    return minted
  })
}

async function rememberedPlaces(stores: Stores): Promise<Map<string, string>> {
  return new Map(await stores.read(() => stores.cursors.places()))
}

/** A built entry of a thread; absent when running from source, where one thread does everything. */
export function threadFile(name: 'scan-worker' | 'answer-worker'): string | null {
  const file = join(packageFolder(), 'dist', `${name}.cjs`)
  return existsSync(file) ? file : null
}
