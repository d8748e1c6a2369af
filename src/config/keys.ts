// Every key of the config file: how it is read, what it is when left out, what it means. The parser, the file written on
// first start, `config show` and docs/config.md are all made from this table, so a key without a reader cannot exist.
import { ACCOUNT_AGENTS, ACCOUNT_ROLES, type AccountAgent, type AccountRole } from '../core/accounts/account.ts'
import type { Budget, OnBreach, WindowKind } from '../core/budgets/budget.ts'
import { BUDGET_DEFAULTS } from '../core/budgets/define.ts'
import { SELECTOR_DIMENSIONS, type SelectorDimension } from '../core/budgets/selector.ts'
import { WINDOW_KINDS } from '../core/budgets/window.ts'
import { CHANNEL_KINDS, type ChannelKind } from '../core/machine/channel-settings.ts'
import { SAVE_WORK_DEFAULT } from '../core/enforcement/save-work.ts'
import type { EventLevel } from '../core/events/event.ts'
import { DAY_MS, durationText, HOUR_MS } from '../core/time.ts'
import { EXTERNAL_KEYS } from './external-keys.ts'
import { FAILOVER_KEYS } from './failover-keys.ts'
import { DEFAULTS_KEYS, HTTP_KEYS, MCP_KEYS, RISK_KEYS } from './reserve-keys.ts'
import { POOL_KEYS, SESSION_KEYS, TASKS_KEYS } from './session-keys.ts'
import { address, choice, dayOrEmpty, duration, flag, folder, glob, id, list, money, size, text, whole, zone, zoneOrEmpty, type Reader } from './readers.ts'

export interface Key<T> {
  readonly read: Reader<T>
  /** The default as TOML; null where the key has to be written, '' where leaving it out means something of its own. */
  readonly fallback: string | null
  /** A value as TOML that is valid and differs from the default: shown in errors, docs and tests. */
  readonly example: string
  /** One sentence or two for docs and the commented file. */
  readonly says: string
  /** Other names people use for it. */
  readonly also?: readonly string[]
}
export type Keys = Readonly<Record<string, Key<unknown>>>
/** What a table of these keys holds once read: only what was written. */
export type Values<K extends Keys> = { readonly [N in keyof K]?: K[N] extends Key<infer T> ? T : never }

const key = <T>(one: Key<T>): Key<T> => one

export const TOP_KEYS = {
  zone: key({
    read: zone, fallback: '', example: '"Europe/Paris"', also: ['timezone', 'time_zone', 'tz'],
    says: 'IANA time zone of reports and of budgets that name none. The system\'s own when left out; written on first start, so that moving the machine does not move a day.',
  }),
}

export const LOGS_KEYS = {
  roots: key({ read: list(folder, 100), fallback: '[]', example: '["~/devcontainers/logs"]', also: ['root', 'paths'], says: 'Further folders with agent logs, or further config homes (`~/.codex-old`); the agents\' own are found.' }),
  allow_outside_home: key({ read: flag, fallback: 'false', example: 'true', says: 'Whether a root may lie outside your home folder.' }),
  max_files: key({ read: whole(0, 1_000_000), fallback: '0', example: '2000', says: 'How many logs are followed, the most recently written first; 0 is all. One warning says how many wait.' }),
  sweep: key({ read: duration(100, HOUR_MS), fallback: '"2s"', example: '"5s"', also: ['poll', 'interval', 'poll_interval'], says: 'How often every followed log is looked at; file watching only makes it sooner.' }),
  warn_growth: key({ read: size(1, 2 ** 40), fallback: '"10MiB"', example: '"64MiB"', says: 'Growth of one log in one step that is worth a warning, once per file.' }),
}

const DIMENSION_SAYS: Readonly<Record<SelectorDimension, string>> = {
  project: 'the root folder of the repository or its name', branch: 'the git branch', session: 'the agent\'s session id',
  agent: 'the agent, such as `claude-code`', account: 'the config home of the login, such as `~/.claude`, or the id of an account of this file', node: 'the id of the machine',
}
const DIMENSION_EXAMPLE: Readonly<Record<SelectorDimension, string>> = {
  project: '"web-*"', branch: '"feature/**"', session: '"8a1f*"', agent: '"claude-code"', account: '"~/.claude-work"', node: '"laptop-*"',
}
const dimension = (name: SelectorDimension): Key<string> =>
  key({ read: glob, fallback: '', example: DIMENSION_EXAMPLE[name], says: `Counts only what matches this pattern: ${DIMENSION_SAYS[name]}. Everything when left out.` })

/** What users also say for a window or an action; read as the word it stands for. */
export const WINDOW_WORDS: Readonly<Record<string, WindowKind>> = {
  daily: 'day', today: 'day', weekly: 'week', monthly: 'month', '5hours': '5h', '1d': '24h', rolling: '24h', '7days': '7d', '168h': '7d', total: 'lifetime', forever: 'lifetime', all: 'lifetime',
}
export const BREACH_WORDS: Readonly<Record<string, OnBreach>> = { kill: 'terminate', stop: 'terminate', block: 'deny', refuse: 'deny', notify: 'warn', alert: 'warn' }
const PER_WORDS = ['', ...SELECTOR_DIMENSIONS] as const

export const BUDGET_KEYS = {
  id: key({ read: id, fallback: null, example: '"web-daily"', also: ['name'], says: 'Stable name of the budget. Renaming it starts a new one: its alerts and locks are keyed by it.' }),
  project: dimension('project'), branch: dimension('branch'), session: dimension('session'),
  agent: dimension('agent'), account: dimension('account'), node: dimension('node'),
  per: key({ read: choice(PER_WORDS), fallback: '""', example: '"branch"', says: 'Empty is one total over everything that matches; a dimension gives each of its values a balance of its own, with the whole limit each.' }),
  window: key({
    read: choice(WINDOW_KINDS, WINDOW_WORDS), fallback: `"${BUDGET_DEFAULTS.window}"`, example: '"week"', also: ['period'],
    says: '`day`, `week` (ISO, from Monday) and `month` follow the calendar of the zone; `5h`, `24h` and `7d` end now; `lifetime` never ends.',
  }),
  zone: key({ read: zoneOrEmpty, fallback: '""', example: '"Europe/Paris"', also: ['timezone', 'time_zone', 'tz'], says: 'IANA time zone of this budget\'s calendar; empty is the zone of the file.' }),
  limit: key({ read: money, fallback: null, example: '"20.00"', also: ['cap', 'cap_usd', 'amount', 'max'], says: 'US dollars as decimal text, at most nine decimals; whole numbers need no quotes. 0 means nothing may be spent.' }),
  on_breach: key({
    read: choice<OnBreach>(['warn', 'deny', 'terminate'], BREACH_WORDS), fallback: `"${BUDGET_DEFAULTS.onBreach}"`, example: '"deny"', also: ['action', 'onbreach'],
    says: 'Once more than the limit is spent: `warn` tells you; `deny` also lets hooks refuse prompts and tools; `terminate` also stops the process, in steps, after `purser arm`.',
  }),
  fail_mode: key({ read: choice(['open', 'closed'] as const), fallback: `"${BUDGET_DEFAULTS.failMode}"`, example: '"closed"', says: 'What hooks do while purser does not answer: `open` lets work go on, `closed` refuses.' }),
  unpriced: key({
    read: choice(['', 'warn', 'deny'] as const), fallback: '""', example: '"deny"',
    says: 'What a response without a known price does to a hard budget: `warn` or `deny`, which locks without signals. Empty is `deny` where on_breach is `deny` or `terminate`, else `warn`.',
  }),
  hard: key({ read: flag, fallback: String(BUDGET_DEFAULTS.hard), example: 'false', says: 'false only tells, whatever on_breach says, and refuses no request.' }),
  reserve: key({
    read: choice<Budget['reserve']>(['', 'hooks'], { none: '' }), fallback: '""', example: '"hooks"',
    says: '`hooks`: before each request the agent\'s hook asks, and the most it may cost is held until the log shows what it did; what does not fit is not sent. Only agents with hooks ask (docs/budgets.md, class R).',
  }),
  estimate: key({
    read: choice<Budget['estimate']>(['', 'p95'], { maximum: '', max: '' }), fallback: '""', example: '"p95"',
    says: 'With `reserve = "hooks"`: hold what 95 of 100 requests of the session itself cost instead of the most one may, for limits that a largest request does not fit. The limit can then be passed: what is printed is an estimate.',
  }),
  grace: key({ read: duration(0, DAY_MS), fallback: `"${durationText(BUDGET_DEFAULTS.graceMs)}"`, example: '"2m"', says: 'From the breach to the first signal, with the deadline shown; 0 interrupts at once.' }),
  thresholds: key({
    read: list(whole(1, 1_000), 20), fallback: `[${BUDGET_DEFAULTS.thresholds.join(', ')}]`, example: '[75, 90]', also: ['alerts', 'alert_at'],
    says: 'Percentages of the limit at which you are told, once per window each.',
  }),
}

export const NOTIFY_KEYS = {
  channel: key({ read: choice<ChannelKind>(CHANNEL_KINDS), fallback: null, example: '"desktop"', also: ['type', 'kind'], says: 'Where to tell: `desktop`, `ntfy`, `telegram`, `slack`, `webhook` or `command`.' }),
  min_level: key({ read: choice<EventLevel>(['info', 'warn', 'error'], { warning: 'warn' }), fallback: '"warn"', example: '"error"', also: ['level'], says: 'Nothing below this level is sent.' }),
  url: key({ read: address, fallback: '', example: '"https://ntfy.example/purser"', also: ['server', 'endpoint'], says: 'Address of ntfy (with the topic, unless `topic` has it), slack or webhook; for telegram another server than api.telegram.org.' }),
  topic: key({ read: text('an ntfy topic in quotes'), fallback: '', example: '"purser"', says: 'ntfy: the topic, put behind the url.' }),
  token: key({ read: text('a token in quotes'), fallback: '', example: '"tk_example"', says: 'ntfy and webhook: sent as a bearer token. telegram: the bot\'s token, required. Never shown or logged.' }),
  secret: key({ read: text('a secret in quotes'), fallback: '', example: '"whsec_dGVsbC1tZQ=="', also: ['signing_secret'], says: 'webhook: signs every notice (HMAC-SHA256, Standard Webhooks headers). Never shown or logged.' }),
  chat: key({ read: text('a chat id in quotes'), fallback: '', example: '"123456789"', also: ['chat_id'], says: 'telegram: the chat to write to, required.' }),
  command: key({ read: list(text(), 64), fallback: '', example: '["notify-me", "--quiet"]', also: ['cmd', 'run'], says: 'command: the program and its arguments, run without a shell; the notice comes on its standard input.' }),
}

export const ACCOUNT_KEYS = {
  id: key({ read: id, fallback: null, example: '"work"', also: ['name'], says: 'Stable name of the account, in commands and in `account` of a budget. What it spent is kept under its home, so renaming it changes no history.' }),
  home: key({ read: folder, fallback: null, example: '"~/.claude-work"', also: ['config_dir', 'config_home', 'folder'], says: 'Config home of the login: what `CLAUDE_CONFIG_DIR` or `CODEX_HOME` would name. Its logs and its live sessions are found from then on.' }),
  agent: key({ read: choice<AccountAgent>(ACCOUNT_AGENTS, { claude: 'claude-code' }), fallback: '"claude-code"', example: '"codex"', says: 'The agent whose login it is.' }),
  role: key({ read: choice<AccountRole>(ACCOUNT_ROLES, { main: 'primary', spare: 'standby', backup: 'standby' }), fallback: '"standby"', example: '"primary"', says: 'Work starts on the `primary` and comes back to it; a `standby` is tried when it cannot go on, in the order of the file. One primary for each agent; without any, the first account is it.' }),
  organisation: key({ read: flag, fallback: 'false', example: 'true', also: ['organization', 'managed'], says: 'Whether work may be moved to it although an organisation manages it: ask there first.' }),
  unattended: key({ read: dayOrEmpty, fallback: '""', example: '"2026-11-21"', says: 'The day on which you agreed that tasks nobody watches may be moved to this account; empty is no. Read what your vendor allows first.' }),
}

export const ENFORCEMENT_KEYS = {
  sigkill: key({ read: flag, fallback: 'false', example: 'true', says: 'Whether a process that ignores SIGTERM gets SIGKILL.' }),
  save_work: key({
    read: list(text('a command or tool name in quotes'), 100), fallback: '[]', example: '["make checkpoint"]', also: ['allow'],
    says: `Further calls that may save work after a breach, a bounded number of times: command beginnings or tool names, beside ${SAVE_WORK_DEFAULT.map(entry => `\`${entry}\``).join(', ')}. \`["none"]\` allows none at all.`,
  }),
}

export const RETENTION_KEYS = {
  audit_days: key({ read: whole(1, 36_500), fallback: '400', example: '90', says: 'Days that the audit trail keeps its rows. What was spent is kept for good.' }),
}

export interface Section {
  readonly name: string
  /** `[[name]]`, any number of times. */
  readonly repeated: boolean
  readonly keys: Keys
  readonly says: string
}

export const SECTIONS: readonly Section[] = [
  { name: 'logs', repeated: false, keys: LOGS_KEYS, says: 'Which logs are read and how.' },
  { name: 'budget', repeated: true, keys: BUDGET_KEYS, says: 'A limit on what a scope spends in a window. Every budget that matches applies.' },
  { name: 'account', repeated: true, keys: ACCOUNT_KEYS, says: 'A login of yours with a config home of its own. `purser account add` writes one.' },
  { name: 'failover', repeated: false, keys: FAILOVER_KEYS, says: 'Moving work to another login of yours when a quota is spent. Off, unless something stands here. docs/failover.md tells the whole of it.' },
  { name: 'pool', repeated: false, keys: POOL_KEYS, says: 'Terminals of purser\'s own, on a tmux server of its own. docs/sessions.md and docs/tasks.md tell the whole of it.' },
  { name: 'session', repeated: true, keys: SESSION_KEYS, says: 'A session with a terminal and a folder of its own, which `purser pool up` opens and takes up again.' },
  { name: 'tasks', repeated: false, keys: TASKS_KEYS, says: 'What queued tasks may use unless they say otherwise.' },
  { name: 'notify', repeated: true, keys: NOTIFY_KEYS, says: 'Where alerts and breaches are told. None is needed: `purser status` and `purser events` always know.' },
  { name: 'external', repeated: true, keys: EXTERNAL_KEYS, says: 'Spend that no log shows: a provider\'s bill, or a contract that records what is spent. docs/external.md tells the whole of it.' },
  { name: 'enforcement', repeated: false, keys: ENFORCEMENT_KEYS, says: 'How far stopping may go. Signals are only sent after `purser arm`.' },
  { name: 'defaults', repeated: false, keys: DEFAULTS_KEYS, says: 'What is meant when nothing is said.' },
  { name: 'risk', repeated: false, keys: RISK_KEYS, says: 'Who judges a request for money before it is granted; nobody, unless something stands here. docs/budgets.md tells the whole of it.' },
  { name: 'mcp', repeated: false, keys: MCP_KEYS, says: 'What agents may do through the MCP server. docs/mcp.md tells the whole of it.' },
  { name: 'http', repeated: false, keys: HTTP_KEYS, says: 'The operations on a loopback port. docs/http.md tells the whole of it.' },
  { name: 'retention', repeated: false, keys: RETENTION_KEYS, says: 'How long things are kept.' },
]

/** Keys of a notify table beside `channel` and `min_level`, by channel: what it must and may have. */
export const CHANNEL_KEYS: Readonly<Record<ChannelKind, { readonly needs: readonly string[]; readonly may: readonly string[] }>> = {
  desktop: { needs: [], may: [] },
  ntfy: { needs: ['url'], may: ['topic', 'token'] },
  telegram: { needs: ['token', 'chat'], may: ['url'] },
  slack: { needs: ['url'], may: [] },
  webhook: { needs: ['url'], may: ['token', 'secret'] },
  command: { needs: ['command'], may: [] },
}
