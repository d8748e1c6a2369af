// Answers of `top` with as many rows as a test wants.
import type { BudgetAnswer, LockAnswer, SessionAnswer, TopAnswer } from '../../src/api/control-plane.ts'
import { START, type State } from '../../src/tui/model.ts'
import { budget, lock, samples, session, usage } from '../support/sample-answers.ts'

const { released: _released, ...inForce } = lock

export const aSession = (change: Partial<SessionAnswer> = {}): SessionAnswer => ({ ...session, ...change })
export const aBudget = (change: Partial<BudgetAnswer> = {}): BudgetAnswer => ({ ...budget, per: '', perValue: '', ...change })
export const aLock = (change: Partial<LockAnswer> = {}): LockAnswer => ({ ...inForce, ...change })

export const sessionsOf = (count: number): SessionAnswer[] => Array.from({ length: count }, (_, index) => aSession({ ...usage(`${count - index}.00`), session: `${String(index).padStart(8, '0')}-1111-4111-a111-111111111111` }))

export function anAnswer(change: { readonly sessions?: readonly SessionAnswer[]; readonly budgets?: readonly BudgetAnswer[]; readonly locks?: readonly LockAnswer[]; readonly rates?: TopAnswer['rates']; readonly status?: Partial<TopAnswer['status']> } = {}): TopAnswer {
  const { sessions = [aSession()], budgets = [aBudget()], locks = [], rates = samples.top.rates } = change
  return { ...samples.top, rates, status: { ...samples.status, sessions, budgets, locks, claims: [], ...change.status } }
}

export const aState = (change: Partial<State> = {}): State => ({ ...START, answer: anAnswer(), ...change })
