import { expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/qwen/process.ts'
import { aProcess } from '../../support/fake-processes.ts'

const role = (...argv: string[]): ReturnType<typeof roleOf> => roleOf(aProcess({ exe: '/usr/bin/node', name: 'node', argv: ['node', ...argv] }))
const SCRIPT = '/usr/lib/node_modules/@qwen-code/qwen-code/cli.js'

it('knows sessions from commands, servers, editors and other programs', () => {
  for (const argv of [[SCRIPT], ['--max-old-space-size=8192', SCRIPT, '-p', 'hello'], ['/usr/local/bin/qwen', '--resume', 'x'], ['/x/@qwen-code/qwen-code/dist/index.js']]) expect(role(...argv), argv.join(' ')).toBe('session')
  for (const argv of [[SCRIPT, 'serve'], [SCRIPT, 'mcp', 'list'], [SCRIPT, '--version']]) expect(role(...argv), argv.join(' ')).toBe('helper')
  expect(role(SCRIPT, '--acp')).toBe('ide')
  for (const argv of [['/home/dev/qwen.js'], ['/srv/tool.js', SCRIPT]]) expect(role(...argv), argv.join(' ')).toBeNull()
  expect(roleOf(aProcess({ exe: '/usr/bin/vim', name: 'qwen', argv: ['vim', SCRIPT] }))).toBeNull()
})
