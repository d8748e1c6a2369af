import { expect, it } from 'vitest'
import { DIMENSIONS, projectName, scopeKey, type Scope } from '../../src/core/scope.ts'

const SCOPE: Scope = { node: 'n', agent: 'a', account: 'c', project: '/p', branch: 'b', session: 's', subagent: '' }

it('has one key per distinct scope: every dimension counts, and none can pose as its neighbour', () => {
  const keys = new Set([scopeKey(SCOPE), ...DIMENSIONS.map(dimension => scopeKey({ ...SCOPE, [dimension]: 'other' }))])
  expect(keys.size).toBe(DIMENSIONS.length + 1)
  expect(scopeKey({ ...SCOPE, node: 'n a', agent: 'x' })).not.toBe(scopeKey({ ...SCOPE, node: 'n', agent: 'a x' }))
  expect(scopeKey({ ...SCOPE, branch: 'bs', session: '' })).not.toBe(scopeKey({ ...SCOPE, branch: 'b', session: 's' }))
  expect(scopeKey({ ...SCOPE })).toBe(scopeKey(SCOPE))
})

it.each([['/home/dev/web', 'web'], ['/home/dev/web/', 'web'], ['C:\\src\\web', 'web'], ['', '(no project)'], ['/', '/']])('shows the project %j as %s', (project, name) => {
  expect(projectName(project)).toBe(name)
})
