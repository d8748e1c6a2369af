import { describe, expect, it } from 'vitest'
import { atOrBelow, isWholeRoot, reaches, rootsOf } from '../../../src/core/enforcement/lock-reach.ts'
import { aScope } from '../../support/a-lock.ts'

describe('at or below', () => {
  it.each([['/a/b', '/a/b'], ['/a/b/', '/a/b'], ['/a/b', '/a/b/c'], ['/a/b', '/a/b/c/d']])('%s holds %s', (root, path) => {
    expect(atOrBelow(root, path)).toBe(true)
  })
  it.each([['/a/b', '/a/bc'], ['/a/b', '/a'], ['/a/b', ''], ['/a/b', 'a/b'], ['/a/b', '/a/b/../c'], ['/', '/a/b'], ['', '/a/b'], ['/a', '/a/b'], ['a/b', 'a/b'], ['/a/../b', '/b/c']])('%j does not hold %j', (root, path) => {
    expect(atOrBelow(root, path)).toBe(false)
  })
  it('a root needs two components', () => {
    expect(['/', '/home', '/home/', '//home', '/./home', 'home/dev'].filter(isWholeRoot)).toEqual([])
    expect(isWholeRoot('/home/dev')).toBe(true)
  })
})

describe('whom a lock reaches', () => {
  const project = { selector: { project: '/home/dev/web' }, per: '', perValue: '' }
  const asks = (change: Parameters<typeof aScope>[0], cwd: string, inRepository = true) => ({ scope: aScope(change), cwd, inRepository })

  it('a worktree elsewhere belongs to the repository it was made from', () => {
    expect(reaches(project, asks({ project: '/home/dev/web' }, '/home/dev/web-feature'))).toBe(true)
  })
  it('a sibling whose name begins the same is not reached', () => {
    expect(reaches(project, asks({ project: '/home/dev/web2' }, '/home/dev/web2'))).toBe(false)
    expect(reaches(project, asks({ project: '/home/dev/web2' }, '/home/dev/web2', false))).toBe(false)
  })
  it('outside a repository, working below the root is enough', () => {
    expect(reaches(project, asks({ project: '/home/dev/web/notes' }, '/home/dev/web/notes', false))).toBe(true)
  })
  it('a repository inside another is a project of its own', () => {
    expect(reaches(project, asks({ project: '/home/dev/web/vendor/lib' }, '/home/dev/web/vendor/lib', true))).toBe(false)
  })
  it('a session lock does not reach a neighbour in the same folder', () => {
    const session = { selector: { project: '/home/dev/web', session: 's1' }, per: '', perValue: '' }
    expect(reaches(session, asks({ session: 's1' }, '/home/dev/web'))).toBe(true)
    expect(reaches(session, asks({ session: 's2' }, '/home/dev/web'))).toBe(false)
  })
  it('a balance per branch holds only its branch', () => {
    const branch = { selector: { project: 'web' }, per: 'branch', perValue: 'main' }
    expect(reaches(branch, asks({ branch: 'main' }, '/home/dev/web'))).toBe(true)
    expect(reaches(branch, asks({ branch: 'feature' }, '/home/dev/web'))).toBe(false)
    expect(reaches(branch, asks({ branch: '' }, '/home/dev/web'))).toBe(false)
  })
  it('a known root under a pattern is reached only if the pattern fits it', () => {
    const pattern = { selector: { project: 'web-*' }, per: '', perValue: '' }
    expect(reaches(pattern, asks({ project: '/home/dev/web-a/x' }, '/home/dev/web-a/x', false), ['/home/dev/web-a'])).toBe(true)
    expect(reaches(pattern, asks({ project: '/home/dev/api/x' }, '/home/dev/api/x', false), ['/home/dev/api'])).toBe(false)
  })
  it('a root that is the whole disk or a top folder holds nothing below it', () => {
    for (const root of ['/', '/home']) expect(reaches({ selector: { project: root }, per: '', perValue: '' }, asks({ project: '/home/dev/x' }, '/home/dev/x', false))).toBe(false)
  })
  it('names roots only from what is a path and no pattern', () => {
    expect(rootsOf({ selector: { project: '/home/*/web' }, per: '', perValue: '' })).toEqual([])
    expect(rootsOf({ selector: { project: 'web' }, per: 'project', perValue: '/home/dev/web' })).toEqual(['/home/dev/web'])
    expect(rootsOf({ selector: { project: '/home/dev/web\\[1\\]' }, per: '', perValue: '' })).toEqual([])
  })
})
