import { expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/cline/process.ts'
import { aProcess } from '../../support/a-process.ts'

const role = (...argv: string[]): ReturnType<typeof roleOf> => roleOf(aProcess('/usr/bin/node', ['node', ...argv]))

it('knows its command line from helpers, editors and other programs', () => {
  expect([role('/usr/local/bin/cline'), role('/usr/lib/node_modules/cline/dist/cli.mjs', 'task', 'x'), roleOf(aProcess('/home/dev/.cline/bin/cline', ['cline'], 'cline'))]).toEqual(['session', 'session', 'session'])
  expect([role('/usr/local/bin/cline', 'auth'), role('/usr/local/bin/cline', '--version'), role('/usr/local/bin/cline', '--acp')]).toEqual(['helper', 'helper', 'ide'])
  expect([role('/srv/cline.js'), roleOf(aProcess('/usr/bin/vim', ['vim', '/usr/local/bin/cline'], 'cline'))]).toEqual([null, null])
})
