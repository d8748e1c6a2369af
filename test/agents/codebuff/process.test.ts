import { expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/codebuff/process.ts'
import { aProcess } from '../../support/a-process.ts'

it('knows its executable from its launcher, from commands and from other programs', () => {
  const own = (...args: string[]): ReturnType<typeof roleOf> => roleOf(aProcess('/home/dev/.config/manicode/codebuff', ['codebuff', ...args], 'codebuff'))
  expect([own(), own('fix it'), own('login'), own('--version')]).toEqual(['session', 'session', 'helper', 'helper'])
  expect(roleOf(aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/codebuff/index.js']))).toBe('helper')
  expect(roleOf(aProcess('/usr/bin/vim', ['vim', 'codebuff'], 'codebuff'))).toBeNull()
})
