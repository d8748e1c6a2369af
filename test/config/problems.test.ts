import { describe, expect, it } from 'vitest'
import { configInvalid, problemText, type Problem } from '../../src/config/problems.ts'

const problem = (line: number, over: Partial<Problem> = {}): Problem => ({ line, column: 1, where: '[logs]', key: 'sweep', message: `wrong on ${line}`, fix: 'Write: sweep = "2s"', ...over })

describe('configInvalid', () => {
  it('lists every problem in file order, and carries them for programs', () => {
    const error = configInvalid('/c.toml', [problem(9), problem(2, { column: 5 }), problem(2)])
    expect(error.code).toBe('config_invalid')
    expect(error.message.split('\n')).toEqual(['/c.toml has 3 problems:', ...[2, 2, 9].map(line => `  line ${line}, [logs]: wrong on ${line}. Write: sweep = "2s"`)])
    expect((error.context as { problems: Problem[] }).problems.map(({ line, column }) => [line, column])).toEqual([[2, 1], [2, 5], [9, 1]])
  })

  it('shows the first twenty and counts the rest', () => {
    const lines = configInvalid('/c.toml', Array.from({ length: 25 }, (_, position) => problem(position + 1))).message.split('\n')
    expect(lines).toHaveLength(22)
    expect(lines.at(-1)).toBe('  and 5 more')
  })

  it('is one sentence for one problem', () => {
    expect(configInvalid('/c.toml', [problem(3)]).message).toBe('/c.toml, line 3, [logs]: wrong on 3. Write: sweep = "2s"')
  })
})

describe('problemText', () => {
  it('leaves out what is not there', () => {
    expect(problemText(problem(0, { where: 'environment' }))).toBe('environment: wrong on 0. Write: sweep = "2s"')
    expect(problemText(problem(4, { where: '', fix: '' }))).toBe('line 4: wrong on 4')
    expect(problemText(problem(4, { message: 'what?', fix: 'This' }))).toBe('line 4, [logs]: what? This')
  })
})
