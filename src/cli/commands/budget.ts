// `purser budget set|list|show|remove`. The rule goes into the configuration file; what was spent stays in the ledger.
import type { BudgetRequest } from '../../api/control-plane.ts'
import { faint, strong, toned } from '../../core/text/line.ts'
import { answer, confirm, jsonText, note } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { renderBudget, renderBudgets } from '../render/budgets.ts'

const WINDOWS = ['day', 'week', 'month', '5h', '24h', '7d', 'lifetime'] as const
const ID = { value: 'ID', about: 'the id of a budget', completes: 'budget' } as const

export const budgetSet = command({
  operands: { id: { value: 'ID', about: 'stable name such as web-daily; left out, one is made of the scope and window', optional: true, completes: 'budget' } },
  options: {
    limit: { kind: 'value', value: 'AMOUNT', about: 'US dollars: 20 or 0.75', required: true, aliases: ['cap'] },
    window: { kind: 'value', value: 'WINDOW', about: 'what the limit is for', choices: WINDOWS, synonyms: { daily: 'day', weekly: 'week', monthly: 'month', total: 'lifetime', forever: 'lifetime' } },
    project: { kind: 'value', value: 'GLOB', about: 'name or path of a project: web-*', completes: 'folder' },
    branch: { kind: 'value', value: 'GLOB', about: 'branches: feature/*' },
    session: { kind: 'value', value: 'GLOB', about: 'one session id' },
    agent: { kind: 'value', value: 'GLOB', about: 'an agent: claude-code' },
    account: { kind: 'value', value: 'GLOB', about: 'a login, by its config folder: ~/.claude' },
    per: { kind: 'value', value: 'DIMENSION', about: 'a limit for each', choices: ['project', 'branch', 'session', 'agent', 'account'] },
    'on-breach': { kind: 'value', value: 'ACTION', about: 'warn tells you; deny stops agents by their hooks; terminate also ends their processes', choices: ['warn', 'deny', 'terminate'], synonyms: { kill: 'terminate', stop: 'terminate', block: 'deny', notify: 'warn' } },
    'fail-mode': { kind: 'value', value: 'MODE', about: 'what hooks do while purser does not answer: open lets agents go on, closed stops them', choices: ['open', 'closed'] },
    reserve: { kind: 'value', value: 'BY', about: 'hooks: hold what each request may cost before it is sent, and send none that does not fit', choices: ['hooks', 'none'] },
    estimate: { kind: 'value', value: 'HOW', about: 'how much: maximum, the most a request may cost; p95, what the session\'s own requests cost', choices: ['p95', 'maximum'], synonyms: { max: 'maximum' } },
    zone: { kind: 'value', value: 'ZONE', about: 'whose days and weeks: Europe/Paris' },
  },
  json: true,
  examples: [
    ['purser budget set --limit 20 --window day', 'tell me when today costs more than $20'],
    ['purser budget set web --project "web-*" --limit 20 --on-breach deny', 'stop agents there between two model calls, day by day'],
    ['purser budget set web --limit 50 --on-breach deny --reserve hooks', 'hold what each request may cost before it is sent: the limit holds'],
    ['purser budget set --per branch --limit 5 --on-breach terminate', '$5 a day for each branch, then end the process (once armed)'],
  ],
  notes: ['Setting the same ID again changes what is given and keeps the rest. Comments in the file stay.'],
  async run(context, given) {
    const request = budgetRequest(given.operands.id, given.options)
    const done = await context.plane().call('budget.set', request)
    if (given.json) context.out(jsonText(done))
    else {
      confirm(context, strong(done.budget.id), done.created ? ' made' : ' changed')
      if (!context.quiet) await answer(context, given, [done.budget], renderBudgets)
    }
    if (done.warning !== null) note(context, toned('warn', done.warning))
    return EXIT_DONE
  },
})

type SetOptions = Readonly<Record<'limit' | 'window' | 'project' | 'branch' | 'session' | 'agent' | 'account' | 'per' | 'on-breach' | 'fail-mode' | 'reserve' | 'estimate' | 'zone', string | undefined>>

function budgetRequest(id: string | undefined, options: SetOptions): BudgetRequest {
  const { 'on-breach': onBreach, 'fail-mode': failMode, reserve, estimate, ...rest } = options
  const given = Object.entries({ id, onBreach, failMode, reserve: reserve === 'none' ? '' : reserve, estimate: estimate === 'maximum' ? '' : estimate, ...rest }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as BudgetRequest
}

export const budgetList = command({
  operands: {}, options: { all: { kind: 'flag', about: 'closed ones too' } }, json: true,
  examples: [['purser budget list', 'spent, left, and the worst that can still happen, for each budget']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('budget.list', { all: given.options.all }), ({ budgets }, view) => renderBudgets(budgets, { ...view, rowsMax: Infinity }))
    return EXIT_DONE
  },
})

export const budgetShow = command({
  operands: { id: ID }, options: {}, json: true,
  examples: [['purser budget show web-daily', 'one budget in full, with its bound and why it holds']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('budget.show', { id: given.operands.id }), ({ budgets }, view) => renderBudget(budgets, view))
    return EXIT_DONE
  },
})

export const budgetRemove = command({
  operands: { id: ID }, options: {}, json: true,
  examples: [['purser budget remove web-daily', 'take the rule out of the configuration; records stay']],
  async run(context, given) {
    const done = await context.plane().call('budget.remove', { id: given.operands.id })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.removed), ' removed', faint('; what was spent stays in the records'))
    return EXIT_DONE
  },
})
