// Which scopes a budget counts. An absent dimension matches everything, known or not; every budget that matches applies,
// and a wildcard is one total unless `per` says otherwise.
import { AppError } from '../errors.ts'
import { projectName, type Dimension, type Scope } from '../scope.ts'
import type { Budget, Selector } from './budget.ts'
import { parseGlob, type Glob } from './glob.ts'

export type SelectorDimension = Exclude<Dimension, 'subagent'>
export const SELECTOR_DIMENSIONS = ['project', 'branch', 'session', 'agent', 'account', 'node'] as const satisfies readonly SelectorDimension[]

/** Does this budget count what this scope spends? Throws `invalid_input` for a glob that the config should have refused. */
export function matches(selector: Selector, scope: Scope): boolean {
  for (const dimension of SELECTOR_DIMENSIONS) {
    const glob = selector[dimension]
    if (glob === undefined || matchesGlob(glob, scope[dimension])) continue
    // People name a project by its folder, purser by its root: either may be written.
    if (dimension !== 'project' || !matchesGlob(glob, projectName(scope.project))) return false
  }
  return true
}

/** Which of the budget's balances this scope belongs to: '' for one total, else the value of the `per` dimension. */
export const perValue = (budget: Pick<Budget, 'per'>, scope: Scope): string => (budget.per === '' ? '' : scope[budget.per])

// The same few projects and branches come back for every log line, so answers are remembered. Both bounds are far above
// any machine's number of rules and projects; passing one only costs computing again.
const GLOBS_MAX = 1_000
const ANSWERS_MAX = 4_000
interface Remembered { readonly glob: Glob; readonly answers: Map<string, boolean> }
const remembered = new Map<string, Remembered>()

/** One glob against one value. Throws `invalid_input` when it is no glob. */
export function matchesGlob(text: string, value: string): boolean {
  const { glob, answers } = remembered.get(text) ?? remember(text)
  const known = answers.get(value)
  if (known !== undefined) return known
  const answer = glob.matches(value)
  if (answers.size >= ANSWERS_MAX) answers.clear()
  answers.set(value, answer)
  return answer
}

function remember(text: string): Remembered {
  const parsed = parseGlob(text)
  if (!parsed.ok) throw new AppError('invalid_input', `the pattern "${text}" ${parsed.problem.message}`, { context: { fault: parsed.problem.fault } })
  if (remembered.size >= GLOBS_MAX) remembered.clear()
  const fresh = { glob: parsed.glob, answers: new Map<string, boolean>() }
  remembered.set(text, fresh)
  return fresh
}
