import { describe, expect, it } from 'vitest'
import { literal, parseConfig } from '../../src/config/parse.ts'
import { NumberText } from '../../src/config/readers.ts'

describe('parseConfig', () => {
  it('splits a file into its tables, each called what a person calls it', () => {
    const { top, sections, problems } = parseConfig('zone = "UTC"\n[logs]\nsweep = "2s"\n[[budget]]\nid = "web"\n[[budget]]\nlimit = 1\n[[notify]]\nchannel = "ntfy"\n')
    expect(problems).toEqual([])
    expect(Object.keys(top.table)).toEqual(['zone'])
    expect([...sections].flatMap(([name, tables]) => tables.map(({ where, path, section }) => [name, section, where, path.join('.')]))).toEqual([
      ['logs', 'logs', '[logs]', 'logs'], ['budget', 'budget', 'budget "web"', 'budget.0'], ['budget', 'budget', 'budget 2', 'budget.1'], ['notify', 'notify', 'notify "ntfy"', 'notify.0'],
    ])
  })

  it('keeps every number as it was written, however deep', () => {
    const { sections } = parseConfig('[[budget]]\nlimit = 0.10\nthresholds = [5_0, 1e2]\n')
    expect(sections.get('budget')?.[0]?.table).toEqual({ limit: new NumberText('0.10'), thresholds: [new NumberText('5_0'), new NumberText('1e2')] })
  })

  it('leaves nothing to look at behind a syntax error', () => {
    const { top, sections, problems } = parseConfig('zone = \n[logs]\nsweeep = 1\n')
    expect([Object.keys(top.table), [...sections.values()].flat(), problems.length]).toEqual([[], [], 1])
  })

  it('takes an integer past 2^53 for what it is', () => {
    expect(parseConfig('[[budget]]\nlimit = 9007199254740993\n').sections.get('budget')?.[0]?.table['limit']).toEqual(new NumberText('9007199254740993'))
  })
})

describe('literal', () => {
  it('is the value a file would hold', () => {
    expect([literal('"a"'), literal('[1, "b"]'), literal('true'), literal('0.1')]).toEqual(['a', [new NumberText('1'), 'b'], true, new NumberText('0.1')])
  })
})
