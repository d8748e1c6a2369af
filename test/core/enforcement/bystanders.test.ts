import { describe, expect, it } from 'vitest'
import { bystander, spared } from '../../../src/core/enforcement/bystanders.ts'
import { aProcess } from '../../support/fake-processes.ts'

const exe = (path: string, argv: readonly string[] = [path]): ReturnType<typeof aProcess> => aProcess({ exe: path, argv, name: path.slice(path.lastIndexOf('/') + 1).slice(0, 15) })

describe('bystanders', () => {
  it.each([
    ['the tmux server, which renames itself', aProcess({ name: 'tmux: server', exe: '' }), 'a terminal multiplexer'],
    ['tmux by its executable', exe('/usr/bin/tmux'), 'a terminal multiplexer'],
    ['screen, where the executable cannot be read', aProcess({ name: 'screen', exe: '' }), 'a terminal multiplexer'],
    ['a login shell by its dash', aProcess({ exe: '/opt/strange', argv: ['-strange'] }), 'a login shell'],
    ['bash', exe('/usr/bin/bash'), 'a shell'],
    ['VS Code', exe('/usr/share/code/code'), 'an editor, terminal or IDE extension host'],
    ['its extension host on macOS', exe('/Applications/Visual Studio Code.app/Contents/Frameworks/Code Helper (Plugin).app/Contents/MacOS/Code Helper (Plugin)'), 'an editor, terminal or IDE extension host'],
    ['an extension host by its arguments', exe('/opt/electron/node', ['node', '--type=extensionHost']), 'an editor, terminal or IDE extension host'],
    ['an extension host by its script', exe('/usr/bin/node', ['node', '/srv/out/vs/workbench/api/node/extensionHostProcess.js']), 'an editor, terminal or IDE extension host'],
    ['sshd', exe('/usr/sbin/sshd'), 'an editor, terminal or IDE extension host'],
  ])('%s', (_name, process, kind) => {
    expect(bystander(process)).toBe(kind)
  })

  it('are not agents of any build', () => {
    for (const path of ['/home/dev/.npm/claude-code/bin/claude.exe', '/home/dev/.local/share/claude/versions/2.1.329', '/usr/bin/node']) expect(bystander(exe(path, ['claude'])), path).toBe('')
  })

  it('below a target spare everything but a plain shell, in which an agent runs its tools', () => {
    expect(spared(exe('/usr/bin/bash', ['bash', '-c', 'make']))).toBe('')
    expect(spared(exe('/usr/bin/bash', ['-bash']))).toBe('a login shell')
    expect(spared(exe('/usr/bin/tmux'))).toBe('a terminal multiplexer')
    expect(spared(exe('/usr/share/code/code'))).not.toBe('')
    expect(spared(exe('/usr/bin/make'))).toBe('')
  })
})
