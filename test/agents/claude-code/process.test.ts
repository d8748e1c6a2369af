import { describe, expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/claude-code/process.ts'
import type { ProcessInfo } from '../../../src/core/machine/process-table.ts'

const NPM = '/usr/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe'
const NATIVE = '/home/dev/.local/share/claude/versions/2.1.329'
const CLI = '/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js'
const UUID = '9385e902-9c20-4eb7-a38a-4c5beaf577f7'

const role = (exe: string, argv: readonly string[], name = 'claude'): ReturnType<typeof roleOf> => {
  const process: ProcessInfo = { pid: 4711, parent: 1, uid: 1000, startTime: '1', name, exe, argv, cwd: '/w', namespace: '', state: 'S' }
  return roleOf(process)
}

describe('a Claude Code session', () => {
  it('is recognised in every way it is installed', () => {
    expect(role(NPM, ['/usr/bin/claude', '-p', 'hello'])).toBe('session')
    expect(role(NATIVE, ['claude', '--resume', UUID], '2.1.329')).toBe('session')
    expect(role('/home/dev/.local/bin/claude', ['claude'])).toBe('session')
    expect(role('/usr/bin/node', ['node', '--max-old-space-size=4096', CLI, '-p'], 'node')).toBe('session')
    expect(role('/usr/bin/node', ['node', '/usr/local/bin/claude'], 'node')).toBe('session')
    expect(role('/usr/bin/node', ['claude'])).toBe('session')
    expect(role('/home/dev/app/node_modules/@anthropic-ai/claude-agent-sdk/cli.js', [])).toBeNull()
    expect(role('/usr/bin/node', ['node', '/home/dev/app/node_modules/@anthropic-ai/claude-agent-sdk/cli.js', '--print'], 'node')).toBe('session')
  })

  it('is recognised after an update replaced its binary', () => {
    expect(role(`${NATIVE} (deleted)`, ['claude'], '2.1.329')).toBe('session')
  })

  it('is recognised by its first word only where the executable is not told', () => {
    expect(role('', ['/opt/homebrew/bin/claude'])).toBe('session')
    expect(role('/bin/bash', ['/opt/homebrew/bin/claude'])).toBeNull()
  })

  it('stays a session whatever its prompt says', () => {
    for (const prompt of ['explain --type=extensionHost', 'what does claude daemon do', '/x/extensions/anthropic.claude-code-1/y']) expect(role(NPM, ['claude', prompt]), prompt).toBe('session')
  })
})

describe('a background session', () => {
  it('is started by the binary\'s own path with its id', () => {
    expect(role(NPM, [NPM, '--session-id', UUID, '--settings', 'x'], 'claude.exe')).toBe('background-session')
    expect(role(NATIVE, [NATIVE, '--resume', '/w/s.jsonl'], '2.1.329')).toBe('background-session')
  })

  it('is not a foreground one that was given an id', () => {
    expect(role(NPM, ['/usr/bin/claude', '--session-id', UUID])).toBe('session')
    expect(role('/home/dev/.local/bin/claude', ['/home/dev/.local/bin/claude', '--session-id', UUID])).toBe('session')
  })
})

describe('what belongs to the client and is no session', () => {
  it('is its daemon, pty hosts, spares and one-shot commands', () => {
    for (const words of [['bg-pty-host'], ['bg-spare'], ['daemon', 'run', '--origin', 'transient'], ['mcp', 'serve'], ['agents', '--json'], ['stop', '9385e902'], ['update'], ['--version']]) {
      expect(role(NPM, ['claude', ...words], 'claude.exe'), words.join(' ')).toBe('helper')
    }
    expect(role(NPM, [NPM, '--chrome-native-host'])).toBe('helper')
  })

  it('is the launcher that only waits for the native binary', () => {
    expect(role('/usr/bin/node', ['node', '/usr/lib/node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs'], 'node')).toBe('helper')
  })

  it('is an editor\'s extension host, and the binary that an extension brings', () => {
    expect(role('/usr/share/code/code', ['/usr/share/code/code', '--type=extensionHost'], 'code')).toBe('ide')
    expect(role('/home/dev/.vscode-server/bin/abc/node', ['node', '/home/dev/.vscode-server/out/bootstrap-fork', '--type=extensionHost'], 'node')).toBe('ide')
    expect(role('/home/dev/.vscode/extensions/anthropic.claude-code-2.1.0-linux-x64/resources/native-binary/claude', ['claude', '--output-format', 'stream-json'])).toBe('ide')
    expect(role('/usr/bin/node', ['node', '/home/dev/.vscode/extensions/anthropic.claude-code-2.1.0/node_modules/@anthropic-ai/claude-code/cli.js'], 'node')).toBe('ide')
  })
})

describe('what only looks like it', () => {
  it('is a shell of a tool, an editor of a file, another program of that kernel name', () => {
    expect(role('/bin/bash', ['bash', '-c', 'source /home/dev/.claude/shell-snapshots/x.sh && sleep 9'])).toBeNull()
    expect(role('/usr/bin/vim', ['vim', 'claude'], 'vim')).toBeNull()
    expect(role('/usr/bin/sleep', ['sleep', '1000'])).toBeNull()
    expect(role('/usr/bin/sleep', ['claude', '1000'])).toBeNull()
    expect(role('/usr/bin/python3', ['python3', '/home/dev/bin/claude'])).toBeNull()
    expect(role('/usr/bin/node', ['node', '/home/dev/src/claude/server.js'], 'node')).toBeNull()
    expect(role('/usr/bin/node', ['node', 'claude'], 'node')).toBeNull()
    expect(role('/usr/bin/node', ['claude'], 'node')).toBeNull()
    expect(role('/home/dev/claude/versions/notes', ['notes'])).toBeNull()
    expect(role('/usr/bin/claudette', ['claudette'])).toBeNull()
    expect(role('/usr/bin/tmux', ['tmux', 'new', 'claude'], 'tmux: server')).toBeNull()
  })

  it('is nothing at all: no argv, no executable', () => {
    expect(role('', [])).toBeNull()
    expect(role('/usr/bin/node', [])).toBeNull()
  })
})
