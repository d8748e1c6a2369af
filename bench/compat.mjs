// Does `--compat` say what the genuine tool says? Both read one home; every report is compared row by row: the keys of each
// object and their order, every token, every cent. What differs is listed; docs/ccusage.md says which of it is meant.
//
//   node bench/compat.mjs [--mib 20] [--home DIR] [--all]
//
// ccusage 20 (native) and 18 come from the npm registry into a temporary folder; PURSER_BENCH_CCUSAGE names one that has them.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { corpusHome } from './corpus.mjs'

const VERSIONS = { native: '20.0.24', old: '18.0.11' }
const PURSER = path.join(import.meta.dirname, '..', 'dist', 'cli.cjs')
const SHOWN = 5
const UNMEANT = 'NOT MEANT'
// ccusage adds doubles, purser rounds one exact sum: they part in the last digits.
const CENT_SHARE = 1e-9
// It lists a row's models in the order in which its threads came to them: only which they are is compared.
const UNORDERED = /modelsUsed$|models$/

// One agent each. With --home they are compared on whatever that home holds of them.
const SIBLINGS = ['codex', 'opencode', 'gemini', 'qwen', 'copilot', 'amp', 'droid', 'kimi', 'pi', 'kilo', 'goose', 'openclaw', 'codebuff', 'hermes', 'grok', 'zcode']
// What the ledger does not keep, and no row can show: docs/ccusage.md says why.
const LEFT_OUT = new Set(['usageLimitResetTime', 'reasoningOutputTokens', 'directory', 'sessionFile', 'credits'])
const PRICED = new Set(['missingPricing', 'unpricedModels'])

const REPORTS = [
  ...['daily', 'weekly', 'monthly', 'session', 'blocks'].map(kind => ({ name: `ccusage ${kind}`, theirs: [kind], ours: [kind, '--compat', 'ccusage'] })),
  { name: 'ccusage daily --by-agent', theirs: ['daily', '--by-agent'], ours: ['daily', '--compat', 'ccusage', '--by', 'agent'] },
  { name: 'ccusage monthly --no-cost', theirs: ['monthly', '--no-cost'], ours: ['monthly', '--compat', 'ccusage', '--no-cost'] },
  ...['daily', 'weekly', 'monthly', 'session'].map(kind => ({ name: `ccusage claude ${kind}`, theirs: ['claude', kind], ours: [kind, '--compat', 'ccusage-claude'] })),
  { name: 'ccusage claude daily -o desc', theirs: ['claude', 'daily', '--order', 'desc'], ours: ['daily', '--compat', 'ccusage-claude', '--order', 'desc'] },
  { name: 'ccusage claude daily --instances', theirs: ['claude', 'daily', '--instances'], ours: ['daily', '--compat', 'ccusage-claude', '--instances'] },
  { name: 'ccusage claude daily, a zone', theirs: ['claude', 'daily', '--timezone', 'Asia/Kathmandu'], ours: ['daily', '--compat', 'ccusage-claude', '--zone', 'Asia/Kathmandu'] },
  { name: 'ccusage daily, a month', theirs: ['daily', '--since', '20260201', '--until', '20260228'], ours: ['daily', '--compat', 'ccusage', '--since', '20260201', '--until', '20260228'] },
  ...['daily', 'weekly', 'monthly', 'session', 'blocks'].map(kind => ({ name: `ccusage@18 ${kind}`, old: true, theirs: [kind], ours: [kind, '--compat', 'ccusage@18'] })),
  { name: 'ccusage daily --sections', theirs: ['daily', '--sections', 'weekly,session'], ours: ['daily', '--compat', 'ccusage', '--sections', 'weekly,session'] },
  { name: 'ccusage session --sections', theirs: ['session', '--sections', 'monthly', '--since', '20260201'], ours: ['session', '--compat', 'ccusage', '--sections', 'monthly', '--since', '20260201'] },
  { name: 'ccusage claude weekly -w wednesday', theirs: ['claude', 'weekly', '-w', 'wednesday'], ours: ['weekly', '--compat', 'ccusage-claude', '-w', 'wednesday'] },
  ...SIBLINGS.flatMap(agent => ['daily', 'monthly', 'session', ...(agent === 'opencode' ? ['weekly'] : [])].map(kind => ({ name: `ccusage ${agent} ${kind}`, counted: agent !== 'codex', theirs: [agent, kind], ours: [kind, '--compat', `ccusage-${agent}`] }))),
  { name: 'ccusage@18 daily --instances', old: true, theirs: ['daily', '--instances'], ours: ['daily', '--compat', 'ccusage@18', '--instances'] },
]

const { values } = parseArgs({ options: { mib: { type: 'string', default: '20' }, home: { type: 'string' }, all: { type: 'boolean', default: false } } })
const tools = installed(process.env.PURSER_BENCH_CCUSAGE ?? mkdtempSync(path.join(tmpdir(), 'purser-compat-')))
const home = values.home ?? corpusHome(mkdtempSync(path.join(tmpdir(), 'purser-compat-home-')), { mib: Number(values.mib) }).home
const env = { PATH: process.env.PATH, HOME: home, TZ: 'UTC' }

const say = line => process.stdout.write(`${line}\n`)
let broken = 0, unmeant = 0
for (const report of REPORTS) {
  const command = report.old ? tools.old : tools.native
  if (!command) {
    say(`${report.name}: not installed here, left out`)
    continue
  }
  const theirs = answer([...command, ...report.theirs, '--json', '--offline'])
  const zone = report.ours.includes('--zone') ? [] : ['--zone', 'UTC']
  const differences = withTokens(compare(theirs, answer([process.execPath, PURSER, 'report', ...report.ours, ...zone, '--json'])))
  const shapes = differences.filter(each => each.kind === 'shape')
  broken += shapes.length
  say(`${report.name.padEnd(34)} ${shapes.length === 0 ? 'same shape' : 'OTHER SHAPE'}   ${differences.length === 0 ? 'every figure the same' : ''}`.trimEnd())
  const reasons = grouped(differences, each => meant(each, report))
  for (const [reason, own] of reasons) {
    if (reason === UNMEANT) unmeant += own.length
    say(`    ${String(own.length).padStart(5)}  ${reason}`)
    for (const each of values.all || reason === UNMEANT ? own.slice(0, values.all ? Infinity : SHOWN) : []) say(`           ${each.at}: ccusage ${short(each.theirs)}, purser ${short(each.ours)}`)
  }
}
say(`${broken} differences of shape, ${unmeant} of figures that docs/ccusage.md does not name`)
process.exitCode = broken + unmeant > 0 ? 1 : 0

function grouped(items, keyOf) {
  const groups = new Map()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

/** Which of the intended differences of docs/ccusage.md this is. */
function meant({ at, theirs, ours, row, tokensDiffer }, { old, counted }) {
  const more = typeof theirs === 'number' && typeof ours === 'number' && ours > theirs
  const less = typeof theirs === 'number' && typeof ours === 'number' && ours < theirs
  if (LEFT_OUT.has(at.slice(at.lastIndexOf('.') + 1))) return 'what the ledger does not keep is left out'
  if (counted) return 'counted by the rules of the agent\'s README'
  if (/Activity$|actualEndTime$/.test(at) || /gap-/.test(at)) return 'a response is dated by its first record, not its last'
  if (at.endsWith('entries') || at.includes('<synthetic>')) return 'error messages without usage are no responses'
  if (old && (row.startsWith('sessions') || at.startsWith('sessions'))) return 'version 18 takes the folder of a log for its session'
  if (more && at.endsWith('Tokens')) return old ? 'version 18 keeps the first, unfinished copy of a response' : 'records with null fields and later copies are counted'
  if ((more || (old && less && tokensDiffer)) && /[cC]ost/.test(at)) return tokensDiffer ? 'the cost of those tokens' : 'web searches cost money'
  if (old && less && at.endsWith('Tokens')) return 'version 18 counts what a side question replays a second time'
  if (/missingPricing$|unpricedModels/.test(at)) return 'another rate card'
  const agent = (theirs ?? ours)?.agent
  if (agent !== undefined && agent !== 'claude' && at.startsWith('session[')) return 'sessions have the agent\'s own id, not the path of their log'
  if (/^(sessions?|projects)\b/.test(at) || /^(sessions?|projects)\b/.test(row)) return 'what a fork repeats belongs to one session and its project'
  return UNMEANT
}

function installed(folder) {
  const native = path.join(folder, 'node_modules', '@ccusage', `ccusage-${process.platform}-${process.arch}`, 'bin', 'ccusage')
  const old = path.join(folder, 'node_modules', 'ccusage-18', 'dist', 'index.js')
  const wanted = [...(existsSync(native) ? [] : [`@ccusage/ccusage-${process.platform}-${process.arch}@${VERSIONS.native}`]), ...(existsSync(old) ? [] : [`ccusage-18@npm:ccusage@${VERSIONS.old}`])]
  if (wanted.length > 0) spawnSync('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', ...wanted], { stdio: 'ignore' })
  // The registry's archive carries no right to execute it.
  if (existsSync(native)) chmodSync(native, 0o755)
  return { native: existsSync(native) ? [native] : null, old: existsSync(old) ? [process.execPath, old] : null }
}

function answer(argv) {
  const { status, stdout, stderr, error } = spawnSync(argv[0], argv.slice(1), { env, encoding: 'utf8', maxBuffer: 1 << 30 })
  if (error) throw error
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr.slice(0, 400)}`)
  return JSON.parse(stdout)
}

/** Whether tokens differ anywhere in the report: only then may money differ because of them. */
function withTokens(differences) {
  const tokensDiffer = differences.some(each => each.at.endsWith('Tokens'))
  return differences.map(each => ({ ...each, tokensDiffer }))
}

/** Everything that differs, each with its place. Rows are matched by what names them, so that one more row is one difference. */
function compare(theirs, ours, at = '', row = '') {
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    const named = new Map(ours.map((each, index) => [nameOf(each, index), each]))
    const found = theirs.flatMap((each, index) => {
      const name = nameOf(each, index)
      const own = named.get(name)
      named.delete(name)
      return own === undefined ? [{ kind: 'value', row: `${row}${at}[${name}]`, at: `${at}[${name}]`, theirs: each, ours: undefined }] : compare(each, own, `${at}[${name}]`, row === '' && typeof each === 'object' ? `${at}[${name}]` : row)
    })
    const sequence = !UNORDERED.test(at) && theirs.length === ours.length && found.length === 0 && theirs.some((each, index) => nameOf(each, index) !== nameOf(ours[index], index))
    return [...found, ...[...named].map(([name, each]) => ({ kind: 'value', row: `${at}[${name}]`, at: `${at}[${name}]`, theirs: undefined, ours: each })),
      ...(sequence ? [{ kind: 'value', row: `${row}${at}`, at: `${at} order`, theirs: theirs.map(nameOf), ours: ours.map(nameOf) }] : [])]
  }
  if (isObject(theirs) && isObject(ours)) {
    const [a, b] = [Object.keys(theirs), Object.keys(ours)]
    const listed = at.endsWith('projects')
    // Which models have a price is a figure, not a form: it differs with the rate card.
    const known = a.filter(key => !LEFT_OUT.has(key) && !PRICED.has(key))
    if (!listed && known.join() !== b.filter(key => !PRICED.has(key)).join()) return [{ kind: 'shape', row, at: `${at} keys`, theirs: a, ours: b }]
    return [...new Set([...a, ...b])].flatMap(key => compare(theirs[key], ours[key], at === '' ? key : `${at}.${key}`, row))
  }
  if (typeof theirs === 'number' && typeof ours === 'number' && Math.abs(theirs - ours) <= Math.abs(theirs) * CENT_SHARE) return []
  if (theirs === ours) return []
  return [{ kind: theirs !== undefined && ours !== undefined && typeof theirs !== typeof ours && theirs !== null && ours !== null ? 'shape' : 'value', row, at, theirs, ours }]
}

function isObject(value) { return typeof value === 'object' && value !== null && !Array.isArray(value) }

/** What tells a row from the others of its list: its period, its session, its model; else its place. */
function nameOf(value, index) {
  if (!isObject(value)) return String(value)
  const { period, date, week, month, sessionId, modelName, id, agent } = value
  return [period, date, week, month, sessionId, modelName, id].find(each => each !== undefined) ?? agent ?? String(index)
}

function short(value) {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 97)}...` : text
}
