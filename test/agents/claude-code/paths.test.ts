import { describe, expect, it } from 'vitest'
import { accountOf, logRoots } from '../../../src/agents/claude-code/paths.ts'
import type { Environment } from '../../../src/core/sessions/agent-adapter.ts'
import type { LogRoot } from '../../../src/core/sessions/log-source.ts'

const roots = (over: Partial<Environment> = {}): readonly LogRoot[] => logRoots({ home: '/home/dev', platform: 'linux', variables: {}, ...over })
const plain = (list: readonly LogRoot[]): readonly (readonly string[])[] => list.filter(root => !root.nested).map(root => [root.path, root.account, root.configHome])

describe('the roots of Claude Code', () => {
  it('are both default homes and the desktop app\'s sessions', () => {
    expect(roots()).toEqual([
      { path: '/home/dev/.config/claude/projects', account: '~/.config/claude', configHome: '/home/dev/.config/claude' },
      { path: '/home/dev/.claude/projects', account: '~/.claude', configHome: '/home/dev/.claude' },
      { path: '/home/dev/.config/Claude/local-agent-mode-sessions', account: '~/.config/Claude', configHome: '/home/dev/.config/Claude', nested: { folder: 'projects', depth: 8 } },
    ])
  })

  it('are also every entry of CLAUDE_CONFIG_DIR, a home or its projects folder, before the defaults', () => {
    expect(plain(roots({ variables: { CLAUDE_CONFIG_DIR: '/home/dev/.claude-work, ~/acct2/projects ,/srv/shared/,' } }))).toEqual([
      ['/home/dev/.claude-work/projects', '~/.claude-work', '/home/dev/.claude-work'],
      ['/home/dev/acct2/projects', '~/acct2', '/home/dev/acct2'],
      ['/srv/shared/projects', '/srv/shared', '/srv/shared'],
      ['/home/dev/.config/claude/projects', '~/.config/claude', '/home/dev/.config/claude'],
      ['/home/dev/.claude/projects', '~/.claude', '/home/dev/.claude'],
    ])
  })

  it('are named once when a variable names a default', () => {
    expect(plain(roots({ variables: { CLAUDE_CONFIG_DIR: '~/.claude' } })).map(([path]) => path)).toEqual(['/home/dev/.claude/projects', '/home/dev/.config/claude/projects'])
  })

  it('follow XDG_CONFIG_HOME', () => {
    expect(plain(roots({ variables: { XDG_CONFIG_HOME: '/home/dev/cfg' } }))[0]?.[0]).toBe('/home/dev/cfg/claude/projects')
  })

  it('are where macOS and Windows put them, the store\'s packages included', () => {
    expect(roots({ platform: 'darwin' }).at(-1)?.path).toBe('/home/dev/Library/Application Support/Claude/local-agent-mode-sessions')
    const windows = logRoots({ home: 'C:\\Users\\dev', platform: 'win32', variables: { APPDATA: 'C:\\Users\\dev\\AppData\\Roaming' } })
    expect(windows.map(root => root.path)).toEqual([
      'C:\\Users\\dev\\.config\\claude\\projects', 'C:\\Users\\dev\\.claude\\projects',
      'C:\\Users\\dev\\AppData\\Roaming\\Claude\\local-agent-mode-sessions', 'C:\\Users\\dev\\AppData\\Local\\Packages',
    ])
    expect(windows.at(-1)?.nested).toEqual({ folder: 'projects', depth: 13, first: 'claude' })
    expect(windows[1]?.account).toBe('~\\.claude')
  })
})

describe('accountOf', () => {
  it('is written as the user writes it, and never for a sibling of the home', () => {
    expect(accountOf('/home/dev/.claude', '/home/dev')).toBe('~/.claude')
    expect(accountOf('/home/device/.claude', '/home/dev')).toBe('/home/device/.claude')
    expect(accountOf('/srv/x', '')).toBe('/srv/x')
  })
})
