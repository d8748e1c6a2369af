import { expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/kimi/process.ts'
import { aProcess } from '../../support/fake-processes.ts'

const role = (exe: string, name: string, ...argv: string[]): ReturnType<typeof roleOf> => roleOf(aProcess({ exe, name, argv }))
const PYTHON = '/home/dev/.local/share/uv/python/cpython-3.13/bin/python3.13', NODE = '/usr/bin/node'

it('knows sessions by their script, their executable, or the title a runtime gave itself', () => {
  expect(role(PYTHON, 'python', 'python', '/home/dev/.local/bin/kimi')).toBe('session')
  expect(role(PYTHON, 'Kimi Code', 'Kimi Code')).toBe('session')
  expect(role(NODE, 'kimi-code', 'kimi-code', '', '')).toBe('session')
  expect(role(NODE, 'node', 'node', '/usr/lib/node_modules/@moonshot-ai/kimi-code/dist/main.mjs', '-p', 'hi')).toBe('session')
  expect(role('/home/dev/.kimi-code/bin/kimi', 'kimi', 'kimi', '--session', 'x')).toBe('session')
})

it('knows workers, servers, commands and editors, and takes no other program for it', () => {
  expect(role(PYTHON, 'kimi-code-bg-wo', 'kimi-code-bg-worker')).toBe('helper')
  for (const word of ['web', 'mcp', 'login', '--version', '__web-worker']) expect(role(PYTHON, 'python', 'python', '/usr/bin/kimi-cli', word), word).toBe('helper')
  expect(role(PYTHON, 'python', 'python', '/usr/bin/kimi', 'acp')).toBe('ide')
  expect(role('/usr/bin/vim', 'kimi-code', 'kimi-code')).toBeNull()
  expect(role(NODE, 'node', 'kimi-code')).toBeNull()
  expect(role(NODE, 'node', 'node', '/srv/kimi.js')).toBeNull()
})
