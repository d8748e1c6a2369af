import { describe, expect, it } from 'vitest'
import { matches, matchesGlob, perValue, SELECTOR_DIMENSIONS } from '../../../src/core/budgets/selector.ts'
import { DIMENSIONS, type Scope } from '../../../src/core/scope.ts'

const NOWHERE: Scope = { node: '', agent: '', account: '', project: '', branch: '', session: '', subagent: '' }
const scope = (over: Partial<Scope>): Scope => ({ ...NOWHERE, ...over })
const WEB = scope({ node: 'n1', agent: 'claude-code', account: '~/.claude', project: '/home/u/src/web-shop', branch: 'feature/cart', session: 's1' })

describe('matches', () => {
  it('counts everything where nothing is selected, known or not', () => {
    expect(matches({}, WEB)).toBe(true)
    expect(matches({}, NOWHERE)).toBe(true)
  })

  it('takes a project by its root or by its name, and only whole', () => {
    for (const project of ['web-shop', 'web-*', '/home/u/src/web-shop', '/home/*/src/*', '**/web-shop']) expect(matches({ project }, WEB), project).toBe(true)
    for (const project of ['web', 'Web-shop', '/home/u/src', '/home/u/src/web', 'src/web-shop', 'shop']) expect(matches({ project }, WEB), project).toBe(false)
  })

  it('takes names only of projects', () => {
    expect(matches({ branch: 'cart' }, WEB)).toBe(false)
    expect(matches({ branch: 'web-shop' }, WEB)).toBe(false)
    expect(matches({ branch: 'feature/*' }, WEB)).toBe(true)
  })

  it('needs every selected dimension', () => {
    expect(matches({ project: 'web-*', branch: 'feature/**', agent: 'claude-code', account: '~/.claude', node: 'n?', session: 's1' }, WEB)).toBe(true)
    for (const dimension of SELECTOR_DIMENSIONS) expect(matches({ project: 'web-*', [dimension]: 'nothing-like-it' }, WEB), dimension).toBe(false)
  })

  it('lets a bare star match what is not known, and a name not', () => {
    expect(matches({ branch: '*', project: '*' }, NOWHERE)).toBe(true)
    expect(matches({ branch: 'main' }, NOWHERE)).toBe(false)
    expect(matches({ project: 'web' }, NOWHERE)).toBe(false)
  })

  it('selects by every dimension but the subagent, which belongs to its session', () => {
    expect([...SELECTOR_DIMENSIONS, 'subagent'].toSorted()).toEqual([...DIMENSIONS].toSorted())
  })
})

describe('perValue', () => {
  it('is one total unless the budget says otherwise', () => {
    expect(perValue({ per: '' }, WEB)).toBe('')
    expect(perValue({ per: 'branch' }, WEB)).toBe('feature/cart')
    expect(perValue({ per: 'project' }, NOWHERE)).toBe('')
  })
})

describe('matchesGlob', () => {
  it('throws a clear refusal for what is no pattern, instead of matching nothing', () => {
    expect(() => matchesGlob('[abc', 'a')).toThrow(/the pattern "\[abc" has "\[" without "\]"/)
  })

  it('remembers without mixing up patterns or values', () => {
    for (let round = 0; round < 2; round++) {
      expect(['a', 'b', 'a/b'].map(value => matchesGlob('?', value))).toEqual([true, true, false])
      expect(['a', 'b', 'a/b'].map(value => matchesGlob('a*', value))).toEqual([true, false, false])
    }
  })

  it('stays right past what it remembers', () => {
    for (let number = 0; number < 12_000; number++) expect(matchesGlob('p-*5', `p-${number}`)).toBe(number % 10 === 5)
    for (let number = 0; number < 1_200; number++) expect(matchesGlob(`x${number}`, `x${number}`)).toBe(true)
  })
})
