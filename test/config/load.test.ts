import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FAILOVER_DEFAULTS } from '../../src/core/failover/policy.ts'
import { loadConfig, type ConfigContext } from '../../src/config/load.ts'
import type { Problem } from '../../src/config/problems.ts'
import { codeOf, type AppError } from '../../src/core/errors.ts'
import { parseUsd } from '../../src/core/money.ts'

const CONTEXT: ConfigContext = { systemZone: 'Europe/Paris', home: '/home/u' }
const load = (text: string, context = CONTEXT) => loadConfig(text, '/c/config.toml', context)

/** Every problem as `line key: message`, or what it loaded when there is none. */
function problemsOf(text: string, context = CONTEXT): readonly string[] {
  try {
    load(text, context)
    return []
  } catch (error) {
    expect(codeOf(error)).toBe('config_invalid')
    const { file, problems } = (error as AppError).context as { file: string; problems: readonly Problem[] }
    expect(file).toBe('/c/config.toml')
    return problems.map(({ line, key, message, fix }) => `${line} ${key}: ${message} | ${fix}`)
  }
}
const messageOf = (text: string): string => { try { load(text); return '' } catch (error) { return (error as Error).message } }
const BUDGET = '[[budget]]\nid = "web"\nlimit = "20"\n'

describe('defaults', () => {
  it('are the documented ones', () => {
    expect(load('').settings).toEqual({
      zone: 'Europe/Paris', notify: [], budgets: [], accounts: [], external: [], retention: { auditDays: 400 }, failover: FAILOVER_DEFAULTS, enforcement: { sigkill: false, saveWork: [] }, defaults: { allocation: null }, risk: { rules: [], command: [], timeoutMs: 2_000 }, mcp: { write: false }, http: { port: 0 },
      logs: { roots: [], allowOutsideHome: false, maxFiles: 0, sweepMs: 2_000, warnGrowthBytes: 10_485_760 },
      pool: { prefix: 'purser-', startIndex: 10, min: 0, max: 4, agent: 'claude-code', project: '' }, sessions: [],
      tasks: { budget: 1_000_000_000n, perProject: 1, perAccount: 2, attempts: 3, timeoutMs: 3_600_000 },
    })
  })

  it('come where a key is left out, table or not', () => {
    expect(load('[logs]\nmax_files = 5\n[enforcement]\n[retention]').settings).toEqual({ ...load('').settings, logs: { ...load('').settings.logs, maxFiles: 5 } })
  })
})

describe('settings', () => {
  it('holds a whole file', () => {
    const { settings } = load(`zone = "UTC"
[logs]
roots = ["~/dev logs/", "/srv/logs"]
allow_outside_home = true
max_files = 2_000
sweep = "500ms"
warn_growth = "1GiB"
[[budget]]
id = "web-daily"
project = "~/src/web/"
branch = "feature/**"
per = "branch"
window = "weekly"
zone = "Asia/Tokyo"
cap = 0.1
on_breach = "kill"
fail_mode = "closed"
unpriced = "warn"
hard = true
grace = 0
thresholds = [90, 10]
[[notify]]
channel = "ntfy"
url = "https://ntfy.example/"
topic = "my topic"
[[notify]]
channel = "ntfy"
url = "https://ntfy.example/two"
token = "t"
min_level = "error"
[[notify]]
channel = "command"
command = ["say", "purser"]
[enforcement]
sigkill = true
save_work = ["none"]
[failover]
mode = "automatic"
consent = "2026-11-21"
cooldown = "15m"
return_margin = "1h"
wait = 0
message = ""
[retention]
audit_days = 7
`)
    expect(settings).toMatchObject({
      zone: 'UTC', logs: { roots: ['/home/u/dev logs', '/srv/logs'], allowOutsideHome: true, maxFiles: 2_000, sweepMs: 500, warnGrowthBytes: 2 ** 30 },
      failover: { mode: 'auto', consent: '2026-11-21', cooldownMs: 900_000, returnMarginMs: 3_600_000, waitMs: 0, message: '' },
      enforcement: { sigkill: true, saveWork: ['none'] }, retention: { auditDays: 7 }, defaults: { allocation: null }, risk: { rules: [], command: [], timeoutMs: 2_000 }, mcp: { write: false }, http: { port: 0 },
      notify: [
        { id: 'ntfy', channel: 'ntfy', url: 'https://ntfy.example/my%20topic', token: '', minLevel: 'warn' },
        { id: 'ntfy-2', channel: 'ntfy', url: 'https://ntfy.example/two', token: 't', minLevel: 'error' },
        { id: 'command', channel: 'command', command: ['say', 'purser'], minLevel: 'warn' },
      ],
    })
    expect(settings.budgets).toMatchObject([{
      id: 'web-daily', selector: { project: '/home/u/src/web', branch: 'feature/**' }, per: 'branch', window: 'week', zone: 'Asia/Tokyo', limit: parseUsd('0.1'),
      onBreach: 'terminate', failMode: 'closed', unpriced: 'warn', hard: true, graceMs: 0, thresholds: [10, 90],
    }])
  })

  it('takes money by its digits: no amount passes through a double', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 9_000_000_000_000_000_000n }), fc.boolean(), (nanos, quoted) => {
      const text = `${nanos / 1_000_000_000n}.${(nanos % 1_000_000_000n).toString().padStart(9, '0')}`
      expect(load(`[[budget]]\nid = "a"\nlimit = ${quoted ? `"${text}"` : text}`).settings.budgets[0]?.limit).toBe(nanos)
    }))
  })

  it('reads numbers of an inline table by their digits as well', () => {
    expect(load('budget = [{ id = "a", limit = 0.100000001 }, { id = "b", limit = 1_0 }]').settings.budgets.map(budget => budget.limit)).toEqual([100_000_001n, 10_000_000_000n])
  })

  it('makes a pattern of the home folder itself harmless', () => {
    const { settings } = load(`${BUDGET}project = "~/src/*"`, { ...CONTEXT, home: '/home/[u]*' })
    expect(settings.budgets[0]?.selector.project).toBe('/home/\\[u\\]\\*/src/*')
  })

  it('keeps budgets in file order', () => {
    expect(load(['c', 'a', 'b'].map(id => `[[budget]]\nid = "${id}"\nlimit = 1`).join('\n')).settings.budgets.map(budget => budget.id)).toEqual(['c', 'a', 'b'])
  })
})

describe('problems', () => {
  it.each<[what: string, text: string, expected: string]>([
    ['an unknown key', `${BUDGET}limt = 5`, '4 limt: limt is not a key | Did you mean limit? Write: limit = "20.00"'],
    ['an unknown key near an alias', `${BUDGET}perriod = "day"`, '4 perriod: perriod is not a key | Did you mean window? Write: window = "week"'],
    ['a key that is like none', '[logs]\ncolour = 5', '2 colour: colour is not a key | Known here: roots, allow_outside_home, max_files, sweep, warn_growth'],
    ['a key of another table', `${BUDGET}max_files = 5`, '4 max_files: max_files does not belong here | Move it below the [logs] header'],
    ['a top key below a header', '[logs]\n\nzone = "UTC"', '3 zone: zone does not belong here | Move it to the top of the file, above the first [table]'],
    ['an unknown table', '[log]\na = 1', '1 log: log is not a table of this file | Did you mean [logs]?'],
    ['an unknown list of tables', '\n[[limit]]\nid = "a"', '2 limit: limit is not a table of this file | Known here: zone, [logs], [[budget]], [[account]], [failover], [pool], [[session]], [tasks], [[notify]], [[external]], [enforcement], [defaults], [risk], [mcp], [http], [retention]'],
    ['one bracket for a list', '[budget]\nid = "a"\nlimit = 1', '1 budget: [budget] stands for one table, but there may be several | Write its header as [[budget]]'],
    ['two brackets for one table', '[[logs]]\nsweep = "2s"', '1 logs: [[logs]] is one table only | Write its header once, as [logs]'],
    ['a value for a table', 'logs = 5', '1 logs: logs is a table, not a value | Write the header [logs] and its keys below'],
    ['a value for a list', 'budget = "x"', '1 budget: budget is a list of tables, not a value | Write the header [[budget]] and its keys below'],
    ['an item that is no table', 'budget = [5]', '1 budget: budget 1 is not a table | Write the header [[budget]] and its keys below'],
    ['a missing id', '[[budget]]\nlimit = 1', '1 : id is missing | Add below its header: id = "web-daily"'],
    ['a missing limit', '# x\n[[budget]]\nid = "a"', '2 : limit is missing | Add below its header: limit = "20.00"'],
    ['a doubled id', `${BUDGET}${BUDGET}`, '5 id: id "web" is taken by the budget on line 2 | Write another one, such as: id = "web-2"'],
    ['a key said twice in two words', `${BUDGET}cap = 5`, '4 cap: limit and cap mean the same key | Keep one of them, as limit'],
    ['not a number', '[[budget]]\nid = "a"\nlimit = nan', '3 limit: limit is nan: not an amount of US dollars; write it like 20 or 0.75 (at most nine decimals, no sign) | Write: limit = "20.00"'],
    ['an exponent', '[[budget]]\nid = "a"\ncap = 1e3', '3 cap: cap is 1e3: not an amount of US dollars; write it like 20 or 0.75 (at most nine decimals, no sign) | Write: limit = "20.00"'],
    ['a bad pattern', `${BUDGET}project = "web-{a,b}"`, '4 project: project is "web-{a,b}", a pattern that has "{", but braces are no alternatives here; write one budget for each, or "\\{" for the character | Write: project = "web-*"'],
    ['a bad zone', 'zone = "Europe/Pariss"', '1 zone: zone is "Europe/Pariss", which is not a time zone of the IANA list | Did you mean: zone = "Europe/Paris"'],
    ['a slip in a word', `${BUDGET}on_breach = "terminat"`, '4 on_breach: on_breach is "terminat", but must be one of "warn", "deny", "terminate" | Did you mean: on_breach = "terminate"'],
    ['a wrong type', '[enforcement]\nsigkill = "yes"', '2 sigkill: sigkill is "yes", but must be true or false, without quotes | Write: sigkill = true'],
    ['a date', `${BUDGET}grace = 2026-01-01`, '4 grace: grace is a table or date, but must be a duration with its unit, such as "30s", "5m" or "500ms" | Write: grace = "2m"'],
    ['a list where one is wrong', `${BUDGET}thresholds = [50, 0]`, '4 thresholds: thresholds item 2 is 0, but must be a whole number from 1 to 1000 | Write: thresholds = [75, 90]'],
    ['a prototype', `${BUDGET}__proto__ = 5`, '4 __proto__: __proto__ is not a key | Known here: id, project, branch, session, agent, account, node, per, window, zone, limit, on_breach, fail_mode, unpriced, hard, reserve, estimate, grace, thresholds'],
    ['a key of another channel', '[[notify]]\nchannel = "slack"\nurl = "https://x.example/y"\nchat = "1"', '4 chat: chat means nothing to slack | It takes: url; remove chat'],
    ['a channel without what it needs', '[[notify]]\nchannel = "telegram"\ntoken = "x"', '1 : chat is missing, telegram cannot do without | Add below its header: chat = "123456789"'],
    ['an ntfy address without a topic', '[[notify]]\nchannel = "ntfy"\nurl = "https://ntfy.sh"', '3 url: the url has no topic | Write: topic = "purser"'],
    ['a relative root', '[logs]\nroots = ["logs"]', '2 roots: roots item 1 is "logs", but must be an absolute folder, or one that begins with "~/" | Write: roots = ["~/devcontainers/logs"]'],
  ])('%s is named with its line and what to type', (_, text, expected) => {
    expect(problemsOf(text)).toEqual([expected])
  })

  it('come all at once, in file order', () => {
    const found = problemsOf('zone = 5\nmax_files = 1\n[logs]\nsweep = 2\nx = 1\n[[budget]]\nid = "a"\nlimit = -1\n[[budget]]\nid = "a"\n[[notify]]\nchannel = "pigeon"\n[retention]\naudit_days = 0\n')
    expect(found.map(problem => problem.split(':')[0])).toEqual(['1 zone', '2 max_files', '4 sweep', '5 x', '8 limit', '9 ', '10 id', '12 channel', '14 audit_days'])
  })

  it('say the same lines with CRLF and a byte order mark', () => {
    const text = `# top\nzone = 5\n${BUDGET}limt = 1\n`
    expect(problemsOf(`\uFEFF${text.replaceAll('\n', '\r\n')}`)).toEqual(problemsOf(text))
  })

  it('name file, line and table in one sentence, and in a list', () => {
    expect(messageOf(`${BUDGET}limt = 5`)).toBe('/c/config.toml, line 4, budget "web": limt is not a key. Did you mean limit? Write: limit = "20.00"')
    expect(messageOf(`${BUDGET}limt = 5\nzone = 3`)).toBe('/c/config.toml has 2 problems:\n  line 4, budget "web": limt is not a key. Did you mean limit? Write: limit = "20.00"\n  line 5, budget "web": zone is 3, but must be an IANA time zone such as "Europe/Paris" or "UTC". Write: zone = "Europe/Paris"')
  })

  it('of syntax come alone, with line and column', () => {
    expect(messageOf('zone = "UTC"\n[[budget]]\nid = web')).toBe('/c/config.toml, line 3, column 6: not TOML: invalid value. Text needs quotes: key = "value"')
    expect(messageOf(`${BUDGET}limit = 5`)).toContain('line 4, column 1: not TOML: trying to redefine an already defined table or value. Each key may stand once')
  })

  it('a file with one character missing is an error, or says only what is still written in it', () => {
    const good = `${BUDGET}window = "day"\non_breach = "deny"\n[logs]\nsweep = "5s"\n`
    for (let at = 0; at < good.length; at++) {
      const damaged = good.slice(0, at) + good.slice(at + 1)
      try {
        const { settings } = load(damaged)
        // What still parses still has the budget or has no table of it at all; a limit is never made up.
        for (const budget of settings.budgets) expect([parseUsd('20'), parseUsd('2'), parseUsd('0')]).toContain(budget.limit)
      } catch (error) {
        expect(codeOf(error), damaged).toBe('config_invalid')
      }
    }
  })

  it('throws nothing else, whatever the text', () => {
    const piece = fc.constantFrom('[[budget]]\n', '[logs]\n', '[notify]\n', '[[notify]]\n', 'id = "a"\n', 'limit = 1\n', 'limit = nan\n', 'sweep = []\n', 'zone = {}\n', 'channel = "ntfy"\n', 'url = "x"\n', '= 5\n', 'a.b = 1\n', 'budget = 5\n', '"" = 1\n', '[[budget.x]]\n', '[budget.limit]\n', 'thresholds = [[1]]\n')
    fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 10 }), pieces => {
      try {
        load(pieces.join(''))
      } catch (error) {
        expect(codeOf(error)).toBe('config_invalid')
      }
    }), { numRuns: 1_000 })
  })
})

describe('environment', () => {
  const withVariables = (environment: Record<string, string>) => ({ ...CONTEXT, environment })

  it('overrides single keys, whatever the file says', () => {
    const { settings, origins } = load('zone = "UTC"\n[logs]\nsweep = "5s"', withVariables({ PURSER_ZONE: 'Asia/Tokyo', PURSER_LOGS_SWEEP: '1s', PURSER_LOGS_MAX_FILES: '7', PURSER_ENFORCEMENT_SIGKILL: 'true', PURSER_RETENTION_AUDIT_DAYS: '' }))
    expect(settings).toMatchObject({ zone: 'Asia/Tokyo', logs: { sweepMs: 1_000, maxFiles: 7 }, enforcement: { sigkill: true }, retention: { auditDays: 400 } })
    expect([origins.get('zone'), origins.get('logs.sweep'), origins.get('retention.audit_days')]).toEqual([{ from: 'environment', line: 0 }, { from: 'environment', line: 0 }, undefined])
  })

  it('names the variable that is wrong', () => {
    expect(problemsOf('', withVariables({ PURSER_LOGS_SWEEP: 'often', PURSER_LOGS_MAX_FILES: '1e3' }))).toEqual([
      '0 PURSER_LOGS_MAX_FILES: PURSER_LOGS_MAX_FILES is 1e3, but must be a whole number from 0 to 1000000 | Unset it, or set it like: PURSER_LOGS_MAX_FILES=2000',
      '0 PURSER_LOGS_SWEEP: PURSER_LOGS_SWEEP is "often", but must be a duration with its unit, such as "30s", "5m" or "500ms" | Unset it, or set it like: PURSER_LOGS_SWEEP=5s',
    ])
  })
})

describe('version', () => {
  it('changes with the text, the system zone and what overrides it, and with nothing else', () => {
    const versions = [load(''), load('\n'), load('', { ...CONTEXT, systemZone: 'UTC' }), load('', { ...CONTEXT, environment: { PURSER_LOGS_MAX_FILES: '5' } })].map(({ version }) => version)
    expect(new Set(versions).size).toBe(4)
    expect(load('', { ...CONTEXT, environment: { PATH: '/bin' } }).version).toBe(load('').version)
  })
})
