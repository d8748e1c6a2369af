// Which budgets a request is held in: those it names, whatever they are part of, and every rule that counts its scope.
// Money reserved on a task is held in its parents and in the rules of its project and day at the same time, or in none.
import type { Budget } from '../budgets/budget.ts'
import { matches, perValue, SELECTOR_DIMENSIONS } from '../budgets/selector.ts'
import { isRolling, windowAt } from '../budgets/window.ts'
import { raisedLimit, type Raise } from '../enforcement/plan.ts'
import { AppError } from '../errors.ts'
import type { NanoUsd } from '../money.ts'
import type { Scope } from '../scope.ts'
import { instant, type Instant } from '../time.ts'
import type { FillingKey } from './reservation-store.ts'
import type { SaidScope } from './request.ts'
import { asBudget, type TaskBudget } from './task-budget.ts'

export interface Target {
  readonly budget: Budget
  readonly key: FillingKey
  /** With what a person added for this window. */
  readonly limit: NanoUsd
}

export interface Asked {
  readonly said: SaidScope
  /** The rules that were named. */
  readonly rules: readonly Budget[]
  /** The task budgets that were named and all they are part of, children first. */
  readonly tasks: readonly TaskBudget[]
}

const GLOB = /[*?[\]{}!\\]/

/**
 * The scope with what the named budgets say of it: a task's own scope, and of a rule what it spells out. Throws
 * `invalid_input` where they disagree, or a named rule would not count what is spent there.
 */
export function scopeFor({ said, rules, tasks }: Asked): SaidScope {
  let scope: SaidScope = said
  for (const { id, scope: own } of tasks) scope = filled(scope, own, id)
  for (const { id, selector } of rules) {
    const spelled = Object.fromEntries(Object.entries(selector).filter(([name, value]) => !GLOB.test(value) && !isNamed(scope, name)))
    scope = filled(scope, spelled, id)
  }
  return scope
}

const isNamed = (scope: SaidScope, name: string): boolean => (scope[name as keyof SaidScope] ?? '') !== ''

function filled(scope: SaidScope, more: SaidScope, id: string): SaidScope {
  const merged: Record<string, string> = { ...scope }
  for (const [name, value] of Object.entries(more)) {
    if (value === undefined || value === '') continue
    if (isNamed(scope, name) && scope[name as keyof SaidScope] !== value) {
      throw new AppError('invalid_input', `budget ${id} is for ${name} "${value}", and the request says "${scope[name as keyof SaidScope]}"; leave --${name} out, or name another budget`)
    }
    merged[name] = value
  }
  return merged
}

/** Throws `invalid_input` for a rule that was named and does not count what is spent there. */
export function refuseUncounted(rules: readonly Budget[], scope: Scope): void {
  for (const rule of rules) if (!matches(rule.selector, scope)) throw outside(rule, scope)
}

/** One for each balance, the tightest limit first where several budgets share one. */
export function targetsOf({ scope, rules, tasks, every, raises, now }: { readonly scope: Scope; readonly rules: readonly Budget[]; readonly tasks: readonly TaskBudget[]; readonly every: readonly Budget[]; readonly raises: readonly Raise[]; readonly now: Instant }): readonly Target[] {
  refuseUncounted(rules, scope)
  const counted = every.filter(rule => matches(rule.selector, scope))
  return [...tasks.map(asBudget), ...counted].map(budget => targetOf(budget, scope, raises, now))
}

export function targetOf(budget: Budget, scope: Scope, raises: readonly Raise[], now: Instant): Target {
  const window = windowAt(budget.window, budget.zone, now), value = perValue(budget, scope)
  return {
    budget, key: { measure: budget.measure, perValue: value, windowStart: isRolling(budget.window) ? instant(0) : window.start },
    limit: raisedLimit(budget, value, window, raises, now),
  }
}

function outside(rule: Budget, scope: Scope): AppError {
  const missing = SELECTOR_DIMENSIONS.filter(name => rule.selector[name] !== undefined && !matches({ [name]: rule.selector[name] as string }, scope))
  const said = missing.map(name => `${name} ${rule.selector[name]}`).join(', ')
  return new AppError('invalid_input', `budget ${rule.id} counts ${said}; say where it is spent with ${missing.map(name => `--${name}`).join(' and ')}`)
}
