import { describe, expect, it } from 'vitest'
import { argumentsOf, baseName, firstWord } from '../../src/agents/program.ts'
import { aProcess } from '../support/a-process.ts'

const TOOL = { binaries: ['tool'], script: /[\\/]tool-cli[\\/]index\.js$/ }

describe('a program', () => {
  it('is told by its executable, under any name the kernel has for it', () => {
    expect(argumentsOf(aProcess('/opt/tool', ['whatever', 'run'], 'main'), TOOL)).toEqual(['run'])
    expect(argumentsOf(aProcess('C:\\x\\tool.exe', ['tool']), TOOL)).toEqual([])
    expect(argumentsOf(aProcess('/opt/tool (deleted)', ['tool', 'a']), TOOL)).toEqual(['a'])
    expect(argumentsOf(aProcess('/bin/bash', ['tool', 'run'], 'tool'), TOOL)).toBeNull()
    expect(argumentsOf(aProcess('/opt/tool-server', ['tool']), TOOL)).toBeNull()
  })

  it('is told by its script where a runtime runs it', () => {
    for (const runtime of ['/usr/bin/node', '/usr/bin/bun', 'C:\\node.exe', '/usr/bin/python3.12']) expect(argumentsOf(aProcess(runtime, ['x', '--flag', '/lib/tool-cli/index.js', 'run']), TOOL), runtime).toEqual(['run'])
    expect(argumentsOf(aProcess('/usr/bin/node', ['node', '/x/app.js', '/lib/tool-cli/index.js']), TOOL), 'an argument that names it is not it').toBeNull()
    expect(argumentsOf(aProcess('/usr/bin/vim', ['vim', '/lib/tool-cli/index.js']), TOOL)).toBeNull()
    expect(argumentsOf(aProcess('/usr/bin/node', ['node', '/lib/tool-cli/index.js']), { binaries: ['tool'] })).toBeNull()
  })

  it('is told by its first word only where the executable is not shown', () => {
    expect(argumentsOf(aProcess('', ['/opt/homebrew/bin/tool', 'x']), TOOL)).toEqual(['x'])
    expect(argumentsOf(aProcess('', ['node', '/lib/tool-cli/index.js']), TOOL)).toBeNull()
    expect(argumentsOf(aProcess('', []), TOOL)).toBeNull()
  })

  it('has a first word behind its flags', () => {
    expect(firstWord(['--print', 'serve', 'x'])).toBe('serve')
    expect(firstWord(['-p'])).toBe('')
    expect(firstWord(['--resume', 's1', 'serve'], ['--resume'])).toBe('serve')
    expect(firstWord(['--resume', 's1'], ['--resume'])).toBe('')
    expect(baseName('C:\\a\\Tool.EXE')).toBe('Tool')
  })
})
