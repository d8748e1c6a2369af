// One answer per operation with every field present, optional ones too: the compiler refuses a sample that lacks a key of
// the contract. The documentation test and the renderings read these.
import { poolSamples } from './pool-samples.ts'
import { taskSamples } from './task-samples.ts'
import { failoverSamples } from './failover-answers.ts'
import type { IndexProgress, OperationName, Operations, UsageCore } from '../../src/api/control-plane.ts'
import type { HooksAnswer } from '../../src/api/hooks-answer.ts'
import type { LedgerExportAnswer, LedgerVerifyAnswer } from '../../src/api/ledger-answers.ts'
import { entries, reserveSamples } from './reserve-samples.ts'
import { claim, claimSamples } from './claim-samples.ts'
import { externalSamples } from './external-samples.ts'
import { sampleReport } from './sample-report.ts'
import type { StatuslineAnswer } from '../../src/api/statusline-answer.ts'
import type { UninstallAnswer } from '../../src/api/uninstall-answer.ts'

/** Every optional key required, every list with something in it, unions and nulls as they are. */
export type Complete<T> =
  T extends readonly (infer Item)[] ? ([Item] extends [never] ? readonly never[] : readonly [Complete<Item>, ...Complete<Item>[]])
    : T extends object ? { readonly [K in keyof T]-?: Complete<Exclude<T[K], undefined>> }
      : T

export const usage = (cost: string, over: Partial<UsageCore> = {}): Complete<UsageCore> => ({
  responses: 1204, tokens: { input: 310_200, output: 88_104, cacheRead: 41_200_000, cacheWrite5m: 1_200_000, cacheWrite1h: 40_000 },
  cost, atLeast: false, estimated: 0, partial: 0, ...over,
  unpriced: { responses: over.unpriced?.responses ?? 0, models: ['claude-opus-9'] },
})

const day = { kind: 'day', start: '2026-11-20T23:00:00.000Z', end: '2026-11-21T23:00:00.000Z', zone: 'Europe/Paris' } as const

export const budget: Complete<Operations['budget.list']['out']['budgets'][number]> = {
  id: 'web-daily', scope: { project: 'web-*' }, per: 'branch', perValue: 'main', window: day,
  limit: '20.00', spent: '14.204561', reserved: '0.00', remaining: '5.795439', atLeast: false, state: 'active', onBreach: 'deny', reserve: { by: 'hooks', estimate: 'maximum' }, class: 'H',
  bound: { cost: '0.41', because: '2 sessions may each finish one request of at most $0.205 before their next hook', estimate: false, unseen: '0.02' },
  task: { parent: 'nightly', progress: 0.4, createdAt: '2026-11-21T12:00:00.000Z', updatedAt: '2026-11-21T15:00:00.000Z' },
}

export const lock: Complete<Operations['lock.show']['out']['lock']> = {
  id: 'L3f9a2c', rule: 'api-daily', scope: { project: 'api' }, perValue: 'main', window: day,
  reason: 'budget api-daily is spent: $20.13 of $20.00 today', limit: '20.00', spent: '20.134', lockedAt: '2026-11-21T13:02:11.000Z', expiresAt: '2026-11-21T23:00:00.000Z',
  released: { at: '2026-11-21T14:00:00.000Z', by: 'ada', reason: 'demo day' }, needsConfirmation: true, signals: { from: '2026-11-21T13:02:41.000Z', armed: true },
  actions: [
    { kind: 'notify', target: 'desktop', state: 'done', at: '2026-11-21T13:02:11.100Z', outcome: 'shown' },
    { kind: 'interrupt', target: '4121@88123', state: 'done', at: '2026-11-21T13:02:11.140Z', outcome: 'idle after 1.2 s' },
    { kind: 'terminate', target: '4121@88123', state: 'failed', at: '2026-11-21T13:02:41.300Z', outcome: 'not permitted: the process belongs to uid 0' },
  ],
}

export const session: Complete<Operations['status']['out']['sessions'][number]> = {
  ...usage('3.1042'), session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001', agent: 'claude-code', pid: 4121, state: 'busy', project: '/home/ada/src/web-app', branch: 'main',
  account: '~/.claude', seenAt: '2026-11-21T15:11:48.000Z',
}

export const sessionRecord: Complete<Operations['session.show']['out']['session']> = {
  agent: 'claude-code', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001', state: 'lost', process: { pid: 4121, startTime: '88123', startedAt: '2026-11-21T14:02:00.000Z' }, copies: [4188],
  generation: 2, account: '~/.claude', project: '/home/ada/src/web-app', branch: 'main', cwd: '/home/ada/src/web-app', worktree: '/home/ada/src/web-app', model: 'claude-opus-5-5',
  pane: 'purser-10', startedAt: '2026-11-21T13:40:00.000Z', seenAt: '2026-11-21T15:11:48.000Z',
  resume: { argv: ['claude', '--permission-mode', 'plan', '--resume', '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001'], cwd: '/home/ada/src/web-app', differs: 'its permission mode is not known, so it starts in the one of its settings' },
  because: '',
}

export const quota: Complete<Operations['status']['out']['quota'][number]> = {
  agent: 'claude-code', account: '~/.claude', window: 'five_hour', minutes: 300, usedPercent: 91.5, resetsAt: '2026-11-21T16:03:00.000Z', observedAt: '2026-11-21T15:11:48.000Z', evidence: 'statusline', exhausted: false,
}

export const account: Complete<Operations['account.show']['out']['account']> = {
  id: 'work', agent: 'claude-code', account: '~/.claude-work', home: '/home/ada/.claude-work', role: 'standby', configured: true, state: 'exhausted', because: '5h quota is spent', until: '2026-11-21T16:03:00.000Z',
  login: { kind: 'oauth', expected: '3f9a2c71b04e8d5a', found: '3f9a2c71b04e8d5a', organisation: false, sameAs: ['spare'] }, organisationAllowed: false, pinned: true, inUse: true, unattended: '2026-11-21', sharesWith: ['main'],
}

export const progress: Complete<IndexProgress> = { files: 812, filesTotal: 1204, bytes: 671_088_640, bytesTotal: 1_073_741_824, responses: 20_411 }

type Samples = { readonly [N in OperationName]: Complete<Operations[N]['out']> }

const sampleStatus: Samples['status'] = {
  version: '0.1.0', asOf: '2026-11-21T15:12:00.000Z', zone: 'Europe/Paris',
  config: { file: '/home/ada/.config/purser/config.toml', version: '9c41', problem: null },
  daemon: { running: true, pid: 4242, socket: '/run/user/1000/purser/purser.sock', armed: false, version: '0.1.0', catchingUp: false, observe: false },
  today: usage('24.831045', { atLeast: true, unpriced: { responses: 3, models: ['claude-opus-9'] } }),
  projects: [
    { ...usage('4.5201', { responses: 254, atLeast: true }), project: '/home/ada/src/api', name: 'api', branch: 'main' },
    { ...usage('14.20', { responses: 640 }), project: '/home/ada/src/web-app', name: 'web-app', branch: 'main' },
    { ...usage('6.11', { responses: 310 }), project: '/home/ada/src/web-app', name: 'web-app', branch: 'feature/login' },
  ],
  sessions: [session, { ...session, ...usage('0.42'), session: 'b21d0c5e-1111-4f4e-9a55-02a1c1b0a002', state: 'idle', pid: null, project: '/home/ada/src/api', branch: '', seenAt: '2026-11-21T15:01:00.000Z' }],
  budgets: [budget, { ...budget, id: 'all', per: '', perValue: '', scope: {}, window: { ...day, kind: 'month', end: '2026-11-30T23:00:00.000Z' }, limit: '400.00', spent: '371.20', remaining: '28.80', onBreach: 'warn', class: 'O', bound: { cost: '1.90', because: 'the largest request of each session', estimate: true, unseen: '0.00' } }],
  locks: [lock], claims: [claim], quota: [quota, { ...quota, window: 'seven_day', minutes: 10_080, usedPercent: null, resetsAt: null, exhausted: true, evidence: 'log' }],
}

export const samples: Samples = {
  ...failoverSamples,
  'hello': { version: '0.1.0', pid: 4242 },
  'index.progress': { progress },
  'config.check': { file: '/home/ada/.config/purser/config.toml', exists: true, version: '9c41', budgets: 2, problems: [{ line: 12, key: 'budget.0.windw', message: 'unknown key "windw"; did you mean "window"?' }] },
  'status': sampleStatus,
  'report': sampleReport(usage),
  'top': { status: sampleStatus, minutes: ['0.00', '0.05', '0.12'], hour: '3.40', rates: [{ agent: 'claude-code', session: session.session, cost: '0.60' }], rateMinutes: 5, lines: [{ agent: 'claude-code', session: session.session, model: 'Opus 5.5', contextPercent: 42, clientCost: '3.11', at: '2026-11-21T15:11:50.000Z' }] },
  'index': { files: 1204, filesRead: 1200, responses: 45_678, added: 44_998, entriesPosted: 45_000, bytes: 1_073_741_824, malformed: 3 },
  'budget.set': { budget, created: true, warning: 'already spent: $21.00 of $20.00; hooks deny now, signals wait for: purser arm --confirm web-daily' },
  'budget.list': { budgets: [budget] },
  'budget.show': { budgets: [budget], entries },
  'budget.remove': { removed: 'web-daily' },
  ...reserveSamples(budget),
  ...claimSamples,
  'caller': { proven: true, agent: 'claude-code', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001', pid: 4121, startTime: '88123', proof: 'registry', project: '/home/ada/src/web-app', branch: 'main' },
  ...externalSamples,
  ...taskSamples,
  ...poolSamples,
  'lock.list': { locks: [lock] },
  'lock.show': { lock },
  'lock.release': { lock, raised: '5.00' },
  'lock.prune': { removed: 4 },
  'session.list': { sessions: [sessionRecord, { ...sessionRecord, session: 'ses_41', agent: 'opencode', state: 'unproven', process: null, copies: [4121], generation: 0, pane: null, startedAt: null, seenAt: null, resume: null, because: 'the folder it worked in is gone: /home/ada/src/old' }] },
  'session.show': { session: sessionRecord },
  'session.resume': { agent: 'claude-code', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001', argv: ['claude', '--permission-mode', 'plan', '--resume', '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001'], cwd: '/home/ada/src/web-app', variables: { CLAUDE_CONFIG_DIR: null }, differs: '' },
  'run.check': { ok: true, limit: '4.58' },
  'run.begin': { ok: true, startTime: '395962' },
  'run.end': { run: 'run-9974ac24b4', sessions: [{ agent: 'claude-code', session: '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2' }], cost: '0.42', atLeast: false, responses: 12, budget: '5.00', complete: true, because: '' },
  'session.stop': { lock, target: true, because: 'session proven by the client\'s registry, start time matches', armed: true, says: 'its hooks will refuse it, and pid 4121 will be interrupted, then terminated' },
  'quota': { zone: 'Europe/Paris', windows: [{ ...quota, id: 'main', forecast: { perHour: 12.5, runsOutAt: '2026-11-21T15:52:00.000Z', overMinutes: 90 } }, { ...quota, window: 'seven_day', minutes: 10_080, id: '', forecast: null }] },
  'account.add': { account, created: true, warning: 'nobody can work on it yet; type: purser account login-help work' },
  'account.list': { accounts: [account, { ...account, id: 'main', account: '~/.claude', home: '/home/ada/.claude', role: 'primary', state: 'ok', because: '', until: null, pinned: false, inUse: false, unattended: '' }, { ...account, id: '~/.codex', account: '~/.codex', home: '/home/ada/.codex', agent: 'codex', configured: false, state: 'auth_broken', because: 'nobody is signed in', until: null }] },
  'account.show': { account, quota: [quota] },
  'account.share': { did: 'shared', files: 12, bytes: 48_000, backups: ['/home/ada/.claude-work/projects.before-purser'], folder: '/home/ada/.claude-work/projects' },
  'account.use': { account },
  'account.remove': { removed: 'work' },
  'account.enable': { account },
  'account.disable': { account },
  'account.pin': { account },
  'account.login-help': { account, type: ['CLAUDE_CONFIG_DIR=/home/ada/.claude-work claude /login'], notes: ['sign in without signing out first: signing out revokes the login that is stored'] },
  'arm': { armed: true, since: '2026-11-21T15:12:00.000Z', waiting: ['web-daily'], confirmed: 1, signalsFrom: '2026-11-21T15:12:30.000Z' },
  'disarm': { armed: false },
  'ps': {
    processes: [
      { pid: 4121, startedAt: '2026-11-21T12:00:00.000Z', agent: 'claude-code', session: session.session, cwd: '/home/ada/src/web-app/packages/ui', project: '/home/ada/src/web-app', target: true, because: 'session proven by the client\'s registry, start time matches' },
      { pid: 900, startedAt: null, agent: 'claude-code', session: '', cwd: '', project: '', target: false, because: 'it is an ancestor of this program' },
    ],
  },
  'events': { events: [{ id: 71, at: '2026-11-21T13:02:11.000Z', code: 'budget.breached', level: 'warn', fields: { budget: 'api-daily', spent: '20.134', branch: null } }], last: 71 },
  'pricing.show': {
    card: '2026.11-1a2b3c4d',
    models: [{
      known: true, model: 'claude-sonnet-9', card: '2026.11-1a2b3c4d', id: 'claude-sonnet-9', vendor: 'anthropic', how: 'exact', regional: false, aliases: ['sonnet'],
      rows: [{
        from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z', hours: '01:00-04:00 UTC', inForce: true,
        prices: { input: '3.00', output: '15.00', cacheRead: '0.30', cacheWrite5m: '3.75', cacheWrite1h: '6.00' }, assumed: ['cacheWrite1h'],
        longPrompts: [{ above: 200_000, prices: { input: '6.00', output: '22.50', cacheRead: '0.60', cacheWrite5m: '7.50', cacheWrite1h: '12.00' } }],
        webSearch: '10.00', source: 'https://example.test/prices',
      }],
      modifiers: [{ kind: 'batch', times: '1/2', from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z', inForce: true, source: 'https://example.test/batch' }],
    }],
  },
  'pricing.diagnose': {
    card: '2026.11-1a2b3c4d', unpriced: [{ model: 'claude-opus-9', responses: 3, tokens: 81_223 }],
    disagreements: [{ model: 'claude-sonnet-9', clientCost: '10.00', ourCost: '10.21', percent: '2.1' }],
  },
  'pricing.reprice': { repriced: 3, cost: '1.04', stillUnpriced: 1 },
  'agent.list': {
    agents: [{
      agent: 'codex', name: 'Codex', found: true, estimated: 'its tokens are guessed from text', folders: ['/home/ada/.codex/sessions'], logs: [{ source: 'rollouts', count: 227 }], unread: 1, accounts: ['~/.codex'], responses: 2_811,
      lastWrittenAt: '2026-11-18T09:00:00.000Z', lastSpentAt: '2026-11-18T08:59:00.000Z', unpriced: { responses: 12, models: ['codex-auto-review'] }, partial: 3,
      flaws: [{ kind: 'malformed', times: 3, files: 2 }, { kind: 'inferred', times: 1, files: 1 }],
    }],
  },
  'agent.doctor': {
    findings: [
      { id: 'agent.codex', level: 'ok', title: 'Codex: 227 logs in 2 folders, 2,811 responses', detail: '/home/ada/.codex/sessions', remedy: '' },
      { id: 'agent.codex.unpriced', level: 'warn', title: 'Codex: 12 responses without a price', detail: 'codex-auto-review.', remedy: 'What the card knows: `purser pricing diagnose`' },
    ],
  },
  'ledger.import': {
    file: 'laptop.jsonl.gz', dryRun: false, from: { node: 'n-1f2e3d4c', purser: '0.1.0', exportedAt: '2026-11-20T18:00:00.000Z', own: false },
    responses: 70_912, added: 48_210, completed: 7, known: 22_695, entriesPosted: 48_219, cost: '912.40',
  },
  'ledger.rebuild': {
    fromLogs: true, balances: { budgets: 2, corrected: 1 }, backup: '/home/ada/.local/state/purser/backups/purser-2026-11-21T15-12-00-000Z.db', logs: { files: 2_415, bytes: 1_073_741_824 },
    compared: { same: 70_000, gained: 12, keptPrice: 3, lost: 900, lostCost: '41.20', months: [{ month: '2026-08', responses: 900, cost: '41.20' }] },
  },
  'ledger.progress': { progress: { step: 'importing', done: 12_582_912, total: 50_331_648, unit: 'bytes' } },
  'hooks.heard': { lastHeardAt: '2026-11-21T15:11:48.000Z' },
  'notify.test': { results: [{ channel: 'desktop', ok: true, detail: 'shown in 40 ms' }, { channel: 'ntfy', ok: false, detail: 'HTTP 403 from ntfy.example; check the access token of this channel' }] },
  'doctor': {
    findings: [
      { id: 'sqlite', level: 'ok', title: 'SQLite 3.53.0', detail: '', remedy: '' },
      { id: 'hooks', level: 'warn', title: 'Hooks are not installed', detail: 'Agents are then only stopped by signals, after a response is logged.', remedy: 'purser hooks install' },
      { id: 'retention', level: 'info', title: 'Claude Code deletes logs after 30 days', detail: 'purser keeps what it has read.', remedy: '' },
      { id: 'database', level: 'error', title: 'The database cannot be written', detail: '/home/ada/.local/state/purser/purser.db: read-only file system', remedy: 'mount it read-write, or set PURSER_STATE' },
    ],
  },
  'config.show': { file: '/home/ada/.config/purser/config.toml', version: '9c41', problem: 'line 12: unknown key "windw"; did you mean "window"?', values: [{ key: 'zone', value: 'Europe/Paris', from: 'config.toml:1' }, { key: 'logs.sweep', value: '2s', from: 'default' }] },
  'down': { stopping: true },
}

export const hooksAnswer: Complete<HooksAnswer> = {
  agent: 'claude-code', scope: 'user', state: 'installed', changed: true, events: ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolBatch', 'SessionEnd'], others: 2,
  files: [
    { path: '/home/ada/.claude/settings.json', what: 'settings', did: 'wrote', backup: '/home/ada/.local/state/purser/backups/settings.json.1' },
    { path: '/home/ada/.local/state/purser/purser-hook.sh', what: 'script', did: 'wrote', backup: null },
  ],
  warnings: ['not covered: claude --bare'],
}

export const statuslineAnswer: Complete<StatuslineAnswer> = {
  agent: 'claude-code', scope: 'user', state: 'installed', changed: true, own: '~/.claude/line.sh --short',
  files: [
    { path: '/home/ada/.claude/settings.json', what: 'settings', did: 'wrote', backup: '/home/ada/.local/state/purser/statusline/receipts/1.settings.json' },
    { path: '/home/ada/.local/state/purser/statusline/purser-statusline.sh', what: 'script', did: 'wrote', backup: null },
  ],
  warnings: ['curl was not found: each line then starts Node, about 40 ms instead of 15'],
}

export const verifyAnswer: Complete<LedgerVerifyAnswer> = {
  database: '/home/ada/.local/state/purser/purser.db', entries: 71_530,
  findings: [
    { id: 'ledger.file', level: 'ok', title: 'The database file is sound', detail: '', remedy: '' },
    { id: 'ledger.balances', level: 'error', title: '1 balance is not the sum of its entries', detail: 'web-daily from 2026-11-21T00:00:00.000Z: $19.00 instead of $21.00. Budgets judge by balances.', remedy: 'Compute them anew: `purser ledger rebuild`' },
  ],
}

export const exportAnswer: Complete<LedgerExportAnswer> = {
  file: '/home/ada/ledger.jsonl.gz', bytes: 4_194_304, format: 1, node: 'n-9a8b7c6d', since: null, until: null, entries: 71_530, responses: 70_912,
  digest: `sha256:${'ab'.repeat(32)}`,
}

export const uninstallAnswer: Complete<UninstallAnswer> = {
  purged: false,
  steps: [
    { what: 'daemon', path: '', did: 'stopped', detail: 'pid 4242' },
    { what: 'hooks', path: '/home/ada/.claude/settings.json', did: 'restored', detail: 'as it was before purser, byte for byte' },
    { what: 'state', path: '/home/ada/.local/state/purser', did: 'kept', detail: 'records of what was spent' },
  ],
}
