// Every setting with its value and where it came from: what `purser config show` prints. Secrets are said to be set,
// never shown.
import type { Account } from '../core/accounts/account.ts'
import { SELECTOR_DIMENSIONS } from '../core/budgets/selector.ts'
import type { Budget } from '../core/budgets/budget.ts'
import type { NotifySettings } from '../core/config/settings.ts'
import { usdText } from '../core/money.ts'
import type { NamedSession } from '../core/sessions/pool.ts'
import { externalPairs } from './external.ts'
import type { LoadedConfig, Origin } from './load.ts'

export interface ExplainedKey {
  /** `logs.sweep`, `budget.web-daily.limit`, `notify.ntfy.url`. */
  readonly key: string
  /** As TOML. */
  readonly value: string
  readonly from: Origin['from']
  /** In the file; 0 where it does not stand there. */
  readonly line: number
}

export function explain({ settings, origins }: LoadedConfig): readonly ExplainedKey[] {
  const row = (key: string, value: Shown, place = key): ExplainedKey => ({ key, value: toml(value), ...(origins.get(place) ?? DEFAULT) })
  const { logs, enforcement, retention, failover } = settings
  return [
    row('zone', settings.zone),
    row('logs.roots', logs.roots), row('logs.allow_outside_home', logs.allowOutsideHome), row('logs.max_files', logs.maxFiles),
    row('logs.sweep', durationToml(logs.sweepMs)), row('logs.warn_growth', sizeToml(logs.warnGrowthBytes)),
    ...settings.budgets.flatMap((budget, position) => budgetPairs(budget).map(([name, value]) => row(`budget.${budget.id}.${name}`, value, `budget.${position}.${name}`))),
    ...settings.notify.flatMap((channel, position) => channelPairs(channel).map(([name, value]) => row(`notify.${channel.id}.${name}`, value, `notify.${position}.${name}`))),
    ...settings.accounts.flatMap((account, position) => accountPairs(account).map(([name, value]) => row(`account.${account.id}.${name}`, value, `account.${position}.${name}`))),
    ...settings.external.flatMap((source, position) => externalPairs(source, { address: withoutPath, duration: durationToml }).map(([name, value]) => row(`external.${source.id}.${name}`, value, `external.${position}.${name}`))),
    row('pool.prefix', settings.pool.prefix), row('pool.start_index', settings.pool.startIndex), row('pool.min', settings.pool.min), row('pool.max', settings.pool.max), row('pool.agent', settings.pool.agent),
    ...(settings.pool.project === '' ? [] : [row('pool.project', settings.pool.project)]),
    ...settings.sessions.flatMap((session, position) => sessionPairs(session).map(([name, value]) => row(`session.${session.name}.${name}`, value, `session.${position}.${name}`))),
    row('tasks.budget', usdText(settings.tasks.budget)), row('tasks.per_project', settings.tasks.perProject), row('tasks.per_account', settings.tasks.perAccount), row('tasks.attempts', settings.tasks.attempts), row('tasks.timeout', durationToml(settings.tasks.timeoutMs)),
    row('enforcement.sigkill', enforcement.sigkill), row('enforcement.save_work', enforcement.saveWork),
    row('retention.audit_days', retention.auditDays),
    ...(settings.defaults.allocation === null ? [] : [row('defaults.allocation', usdText(settings.defaults.allocation))]),
    row('failover.mode', failover.mode), row('failover.consent', failover.consent), row('failover.cooldown', durationToml(failover.cooldownMs)),
    row('failover.return_margin', durationToml(failover.returnMarginMs)), row('failover.wait', durationToml(failover.waitMs)), row('failover.message', failover.message),
    row('risk.rules', settings.risk.rules), row('risk.command', settings.risk.command), row('risk.timeout', durationToml(settings.risk.timeoutMs)),
    row('mcp.write', settings.mcp.write), row('http.port', settings.http.port),
  ]
}

type Shown = string | number | boolean | readonly (string | number)[]
const DEFAULT: Origin = { from: 'default', line: 0 }

function budgetPairs(budget: Budget): readonly (readonly [string, Shown])[] {
  return [
    ['id', budget.id],
    ...SELECTOR_DIMENSIONS.flatMap(dimension => (budget.selector[dimension] === undefined ? [] : [[dimension, budget.selector[dimension]] as const])),
    ['per', budget.per], ['window', budget.window], ['zone', budget.zone], ['limit', usdText(budget.limit)], ['on_breach', budget.onBreach],
    ['fail_mode', budget.failMode], ['unpriced', budget.unpriced], ['hard', budget.hard], ['reserve', budget.reserve], ['estimate', budget.estimate], ['grace', durationToml(budget.graceMs)], ['thresholds', budget.thresholds],
  ]
}

const accountPairs = ({ id, home, agent, role, organisation, unattended }: Account): readonly (readonly [string, Shown])[] =>
  [['id', id], ['home', home], ['agent', agent], ['role', role], ['organisation', organisation], ['unattended', unattended]]

const sessionPairs = ({ name, project, agent, account }: NamedSession): readonly (readonly [string, Shown])[] =>
  [['name', name], ['project', project], ['agent', agent], ...(account === '' ? [] : [['account', account] as const])]

function channelPairs(channel: NotifySettings): readonly (readonly [string, Shown])[] {
  const { id: _, minLevel, ...rest } = channel
  const shown = Object.entries(rest).map(([name, value]): readonly [string, Shown] => [name, name === 'token' || name === 'secret' ? (value === '' ? '' : '(set)') : name === 'url' ? withoutPath(String(value)) : value])
  return [...shown, ['min_level', minLevel]]
}

/** The path of a webhook's address is its secret. */
function withoutPath(address: string): string {
  const url = new URL(address)
  return url.pathname === '/' && url.search === '' ? url.origin : `${url.origin}/...`
}

const toml = (value: Shown): string => (typeof value === 'object' ? `[${value.map(toml).join(', ')}]` : JSON.stringify(value))

/** The largest unit that says it exactly, as the file would: `90s`, `2m`, `500ms`. */
function durationToml(ms: number): string {
  const [unit, size] = ([['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1_000], ['ms', 1]] as const).find(([, each]) => ms !== 0 && ms % each === 0) ?? ['s', 1_000]
  return `${ms / size}${unit}`
}

function sizeToml(bytes: number): string {
  const [unit, size] = ([['GiB', 2 ** 30], ['MiB', 2 ** 20], ['KiB', 2 ** 10], ['B', 1]] as const).find(([, each]) => bytes % each === 0) ?? ['B', 1]
  return `${bytes / size}${unit}`
}
