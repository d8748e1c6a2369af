import { expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/droid/process.ts'
import { aProcess } from '../../support/fake-processes.ts'

const role = (exe: string, ...argv: string[]): ReturnType<typeof roleOf> => roleOf(aProcess({ exe, name: 'droid', argv }))

it('knows sessions, helpers, the npm launcher and other programs', () => {
  for (const argv of [['droid'], ['droid', 'exec', 'fix it'], ['droid', '--resume', 'd0']]) expect(role('/home/dev/.local/bin/droid', ...argv), argv.join(' ')).toBe('session')
  for (const argv of [['droid', 'mcp', 'list'], ['droid', 'daemon'], ['droid', '--version'], ['droid', 'exec', '--list-tools']]) expect(role('/home/dev/.local/bin/droid', ...argv), argv.join(' ')).toBe('helper')
  expect(role('/usr/bin/node', 'node', '/usr/local/bin/droid', 'exec', 'x')).toBe('helper')
  expect(role('/usr/bin/vim', 'vim', 'droid')).toBeNull()
  expect(role('/usr/bin/node', 'node', '/srv/droid.js')).toBeNull()
})
