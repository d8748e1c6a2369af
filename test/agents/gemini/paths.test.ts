import { describe, expect, it } from 'vitest'
import { chatRoots } from '../../../src/agents/gemini/paths.ts'

const roots = (variables: Record<string, string> = {}, platform: 'linux' | 'win32' = 'linux') => chatRoots({ home: platform === 'win32' ? 'C:\\Users\\dev' : '/home/dev', platform, variables })

describe('the roots of Gemini CLI', () => {
  it('are the chats of the default home, named as the user writes it', () => {
    expect(roots()).toEqual([{ path: '/home/dev/.gemini/tmp', account: '~/.gemini', configHome: '/home/dev/.gemini' }])
    expect(roots({}, 'win32')).toEqual([{ path: 'C:\\Users\\dev\\.gemini\\tmp', account: '~\\.gemini', configHome: 'C:\\Users\\dev\\.gemini' }])
  })

  it('are also below the home that takes its place, and never instead of the default', () => {
    expect(roots({ GEMINI_CLI_HOME: '/srv/agent' }).map(root => root.path)).toEqual(['/srv/agent/.gemini/tmp', '/home/dev/.gemini/tmp'])
  })

  it('are each entry of a list of data folders, which may name the chats\' folder itself', () => {
    expect(roots({ GEMINI_DATA_DIR: '~/two, /srv/gem/tmp' })).toMatchObject([
      { path: '/home/dev/two/tmp', account: '~/two' }, { path: '/srv/gem/tmp', configHome: '/srv/gem', account: '/srv/gem' }, { path: '/home/dev/.gemini/tmp' },
    ])
  })
})
