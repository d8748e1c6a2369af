import { describe, expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/gemini/process.ts'
import { aProcess } from '../../support/fake-processes.ts'

const role = (...argv: string[]): ReturnType<typeof roleOf> => roleOf(aProcess({ exe: '/usr/bin/node', name: 'node', argv: ['node', ...argv] }))
const BUNDLE = '/usr/lib/node_modules/@google/gemini-cli/bundle/gemini.js'

describe('a Gemini CLI process', () => {
  it('is a session however it was started, and so is the one it starts again with more memory', () => {
    for (const argv of [['/usr/local/bin/gemini'], [BUNDLE, '-p', 'hello'], ['--max-old-space-size=8192', BUNDLE], ['/usr/lib/node_modules/@google/gemini-cli/dist/index.js', '--yolo']]) expect(role(...argv), argv.join(' ')).toBe('session')
    expect(roleOf(aProcess({ exe: '/home/dev/.bun/bin/bun', argv: ['bun', BUNDLE] }))).toBe('session')
  })

  it('is no session while it runs a command, or an editor through it', () => {
    expect(role(BUNDLE, 'mcp', 'list')).toBe('helper')
    expect(role(BUNDLE, '--version')).toBe('helper')
    expect(role(BUNDLE, '--experimental-acp')).toBe('ide')
  })

  it('is judged by its script and never by a name or an argument', () => {
    expect(roleOf(aProcess({ exe: '/usr/bin/vim', argv: ['vim', BUNDLE], name: 'gemini' }))).toBeNull()
    expect(roleOf(aProcess({ exe: '/opt/gemini', argv: ['gemini'], name: 'gemini' }))).toBeNull()
    expect(role('/home/dev/gemini.js')).toBeNull()
    expect(role('/srv/tool.js', BUNDLE)).toBeNull()
  })

  it('stays a session whatever its prompt says', () => {
    expect(role(BUNDLE, '-p', 'what does gemini mcp do')).toBe('session')
  })
})
