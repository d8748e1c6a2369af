import { describe, expect, it } from 'vitest'
import { budgetIdFor, changesOf, type BudgetWords } from '../../src/config/budget-words.ts'
import { setBudget } from '../../src/config/edit.ts'
import { loadConfig, type ConfigContext } from '../../src/config/load.ts'

const CONTEXT: ConfigContext = { systemZone: 'UTC', home: '/home/u' }
const budgetsOf = (text: string) => loadConfig(text, 'f', CONTEXT).settings.budgets

/** Types `purser budget set ...` without an id, and returns the text and the id that was meant. */
function typed(text: string, words: BudgetWords): { readonly text: string; readonly id: string } {
  const id = budgetIdFor(words, budgetsOf(text), CONTEXT.home)
  return { id, text: setBudget({ text, file: 'f', context: CONTEXT }, id, changesOf(words)) }
}

describe('changesOf', () => {
  it('names flags by their config keys, and takes a key out for an empty one', () => {
    expect(changesOf({ id: 'a', limit: '5', onBreach: 'deny', failMode: 'closed', branch: '', per: 'branch' })).toEqual({ limit: '5', on_breach: 'deny', fail_mode: 'closed', branch: null, per: 'branch' })
  })
})

describe('budgetIdFor', () => {
  it.each<[BudgetWords, string]>([
    [{}, 'all-day'], [{ project: '~/src/web' }, 'web-day'], [{ project: 'web-*', branch: 'feature/**' }, 'web-feature-day'], [{ window: 'monthly' }, 'all-month'],
    [{ agent: 'claude-code', window: '5h' }, 'claude-code-5h'], [{ project: '**' }, 'all-day'], [{ per: 'branch' }, 'each-branch-day'], [{ project: 'x'.repeat(100) }, 'x'.repeat(58)],
  ])('%j is called %s', (words, id) => {
    expect(budgetIdFor(words, [], CONTEXT.home)).toBe(id)
  })

  it('means the same budget when the command is typed again with another limit', () => {
    const first = typed('', { project: '~/src/web', limit: '20' })
    const second = typed(first.text, { project: '/home/u/src/web', limit: '30' })
    expect(second.id).toBe(first.id)
    expect(budgetsOf(second.text).map(budget => budget.limit)).toEqual([30_000_000_000n])
  })

  it('means another one for another scope, window or split', () => {
    let text = ''
    for (const words of [{ project: 'web' }, { project: 'web-*' }, { project: 'web', window: 'week' }, { project: 'web', per: 'branch' }, { project: 'web', branch: 'main' }]) text = typed(text, { ...words, limit: '1' }).text
    expect(budgetsOf(text).map(budget => budget.id)).toEqual(['web-day', 'web-day-2', 'web-week', 'web-each-branch-day', 'web-main-day'])
  })
})
