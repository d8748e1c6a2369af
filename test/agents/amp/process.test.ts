import { expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/amp/process.ts'
import { aProcess } from '../../support/fake-processes.ts'

const role = (exe: string, ...argv: string[]): ReturnType<typeof roleOf> => roleOf(aProcess({ exe, name: 'amp', argv }))
const OWN = '/home/dev/.amp/bin/amp', SCRIPT = '/usr/lib/node_modules/@sourcegraph/amp/dist/main.js'

it('knows sessions by where the installer puts them, and commands by their words', () => {
  for (const argv of [['amp'], ['amp', '-x', 'do it'], ['amp', 'threads', 'continue', 'T-1']]) expect(role(OWN, ...argv), argv.join(' ')).toBe('session')
  expect(role('/usr/bin/node', 'node', SCRIPT)).toBe('session')
  expect(role('/usr/bin/node', 'node', '--no-warnings', '/usr/local/bin/amp')).toBe('session')
  for (const argv of [['amp', 'threads', 'list'], ['amp', 'login'], ['amp', 'mcp', 'add'], ['amp', '--version']]) expect(role(OWN, ...argv), argv.join(' ')).toBe('helper')
})

it('never takes another program called amp for it', () => {
  expect(role('/usr/bin/amp', 'amp', 'notes.txt')).toBeNull()
  expect(role('', 'amp')).toBeNull()
  expect(role('/usr/bin/vim', 'vim', SCRIPT)).toBeNull()
})
