// Names of claims: one spelling each, and nothing that is none.
import { describe, expect, it } from 'vitest'
import { contains, covers, overlaps, placeOf, resourceFrom, resourcesFrom, type ResourcePorts } from '../../../src/core/claims/resource.ts'

const HERE = '/home/dev/web/src'
// A disk with one repository, a link into it, and a repository inside it.
const ports: ResourcePorts = {
  home: '/home/dev',
  real: path => path.replace('/home/dev/link', '/home/dev/web').replace(/\/$/, '') || '/',
  repositoryOf: path => (contains('/home/dev/web/vendor/lib', path) ? { root: '/home/dev/web/vendor/lib', branch: 'main' } : contains('/home/dev/web', path) ? { root: '/home/dev/web', branch: 'feature/x' } : null),
}
const name = (typed: string): string => resourceFrom(typed, HERE, ports).name
const named = (typed: string) => resourceFrom(typed, HERE, ports)

describe('a name of a claim', () => {
  it.each([
    ['deploy', 'deploy'], ['db:migrations', 'db:migrations'], ['cafe\u0301', 'caf\u00e9'],
    ['path:auth', 'path:/home/dev/web/src/auth'], ['path:./auth/', 'path:/home/dev/web/src/auth'], ['path:.', 'path:/home/dev/web/src'], ['path:~/x', 'path:/home/dev/x'], ['path:/home/dev/link/a', 'path:/home/dev/web/a'],
    ['repo:.', 'repo:/home/dev/web'], ['repo:', 'repo:/home/dev/web'], ['repo:/home/dev/web/src', 'repo:/home/dev/web'],
    ['branch:', 'branch:/home/dev/web#feature/x'], ['branch:main', 'branch:/home/dev/web#main'], ['branch:/home/dev/web#a#b', 'branch:/home/dev/web#a#b'],
  ])('%s is %s, and reads to itself', (typed, expected) => {
    expect(name(typed)).toBe(expected)
    expect(name(expected)).toBe(expected)
  })
  it.each([
    ['', /empty/], ['   ', /empty/], ['a/b', /path:a\/b/], [String.raw`a\b`, /slash/], ['.git', /dot/], ['a\nb', /U\+000A/], ['a\u200bb', /U\+200B/], ['x'.repeat(201), /too long/], [' a', /blank/],
    ['pth:src/x', /did you mean path:src\/x/], ['brnch:main', /did you mean branch:main/], ['https://x', /no kind of name/], ['path:', /path:\./], ['path:../x', /"\.\."/], ['path:a/../b', /"\.\."/], ['path:/', /whole machine/],
    ['repo:/tmp', /no repository/], ['branch:a b', /cannot be the name/], ['branch:-x', /cannot be/], ['branch:/tmp#x', /names no repository/],
  ])('%j is refused', (typed, why) => { expect(() => name(typed)).toThrow(why) })
  it('is taken once, in the order asked for, however often and however it is written', () => {
    expect(resourcesFrom(['path:b', 'deploy', 'path:./b', 'path:a'], HERE, ports).map(each => each.name)).toEqual(['path:/home/dev/web/src/b', 'deploy', 'path:/home/dev/web/src/a'])
    expect(() => resourcesFrom([], HERE, ports)).toThrow(/name what/)
    expect(() => resourcesFrom(Array.from({ length: 65 }, (_, at) => `n${at}`), HERE, ports)).toThrow(/at most 64/)
  })
})

describe('two claims', () => {
  it.each([
    ['path:a', 'path:a/b', true], ['path:a', 'path:ab', false], ['path:a/b', 'path:a', true], ['deploy', 'deploy', true], ['deploy', 'deplo', false],
    ['repo:.', 'branch:main', true], ['repo:.', 'path:a', true], ['repo:.', 'path:/home/dev', true], ['repo:.', 'path:/home/dev/web/vendor/lib/x', false], ['repo:.', 'repo:/home/dev/web/vendor/lib', false],
    ['branch:main', 'branch:other', false], ['branch:main', 'path:a', false], ['repo:.', 'deploy', false],
  ])('%s and %s collide: %s, in either order', (one, other, expected) => {
    expect(overlaps(named(one), named(other))).toBe(expected)
    expect(overlaps(named(other), named(one))).toBe(expected)
  })
  it('writing into a folder is covered by a claim on it, and by none on what lies below', () => {
    expect(covers(named('path:a'), named('path:a/b'))).toBe(true)
    expect(covers(named('path:a/b'), named('path:a'))).toBe(false)
    expect(covers(named('repo:.'), named('path:a/b'))).toBe(true)
    expect(covers(named('repo:.'), named('branch:main'))).toBe(true)
  })
  it('a place that is written to needs no good name', () => {
    expect(placeOf('/home/dev/link/a', ports)?.path).toBe('/home/dev/web/a')
    expect(placeOf('a', ports)).toBeNull()
  })
})
