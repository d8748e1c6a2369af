import { describe, expect, it } from 'vitest'
import { familiarAgent, KEYS_OF_KIND, keysOf, parseKind, REPORT_KINDS } from '../../../src/core/reports/keys.ts'

const refusal = (deed: () => unknown): string => {
  try {
    deed()
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_input' })
    return (error as Error).message
  }
  throw new Error('it was not refused')
}

describe('the keys of a report', () => {
  it('are its own first, then those asked for, in their order', () => {
    expect(keysOf('project', ['model', 'date'])).toEqual(['project', 'model', 'date'])
    expect(keysOf('total', [])).toEqual([])
    expect(keysOf('branch', [])).toEqual(['project', 'branch'])
  })
  it('understand what people call them', () => {
    expect(keysOf('total', ['day', 'models', 'agents'])).toEqual(['date', 'model', 'agent'])
  })
  it.each([
    ['a word that is none, with the nearest', () => keysOf('total', ['projct']), '--by cannot be "projct"; did you mean "project"? It is one or more of date, week'],
    ['a word like none', () => keysOf('total', ['zzzzzz']), '--by cannot be "zzzzzz". It is one or more of'],
    ['a key twice', () => keysOf('total', ['model', 'model']), '--by names model twice'],
    ['a key that the kind brings', () => keysOf('project', ['project']), 'told apart by project already'],
    ['two stretches of time', () => keysOf('daily', ['month']), 'rows cannot be by date and month at once'],
    ['blocks by anything but whose they are', () => keysOf('blocks', ['project']), 'blocks can be told apart by agent and account only, not by project'],
    ['a name of an object of JavaScript', () => keysOf('total', ['constructor']), '--by cannot be "constructor"'],
  ])('refuse %s', (_, deed, message) => {
    expect(refusal(deed)).toContain(message)
  })
  it('exist for every kind', () => {
    for (const kind of REPORT_KINDS) expect(keysOf(parseKind(kind), [])).toEqual(KEYS_OF_KIND[kind])
    expect(refusal(() => parseKind('dayly'))).toBe('there is no report "dayly"; did you mean "daily"? Choose from total, daily, weekly, monthly, session, blocks, project, branch, model, agent, account')
  })
})

it('people say claude, not claude-code', () => {
  expect(['claude-code', 'gemini-cli', 'codex'].map(familiarAgent)).toEqual(['claude', 'gemini', 'codex'])
})
