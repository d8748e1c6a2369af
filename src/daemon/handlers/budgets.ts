// Budgets on request: the configuration is the source of rules, so setting one edits the file and puts it in force.
import type { Handlers } from '../../api/control-plane.ts'
import type { Budget } from '../../core/budgets/budget.ts'
import { SELECTOR_DIMENSIONS } from '../../core/budgets/selector.ts'
import { AppError } from '../../core/errors.ts'
import { usdText } from '../../core/money.ts'
import { asBudget } from '../../core/reservations/task-budget.ts'
import { judgeAfterEdit } from '../world/judge-edit.ts'
import { budgetIdFor } from '../../config/budget-words.ts'
import { forgetUnkept } from '../world/standings.ts'
import type { World } from '../world/world.ts'
import { editBudget, withoutBudget } from '../world/config.ts'
import { budgetAnswers } from './budget-answer.ts'
import { entryAnswer } from './tasks.ts'

// The newest; a report tells how many there are.
const ENTRIES_SHOWN = 50

export function budgetHandlers(world: World, afterChange: () => void): Pick<Handlers, 'budget.set' | 'budget.list' | 'budget.show' | 'budget.remove'> {
  const all = (): readonly Budget[] => world.config.current().settings.budgets
  const named = (id: string): Budget => {
    const found = all().find(budget => budget.id === id)
    if (!found) throw new AppError('not_found', `there is no budget "${id}"; list them with: purser budget list`)
    return found
  }
  return {
    'budget.list': async ({ all: every = false }) => {
      const tasks = await world.stores.read(() => (every ? world.stores.tasks.all() : world.stores.tasks.open()))
      return { budgets: await budgetAnswers(world, [...all(), ...tasks.map(asBudget)]) }
    },
    'budget.show': async ({ id }) => {
      const { task, notes } = await world.stores.read(function* () { return { task: yield* world.stores.tasks.get(id), notes: yield* world.stores.tasks.notesOf(id, ENTRIES_SHOWN) } })
      return { budgets: await budgetAnswers(world, [task ? asBudget(task) : named(id)]), entries: notes.map(entryAnswer) }
    },
    'budget.remove': async ({ id }) => {
      named(id)
      world.config.edit(text => withoutBudget(text, id, world.places.configFile, world.environment))
      await forgetUnkept(world)
      await world.enforcement.audit([{ code: 'budget.removed', level: 'warn', fields: { rule: id } }], world.clock.now())
      afterChange()
      return { removed: id }
    },
    'budget.set': async request => {
      const id = request.id ?? budgetIdFor(request, all(), world.environment.home)
      const before = all().find(budget => budget.id === id)
      // An unset shell variable must not make a limit on one project a limit on everything. Taking a pattern out of a
      // budget takes its name.
      const empty = request.id === undefined || before === undefined ? SELECTOR_DIMENSIONS.find(dimension => request[dimension] === '') : undefined
      if (empty !== undefined) throw new AppError('invalid_input', `--${empty} is empty; leave it out to match everything`)
      const state = world.config.edit(text => editBudget(text, { ...request, id }, world.places.configFile, world.environment))
      const budget = state.settings.budgets.find(each => each.id === id)
      if (!budget) throw new Error(`budget ${id} was written and is not there`)
      await world.enforcement.audit([{ code: before ? 'budget.changed' : 'budget.created', level: 'info', fields: { rule: id, limit: usdText(budget.limit), onBreach: budget.onBreach } }], world.clock.now())
      const locks = await judgeAfterEdit(world, [budget])
      afterChange()
      const [answer] = await budgetAnswers(world, [budget])
      if (!answer) throw new Error(`budget ${id} has no answer`)
      const warning = locks.length === 0 ? null
        : `$${usdText(locks[0]?.spent ?? 0n)} is spent already, so it is locked now${budget.onBreach === 'terminate' ? `; running sessions are not signalled until you type: purser arm --confirm ${id}` : ''}`
      return { budget: answer, created: before === undefined, warning }
    },
  }
}
