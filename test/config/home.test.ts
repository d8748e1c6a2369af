import { describe, expect, it } from 'vitest'
import { expandFolder, expandPattern } from '../../src/config/home.ts'
import { matchesGlob } from '../../src/core/budgets/selector.ts'

describe('home', () => {
  it.each([['~/logs/', '/home/u/logs'], ['~', '/home/u'], ['/srv//', '/srv'], ['/', '/'], ['~other/x', '~other/x'], ['web', 'web']])('%s is the folder %s', (written, folder) => {
    expect(expandFolder(written, '/home/u')).toBe(folder)
  })

  it('is taken letter by letter in a pattern', () => {
    const pattern = expandPattern('~/src/web-*', '/home/u[1]*')
    expect(matchesGlob(pattern, '/home/u[1]*/src/web-a')).toBe(true)
    expect(matchesGlob(pattern, '/home/u1x/src/web-a')).toBe(false)
    expect(expandPattern('web-[ab]', '/home/[u]')).toBe('web-[ab]')
  })
})
