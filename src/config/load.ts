// From the text of the config file to settings that every room can trust, or to every problem at once. Reads no file:
// text, zone, home and environment come in.
import type { Account } from '../core/accounts/account.ts'
import { defineBudget, type BudgetFields } from '../core/budgets/define.ts'
import { SELECTOR_DIMENSIONS, type SelectorDimension } from '../core/budgets/selector.ts'
import type { Selector } from '../core/budgets/budget.ts'
import type { Settings } from '../core/config/settings.ts'
import { partsDigest } from '../core/digest.ts'
import { assert } from '../core/errors.ts'
import type { NanoUsd } from '../core/money.ts'
import { accountPattern, readAccounts } from './accounts.ts'
import { overridden, type Environment } from './environment.ts'
import { expandFolder, expandPattern } from './home.ts'
import { ACCOUNT_KEYS, BUDGET_KEYS, ENFORCEMENT_KEYS, LOGS_KEYS, RETENTION_KEYS, TOP_KEYS, type Keys, type Values } from './keys.ts'
import { readExternal } from './external.ts'
import { EXTERNAL_KEYS } from './external-keys.ts'
import { FAILOVER_KEYS } from './failover-keys.ts'
import { readChannel, type ReadChannel } from './channels.ts'
import { literal, parseConfig, type ParsedConfig } from './parse.ts'
import { configInvalid, type Problem } from './problems.ts'
import { DEFAULTS_KEYS, HTTP_KEYS, MCP_KEYS, RISK_KEYS } from './reserve-keys.ts'
import { POOL_KEYS, SESSION_KEYS, TASKS_KEYS } from './session-keys.ts'
import { poolFrom, readSessions } from './sessions.ts'
import { readTable, type FoundTable, type ReadTable } from './schema.ts'
import { mapToml, type TomlPath } from './toml-map.ts'

/** What the file itself cannot say. */
export interface ConfigContext {
  /** The system's own zone, for a file that names none. */
  readonly systemZone: string
  /** Home folder, for `~/`. */
  readonly home: string
  /** Variables that override keys: `PURSER_LOGS_SWEEP`. */
  readonly environment?: Environment
}

/** Where a value came from. `line` is 0 unless it stands in the file. */
export interface Origin { readonly from: 'default' | 'system' | 'file' | 'environment'; readonly line: number }

export interface LoadedConfig {
  readonly settings: Settings
  /** Changes with the text and with whatever overrides it. */
  readonly version: string
  /** By table path and key: `logs.sweep`, `budget.0.limit`. What is not listed is a default. */
  readonly origins: ReadonlyMap<string, Origin>
}

/** Parses and checks a config. Throws `config_invalid` naming `file`, and every problem with its line and remedy. */
export function loadConfig(text: string, file: string, context: ConfigContext): LoadedConfig {
  const parsed = parseConfig(text)
  const problems: Problem[] = [...parsed.problems]
  const origins = new Map<string, Origin>()
  const environment = overridden(context.environment ?? {}, problems)
  const single = <K extends Keys>(keys: K, found: FoundTable): Complete<K> => {
    const read = kept(readTable(keys, found), found, problems, origins)
    const over = environment.filter(each => each.section === found.section)
    for (const { section, name } of over) origins.set(nameOf(section, name), { from: 'environment', line: 0 })
    return { ...defaultsOf(keys), ...read.values, ...Object.fromEntries(over.map(({ name, value }) => [name, value])) }
  }
  const section = <K extends Keys>(name: string, keys: K): Complete<K> => single(keys, parsed.sections.get(name)?.[0] ?? emptyTable(name))
  const top = single(TOP_KEYS, parsed.top)
  const zone = top.zone ?? context.systemZone
  if (!origins.has('zone')) origins.set('zone', { from: 'system', line: 0 })
  const logs = section('logs', LOGS_KEYS)
  const enforcement = section('enforcement', ENFORCEMENT_KEYS)
  const retention = section('retention', RETENTION_KEYS)
  const { allocation } = single(DEFAULTS_KEYS, parsed.sections.get('defaults')?.[0] ?? emptyTable('defaults')) as Values<typeof DEFAULTS_KEYS>
  const risk = section('risk', RISK_KEYS)
  const mcp = section('mcp', MCP_KEYS)
  const http = section('http', HTTP_KEYS)
  const failover = section('failover', FAILOVER_KEYS)
  const budgets = readBudgets(parsed, problems, origins)
  const notify = readChannels(parsed, problems, origins)
  const accounts = readAccounts((parsed.sections.get('account') ?? []).map(found => ({ found, table: kept(readTable(ACCOUNT_KEYS, found), found, problems, origins) })), context.home, problems)
  const external = readExternal((parsed.sections.get('external') ?? []).map(found => ({ found, table: kept(readTable(EXTERNAL_KEYS, found), found, problems, origins) })),
    { home: context.home, accounts, defaults: defaultsOf(EXTERNAL_KEYS) }, problems)
  const poolTable = parsed.sections.get('pool')?.[0] ?? emptyTable('pool')
  const pool = poolFrom(single(POOL_KEYS, poolTable), poolTable, context.home, problems)
  const sessions = readSessions((parsed.sections.get('session') ?? []).map(found => ({ found, table: kept(readTable(SESSION_KEYS, found), found, problems, origins) })), pool, context.home, problems)
  const tasks = section('tasks', TASKS_KEYS)
  if (problems.length > 0) throw configInvalid(file, problems)
  const settings: Settings = {
    zone, notify, accounts, external, pool, sessions,
    tasks: { budget: tasks.budget, perProject: tasks.per_project, perAccount: tasks.per_account, attempts: tasks.attempts, timeoutMs: tasks.timeout },
    logs: {
      roots: logs.roots.map(root => expandFolder(root, context.home)), allowOutsideHome: logs.allow_outside_home,
      maxFiles: logs.max_files, sweepMs: logs.sweep, warnGrowthBytes: logs.warn_growth,
    },
    budgets: budgets.map(values => defineBudget(fieldsOf(values, context.home, accounts), zone)),
    enforcement: { sigkill: enforcement.sigkill, saveWork: enforcement.save_work },
    retention: { auditDays: retention.audit_days },
    defaults: { allocation: allocation ?? null },
    failover: { mode: failover.mode, consent: failover.consent, cooldownMs: failover.cooldown, returnMarginMs: failover.return_margin, waitMs: failover.wait, message: failover.message },
    risk: { rules: risk.rules, command: risk.command, timeoutMs: risk.timeout },
    mcp: { write: mcp.write },
    http: { port: http.port },
  }
  const version = partsDigest([text, context.systemZone, ...environment.flatMap(({ section: table, name, value }) => [table, name, String(value)])])
  return { settings, version, origins }
}

/** Every key present, but for those that are missing from the table of defaults on purpose: a zone is the system's. */
type Complete<K extends Keys> = { readonly [N in keyof K]-?: N extends 'zone' ? Values<K>[N] : NonNullable<Values<K>[N]> }

/** The documented defaults, read by the same readers as the file: they cannot differ from the docs. */
function defaultsOf<K extends Keys>(keys: K): Complete<K> {
  const known = defaults.get(keys)
  if (known) return known as Complete<K>
  const read = Object.entries(keys).flatMap(([name, { read: reader, fallback }]) => {
    if (fallback === null || fallback === '') return []
    const found = reader(literal(fallback))
    assert('value' in found, `the default of ${name} is valid`)
    return [[name, found.value] as const]
  })
  const complete = Object.fromEntries(read) as Complete<K>
  defaults.set(keys, complete)
  return complete
}
const defaults = new Map<Keys, unknown>()

const nameOf = (section: string, name: string): string => (section === '' ? name : `${section}.${name}`)
const emptyTable = (section: string): FoundTable => ({ map: mapToml(''), path: [section], where: `[${section}]`, section, table: {} })

function kept<K extends Keys>(read: ReadTable<K>, found: FoundTable, problems: Problem[], origins: Map<string, Origin>): ReadTable<K> {
  problems.push(...read.problems)
  for (const [name, word] of read.written) origins.set([...found.path, name].join('.'), { from: 'file', line: found.map.placeOf([...found.path, word]).line })
  return read
}

type BudgetValues = Values<typeof BUDGET_KEYS> & { readonly id: string; readonly limit: NanoUsd }

function readBudgets(parsed: ParsedConfig, problems: Problem[], origins: Map<string, Origin>): readonly BudgetValues[] {
  const taken = new Map<string, number>()
  const budgets: BudgetValues[] = []
  for (const found of parsed.sections.get('budget') ?? []) {
    const { values, written } = kept(readTable(BUDGET_KEYS, found), found, problems, origins)
    const { id, limit } = values
    if (id === undefined) continue
    const path: TomlPath = [...found.path, written.get('id') ?? 'id']
    const first = taken.get(id)
    if (first !== undefined) {
      problems.push({ ...found.map.placeOf(path), where: found.where, key: 'id', message: `id "${id}" is taken by the budget on line ${first}`, fix: `Write another one, such as: id = "${id}-2"` })
    } else taken.set(id, found.map.placeOf(path).line)
    problems.push(...reserveProblems(values, found))
    if (limit !== undefined) budgets.push({ ...values, id, limit })
  }
  return budgets
}

/** Words of one budget that do not go together. */
function reserveProblems({ reserve = '', estimate = '', hard = true }: Values<typeof BUDGET_KEYS>, found: FoundTable): readonly Problem[] {
  const at = (word: string, message: string, fix: string): readonly Problem[] => [{ ...found.map.placeOf([...found.path, word]), where: found.where, key: word, message, fix }]
  if (estimate !== '' && reserve === '') return at('estimate', 'estimate says how much hooks hold for a request, and this budget has them hold nothing', 'Write beside it: reserve = "hooks" (or type: --reserve hooks)')
  if (reserve !== '' && !hard) return at('reserve', 'reserve = "hooks" refuses requests, and hard = false refuses none', 'Keep one of them')
  return []
}

function readChannels(parsed: ParsedConfig, problems: Problem[], origins: Map<string, Origin>): Settings['notify'] {
  const counts = new Map<string, number>()
  return (parsed.sections.get('notify') ?? []).flatMap(found => {
    const read: ReadChannel = readChannel(found, counts)
    kept(read.table, found, problems, origins)
    problems.push(...read.problems)
    return read.channel === null ? [] : [read.channel]
  })
}

/** A table's words become fields; only what was written, so that defaults are decided in one place. */
function fieldsOf(values: BudgetValues, home: string, accounts: readonly Account[]): BudgetFields {
  const { id, limit, per, window, zone, on_breach: onBreach, fail_mode: failMode, unpriced, hard, reserve, estimate, grace: graceMs, thresholds } = values
  return {
    id, limit, selector: selectorOf(values, home, accounts),
    ...(per !== undefined && { per }), ...(window && { window }), ...(zone !== undefined && { zone }), ...(onBreach && { onBreach }),
    ...(failMode && { failMode }), ...(unpriced !== undefined && { unpriced }), ...(hard !== undefined && { hard }),
    ...(reserve !== undefined && { reserve }), ...(estimate !== undefined && { estimate }),
    ...(graceMs !== undefined && { graceMs }), ...(thresholds && { thresholds }),
  }
}

function selectorOf(values: BudgetValues, home: string, accounts: readonly Account[]): Selector {
  const selector: { [D in SelectorDimension]?: string } = {}
  for (const dimension of SELECTOR_DIMENSIONS) {
    const pattern = values[dimension]
    if (pattern !== undefined) selector[dimension] = dimension === 'project' ? expandPattern(pattern, home) : dimension === 'account' ? accountPattern(pattern, accounts) : pattern
  }
  return selector
}

