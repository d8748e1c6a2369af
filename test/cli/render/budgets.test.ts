import { describe, expect, it } from 'vitest'
import { boundText, renderBudget, renderBudgets, scopeText } from '../../../src/cli/render/budgets.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { budget as taskBudget } from '../../support/sample-answers.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'

const { task: _inside, ...budget } = taskBudget
const view = { columns: 80, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: ReturnType<typeof renderBudgets>): string => lines.map(plainLine).join('\n')

describe('budgets', () => {
  it('take two lines each: the standing, then the rule with its bound', () => {
    expect(text(renderBudgets([budget], view))).toBe([
      'web-daily branch main  ███████░░░  71%  $14.20 of $20.00  $5.80 left',
      '  project web-*, each branch, day until 2026-11-22 00:00 · deny',
      '  class H: at most $0.41 over, plus unseen calls up to $0.02',
    ].join('\n'))
  })
  it('for one task say so, and no scope or window: what it counts is told, not matched', () => {
    expect(text(renderBudgets([taskBudget], view))).toContain('  one task inside nightly, 40% done · deny')
    expect(text(renderBudget([taskBudget], view))).not.toMatch(/scope|window/)
    expect(text(renderBudget([{ ...budget, task: { ...taskBudget.task, parent: '', progress: null } }], view))).toMatch(/^for +one task$/m)
  })
  it('come with the most spent first', () => {
    const other = { ...budget, id: 'nearly', spent: '19.99' }
    expect(text(renderBudgets([budget, other], view)).indexOf('nearly')).toBe(0)
  })
  it.each([
    ['exactly spent', '20.00', '0.00', 'nothing left'],
    ['overspent', '20.41', '-0.41', '$0.41 over'],
    ['not spent at all', '0.00', '20.00', '$20.00 left'],
  ])('say what remains when %s', (_, spent, remaining, said) => {
    expect(text(renderBudgets([{ ...budget, spent, remaining }], view))).toContain(said)
  })
  it('mark a lower bound with a plus', () => {
    expect(text(renderBudgets([{ ...budget, atLeast: true }], view))).toContain('$14.20+ of $20.00')
  })
  it('count on the last line what does not fit the screen', () => {
    const many = Array.from({ length: 14 }, (_, index) => ({ ...budget, id: `b${index}` }))
    expect(text(renderBudgets(many, view)).split('\n').at(-1)).toBe('and 2 more: purser budget list')
  })
  it('say how to make the first one', () => {
    expect(text(renderBudgets([], view))).toBe('no budgets yet; make one: purser budget set --limit 20 --window day')
  })
  it('name a value of per that nobody knows, and none while nothing is spent', () => {
    expect(text(renderBudgets([{ ...budget, perValue: '' }], view))).toContain('branch (unknown)')
    expect(text(renderBudgets([{ ...budget, perValue: '', spent: '0.00' }], view))).toContain('each branch')
  })
  it('keep every line within 80 columns, whatever the id and scope', () => {
    const hostile = { ...budget, id: 'a'.repeat(120), perValue: '漢字'.repeat(60), scope: { project: 'x'.repeat(70) } }
    for (const line of renderBudgets([hostile], view).map(plainLine)) expect(line.length).toBeLessThanOrEqual(80)
  })
})

describe('the bound', () => {
  it.each([
    ['proven', { cost: '0.41', because: '', estimate: false, unseen: '0.00' }, 'class H: at most $0.41 over'],
    ['an estimate, never called a bound', { cost: '1.90', because: '', estimate: true, unseen: '0.00' }, 'class H: about $1.90 over (estimate)'],
    ['with unseen calls', { cost: '0.41', because: '', estimate: false, unseen: '0.02' }, 'class H: at most $0.41 over, plus unseen calls up to $0.02'],
    ['absent', { cost: null, because: 'a breach is told, nothing is stopped', estimate: false, unseen: null }, 'class H, no bound: a breach is told, nothing is stopped'],
  ])('%s', (_, bound, said) => {
    expect(boundText({ class: 'H', bound })).toBe(said)
  })
})

describe('one budget', () => {
  it('is told in full', () => {
    const { reserve: _, ...plain } = budget
    expect(text(renderBudget([plain], view))).toBe([
      'budget     web-daily  branch main',
      'scope      project web-*, each branch',
      'window     day from 2026-11-21 00:00 to 2026-11-22 00:00, Europe/Paris',
      'spent      ███████░░░ 71%  $14.20 of $20.00, $5.80 left',
      'on breach  deny',
      'class      H: hooks; the agent is stopped between two model calls',
      'bound      at most $0.41 over, plus unseen calls up to $0.02',
      'because    2 sessions may each finish one request of at most $0.205 before their',
      '           next hook',
    ].join('\n'))
  })
  it('says that hooks reserve, and how much', () => {
    const said = (estimate: 'maximum' | 'p95'): string => text(renderBudget([{ ...budget, class: 'R', reserve: { by: 'hooks', estimate }, bound: { ...budget.bound, cost: '0.00' } }], { ...view, columns: 120 }))
    expect(said('maximum')).toContain('reserve    hooks hold the most a request may cost, before each of them')
    expect(said('p95')).toContain('reserve    hooks hold what 95 of 100 requests of a session cost')
    expect(said('maximum')).toContain('bound      nothing over, plus unseen calls up to $0.02')
  })
  it('shows what is reserved only when something is', () => {
    expect(text(renderBudget([{ ...budget, reserved: '1.50' }], view))).toContain('reserved   $1.50')
  })
})

describe('a scope', () => {
  it.each([[{}, 'everything'], [{ project: 'web-*', branch: 'main' }, 'project web-*, branch main'], [{ project: '' }, 'everything']])('%o reads %s', (scope, said) => {
    expect(scopeText(scope as Record<string, string>)).toBe(said)
  })
})
