// The rules of the crash tests: a wall-clock window, a rolling one, one balance per session, two rules on one balance.
import { defineBudget } from '../../src/core/budgets/define.ts'
import type { Pricer } from '../../src/core/ledger/posting.ts'
import { nanoUsd, parseUsd } from '../../src/core/money.ts'
import { totalTokens } from '../../src/core/usage/tokens.ts'

/** 1,000 nano-USD a token, whatever the model: what is expected needs no rate card. */
export const NANO_PER_TOKEN = 1_000n
export const tokenPrice: Pricer = ({ tokens }) => ({ price: 'known', cost: nanoUsd(BigInt(totalTokens(tokens)) * NANO_PER_TOKEN), card: 'test' })

export const crashBudgets = [
  defineBudget({ id: 'day', window: 'month', limit: parseUsd('0.002'), onBreach: 'terminate' }, 'UTC'),
  defineBudget({ id: 'same-balance', window: 'month', limit: parseUsd('900'), onBreach: 'deny' }, 'UTC'),
  defineBudget({ id: 'rolling', window: '24h', limit: parseUsd('0.001'), onBreach: 'deny', per: 'session' }, 'UTC'),
  defineBudget({ id: 'ever', window: 'lifetime', limit: parseUsd('900'), selector: { branch: 'main' } }, 'UTC'),
]
