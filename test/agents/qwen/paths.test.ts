import { expect, it } from 'vitest'
import { chatRoots } from '../../../src/agents/qwen/paths.ts'

it('reads below every folder the client may be told to use, and always below the default', () => {
  const paths = (variables: Record<string, string>) => chatRoots({ home: '/home/dev', platform: 'linux', variables }).map(({ path, account }) => `${account} ${path}`)
  expect(paths({})).toEqual(['~/.qwen /home/dev/.qwen/projects'])
  expect(paths({ QWEN_RUNTIME_DIR: '/srv/rt', QWEN_HOME: '~/q', QWEN_DATA_DIR: '/home/dev/.qwen/projects' })).toEqual([
    '/srv/rt /srv/rt/projects', '~/q /home/dev/q/projects', '~/.qwen /home/dev/.qwen/projects',
  ])
})
