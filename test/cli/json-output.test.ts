// docs/json-output.md is a contract: every field of every answer is in it, and nothing else is.
import { reservation } from '../support/reserve-samples.ts'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { failoverMove } from '../support/failover-answers.ts'
import { claim, gitHookAnswer, held } from '../support/claim-samples.ts'
import { externalChain } from '../support/external-samples.ts'
import { poolSamples, seat } from '../support/pool-samples.ts'
import { attempt, task, taskSamples } from '../support/task-samples.ts'
import { account, budget, exportAnswer, hooksAnswer, lock, quota, samples, session, sessionRecord, statuslineAnswer, uninstallAnswer, usage, verifyAnswer } from '../support/sample-answers.ts'

const document = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'json-output.md'), 'utf8')

/** Heading -> field -> type, of every table. */
const sections = new Map(document.split(/^### /m).slice(1).map(text => {
  const rows = [...text.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(([, field = '', type = '']) => [field, type.trim()] as const)
  return [text.slice(0, text.indexOf('\n')).trim(), new Map(rows)] as const
}))

const BUDGET_VERBS = [
  ['allocate', 'budget.allocate'], ['check', 'budget.check'], ['reserve', 'budget.reserve'], ['settle', 'budget.settle'], ['release', 'budget.release'], ['extend', 'budget.extend'],
  ['record', 'budget.record'], ['top-up', 'budget.topUp'], ['progress', 'budget.progress'], ['burn-rate', 'budget.burnRate'], ['forecast', 'budget.forecast'], ['report', 'budget.report'],
  ['close', 'budget.close'], ['reopen', 'budget.reopen'], ['approve', 'budget.approve'], ['refuse', 'budget.refuse'],
] as const
const SHAPES: Readonly<Record<string, unknown>> = { holder: held.heldBy, claim, 'usage core': usage('1.00'), window: budget.window, budget, lock, reservation, quota, account, seat, task, attempt, session, 'external source': externalChain, 'session record': sessionRecord, move: failoverMove }
const { waiting: _waiting, again: _again, ...heldAnswer } = held
const takenAnswer = { ...claim, how: 'granted', ...samples['claim.take'] }
const ANSWERS: Readonly<Record<string, unknown>> = {
  'purser status': samples.status, 'purser report': samples.report, 'purser index': samples.index,
  'purser budget set': samples['budget.set'], 'purser budget list': samples['budget.list'], 'purser budget show': samples['budget.show'], 'purser budget remove': samples['budget.remove'],
  ...Object.fromEntries(BUDGET_VERBS.map(([verb, name]) => [`purser budget ${verb}`, samples[name]])),
  'purser lock list': samples['lock.list'], 'purser lock show': samples['lock.show'], 'purser lock release': samples['lock.release'], 'purser lock prune': samples['lock.prune'], 'purser lock path': { path: '' },
  'purser quota': samples.quota, 'purser account add': samples['account.add'], 'purser account list': samples['account.list'], 'purser account show': samples['account.show'], 'purser account remove': samples['account.remove'], 'purser account use': samples['account.use'], 'purser account share': samples['account.share'],
  'purser failover plan': samples['failover.plan'], 'purser failover run': samples['failover.run'], 'purser failover status': samples['failover.status'], 'purser failover abort': samples['failover.abort'], 'purser failover history': samples['failover.history'],
  'purser account enable': samples['account.enable'], 'purser account disable': samples['account.disable'], 'purser account pin': samples['account.pin'], 'purser account login-help': samples['account.login-help'],
  'purser claim take': { ...heldAnswer, ...takenAnswer, waiting: held.waiting }, 'purser claim renew': { ...heldAnswer, ...takenAnswer },
  'purser claim release': { ...heldAnswer, ...samples['claim.release'] }, 'purser claim list': samples['claim.list'], 'purser claim show': samples['claim.show'], 'purser claim wait': { ...heldAnswer, again: true },
  'purser claim break': samples['claim.break'], 'purser claim git-hook': gitHookAnswer,
  'purser arm': samples.arm, 'purser disarm': samples.disarm, 'purser ps': samples.ps, 'purser events': samples.events.events[0],
  'purser session list': samples['session.list'], 'purser session show': samples['session.show'], 'purser session stop': samples['session.stop'],
  'purser pool': poolSamples['pool.up'],
  'purser task add': taskSamples['task.add'], 'purser task list': taskSamples['task.list'], 'purser task show': taskSamples['task.show'], 'purser task cancel': taskSamples['task.cancel'], 'purser task retry': taskSamples['task.retry'], 'purser task logs': taskSamples['task.logs'],
  'purser pricing show': samples['pricing.show'], 'purser pricing diagnose': samples['pricing.diagnose'], 'purser pricing reprice': samples['pricing.reprice'],
  'purser hooks': { ...hooksAnswer, lastHeardAt: samples['hooks.heard'].lastHeardAt }, 'purser statusline': statuslineAnswer, 'purser notify test': samples['notify.test'], 'purser doctor': samples.doctor, 'purser agent list': samples['agent.list'], 'purser agent doctor': samples['agent.doctor'],
  'purser ledger verify': verifyAnswer, 'purser ledger export': exportAnswer, 'purser ledger import': samples['ledger.import'], 'purser ledger rebuild': samples['ledger.rebuild'],
  'purser external list': samples['external.list'], 'purser external show': samples['external.show'], 'purser external sync': samples['external.sync'], 'purser external reset': samples['external.reset'],
  'purser config show': samples['config.show'], 'purser config check': samples['config.check'], 'purser config path': { path: '' }, 'purser down': samples.down, 'purser uninstall': uninstallAnswer,
}

const shapeOf = (type: string | undefined): string | null => /\]\(#([a-z-]+)\)/.exec(type ?? '')?.[1]?.replaceAll('-', ' ') ?? null

/** Fields of `value` as the document would name them; a field whose row names a shape, a map or nothing yet ends there. */
function fieldsOf(value: unknown, at: string, rows: ReadonlyMap<string, string>): readonly string[] {
  if (Array.isArray(value)) return endsAt(`${at}[]`, rows) || value.length === 0 ? [`${at}[]`] : [...new Set(value.flatMap(item => fieldsOf(item, `${at}[]`, rows)))]
  if (typeof value !== 'object' || value === null || endsAt(at, rows)) return [at]
  const spread = at === '' ? '*' : `${at}.*`
  const shape = shapeOf(rows.get(spread))
  const covered = shape === null ? [] : Object.keys(SHAPES[shape] as object)
  const own = Object.entries(value).filter(([key]) => !covered.includes(key)).flatMap(([key, item]) => fieldsOf(item, at === '' ? key : `${at}.${key}`, rows))
  return shape === null ? own : [spread, ...own]
}

const endsAt = (at: string, rows: ReadonlyMap<string, string>): boolean => shapeOf(rows.get(at)) !== null || /^(map|nothing yet)$/.test(rows.get(at) ?? '')

describe.each(Object.entries({ ...SHAPES, ...ANSWERS }))('docs/json-output.md on %s', (name, answer) => {
  it('has exactly its fields', () => {
    const rows = sections.get(name)
    if (!rows) throw new Error(`docs/json-output.md has no section "### ${name}"`)
    expect([...rows.keys()].sort()).toEqual([...new Set(fieldsOf(answer, '', rows))].sort())
  })
})

it('has a section for every command with --json, and for nothing else', async () => {
  const documented = [...sections.keys()].filter(name => name.startsWith('purser '))
  expect(documented.sort()).toEqual(Object.keys(ANSWERS).sort())
  for (const entry of COMMANDS) {
    const covered = documented.some(name => name === `purser ${entry.name}` || `purser ${entry.name}`.startsWith(`${name} `))
    expect([entry.name, covered]).toEqual([entry.name, (await entry.load()).json])
  }
})
it('names only shapes that it describes', () => {
  const named = [...sections.values()].flatMap(rows => [...rows.values()]).map(shapeOf).filter(shape => shape !== null)
  expect([...new Set(named)].sort()).toEqual(Object.keys(SHAPES).sort())
})
