import { describe, expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/vscode-copilot/process.ts'
import { aProcess } from '../../support/a-process.ts'

describe('the editor', () => {
  it('is never more than an editor', () => {
    for (const [exe, argv] of [['/usr/share/code/code', ['code', '--type=utility']], ['/Applications/Visual Studio Code.app/Contents/MacOS/Code', ['Code']], ['/home/dev/.vscode-server/bin/abc/node', ['node', '/home/dev/.vscode-server/bin/abc/out/server-main.js']]] as const) expect(roleOf(aProcess(exe, argv)), exe).toBe('ide')
  })
  it('is not every process', () => {
    expect(roleOf(aProcess('/usr/bin/node', ['node', 'x.js']))).toBeNull()
    expect(roleOf(aProcess('/bin/bash', ['code']))).toBeNull()
  })
})
