import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseGlob, type GlobFault } from '../../../src/core/budgets/glob.ts'

function matches(pattern: string, value: string): boolean {
  const parsed = parseGlob(pattern)
  if (!parsed.ok) throw new Error(`${pattern} ${parsed.problem.message}`)
  return parsed.glob.matches(value)
}

describe('parseGlob', () => {
  it.each<[pattern: string, yes: readonly string[], no: readonly string[]]>([
    ['*', ['', 'web', 'a/b/c', '/'], []],
    ['**', ['', 'web', 'a/b/c'], []],
    ['web', ['web'], ['', 'Web', 'web2', 'a/web']],
    ['web-*', ['web-', 'web-shop'], ['web', 'web-a/b', 'my-web-a']],
    ['*-web', ['-web', 'my-web'], ['my-webs', 'a/my-web']],
    ['a*b*c', ['abc', 'aXbYc', 'abbcc'], ['ab', 'acb', 'a/b/c']],
    ['feature/*', ['feature/', 'feature/x'], ['feature', 'feature/x/y']],
    ['feature/**', ['feature/', 'feature/x', 'feature/x/y'], ['feature', 'features/x']],
    ['**/web', ['web', 'a/web', '/home/u/web'], ['aweb', 'web/a', 'a/bweb']],
    ['/home/u/**/web', ['/home/u/web', '/home/u/a/web', '/home/u/a/b/web'], ['/home/u/aweb', '/home/web']],
    ['a**b', ['ab', 'a/b', 'axx/yb'], ['a', 'abx']],
    ['v?', ['v1', 'vé', 'v\u{1f600}'], ['v', 'v12', 'v/']],
    ['v[0-9]', ['v0', 'v9'], ['v', 'va', 'v10']],
    ['v[!0-9]', ['va', 'v-'], ['v0', 'v/']],
    ['v[^0-9]', ['va'], ['v0']],
    ['[a-cx-z]', ['b', 'y'], ['d', '-']],
    ['[a-]', ['a', '-'], ['b']],
    ['[\\]]', [']'], ['\\']],
    ['[*?]', ['*', '?'], ['a']],
    ['\\*', ['*'], ['a', '\\*']],
    ['\\!x', ['!x'], ['x']],
    ['\\{a,b\\}', ['{a,b}'], ['a']],
    ['C:\\src\\web', ['C:\\src\\web'], ['C:srcweb']],
    ['caf\u00e9', ['caf\u00e9', 'cafe\u0301'], ['cafe']],
  ])('%j matches what it says and nothing else', (pattern, yes, no) => {
    expect(yes.filter(value => !matches(pattern, value))).toEqual([])
    expect(no.filter(value => matches(pattern, value))).toEqual([])
  })

  it.each<[string, GlobFault]>([
    ['', 'empty'], ['x'.repeat(1_001), 'too_long'], ['[abc', 'unclosed_class'], ['a[', 'unclosed_class'], ['[]', 'empty_class'], ['[!]', 'empty_class'],
    ['[z-a]', 'reversed_range'], ['{a,b}', 'braces'], ['web-{a,b}', 'braces'], ['!web', 'negated'], ['[\\', 'unclosed_class'],
  ])('%j is a named problem: %s', (pattern, fault) => {
    expect(parseGlob(pattern)).toMatchObject({ ok: false, problem: { fault } })
  })

  it('agrees with a regular expression made by the definition', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '**', '?', '[ab]', '[!a]', '.', '-')
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '-', 'z'), maxLength: 12 })
    fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), text, (pieces, value) => {
      const pattern = pieces.join('')
      expect(matches(pattern, value)).toBe(byDefinition(pattern).test(value))
    }), { numRuns: 3_000 })
  })

  it('says yes or no to any text, and never throws', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (pattern, value) => {
      const parsed = parseGlob(pattern)
      if (parsed.ok) expect(typeof parsed.glob.matches(value)).toBe('boolean')
      else expect(parsed.problem.message).not.toBe('')
    }))
  })

  it('takes a pattern that makes a backtracking matcher run for years', () => {
    // 25 stars: a matcher that tries every split of 2,000 letters would not come back.
    expect(matches(`${'a*'.repeat(25)}b`, 'a'.repeat(2_000))).toBe(false)
    expect(matches(`${'**/'.repeat(25)}b`, 'a/'.repeat(1_000))).toBe(false)
  })
})

/** The documented meaning, word for word, as a regular expression. */
function byDefinition(pattern: string): RegExp {
  if (/^\*+$/.test(pattern)) return /^[^]*$/
  const source = pattern.replace(/(^|(?<=\/))\*{2,}\/|\*{2,}|\*|\?|\[!?[ab]+\]|[.]/g, part => {
    if (/^\*{2,}\/$/.test(part)) return '(?:[^]*/)?'
    if (/^\*{2,}$/.test(part)) return '[^]*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    if (part === '[!a]') return '[^a/]'
    return part === '.' ? '\\.' : part
  })
  return new RegExp(`^${source}$`, 'u')
}
