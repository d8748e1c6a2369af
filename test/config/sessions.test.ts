// The pool, named sessions and what tasks may use, as a person writes them.
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import type { AppError } from '../../src/core/errors.ts'

const load = (text: string) => loadConfig(text, 'f', { systemZone: 'UTC', home: '/home/u' }).settings
const problems = (text: string): string[] => {
  try { load(text) } catch (error) {
    return ((error as AppError).context as { problems: { line: number; key: string; message: string; fix: string }[] }).problems.map(({ line, key, message, fix }) => `${line} ${key}: ${message} | ${fix}`)
  }
  return []
}

describe('sessions in the configuration', () => {
  it('have their documented defaults', () => {
    expect(load('')).toMatchObject({
      pool: { prefix: 'purser-', startIndex: 10, min: 0, max: 4, agent: 'claude-code', project: '' }, sessions: [],
      tasks: { budget: 1_000_000_000n, perProject: 1, perAccount: 2, attempts: 3, timeoutMs: 3_600_000 },
    })
  })
  it('are what their tables say', () => {
    expect(load('[pool]\nprefix = "bot-"\nstart_index = 0\nmin = 1\nmax = 2\nagent = "codex"\nproject = "~/src"\n[[session]]\nname = "main"\nproject = "~/src/web"\naccount = "work"\n')).toMatchObject({
      pool: { prefix: 'bot-', startIndex: 0, min: 1, max: 2, agent: 'codex', project: '/home/u/src' }, sessions: [{ name: 'main', project: '/home/u/src/web', agent: 'claude-code', account: 'work' }],
    })
  })
  it('are refused with their line, and what to write instead', () => {
    expect(problems('[pool]\nmin = 5\nmax = 2\n')).toEqual(['2 min: min is 5, but there are 2 seats at most | Write: max = 5'])
    expect(problems('[pool]\nprefix = "my pool:"\n')[0]).toContain('terminals are named with letters, digits, "-" and "_"')
    expect(problems('[[session]]\nname = "purser-11"\nproject = "/p"\n')).toEqual(['2 name: name "purser-11" lies in the pool\'s range | Give it a name without the pool\'s prefix'])
    expect(problems('[[session]]\nname = "purser-9"\nproject = "/p"\n')).toEqual([])
    expect(problems('[[session]]\nname = "a"\nproject = "/p"\n[[session]]\nname = "a"\nproject = "/q"\n')).toEqual(['5 name: name "a" is taken by another session | Write another one, such as: name = "a-2"'])
    expect(problems('[[session]]\nproject = "/p"\n')[0]).toContain('name is missing')
    expect(problems('[tasks]\nper_projects = 2\n')[0]).toContain('Did you mean per_project?')
  })
})
