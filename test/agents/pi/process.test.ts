import { expect, it } from 'vitest'
import { roleOf } from '../../../src/agents/pi/process.ts'
import { aProcess } from '../../support/fake-processes.ts'

const role = (exe: string, name: string, ...argv: string[]): ReturnType<typeof roleOf> => roleOf(aProcess({ exe, name, argv }))
const SCRIPT = '/usr/lib/node_modules/@mariozechner/pi-coding-agent/dist/cli.js'

it('knows sessions by their script, by the title a runtime gave itself, and by the package\'s own executable', () => {
  expect(role('/usr/bin/node', 'node', 'node', SCRIPT, '-p', 'hi')).toBe('session')
  expect(role('/usr/bin/node', 'pi', 'pi', '', '')).toBe('session')
  expect(role('/usr/bin/bun', 'bun', 'bun', '/home/dev/.bun/bin/omp')).toBe('session')
  expect(role('/opt/pi-coding-agent/pi', 'pi', 'pi', '--session', 'x')).toBe('session')
  expect(role('/usr/bin/node', 'node', 'node', SCRIPT, 'install', 'npm:x')).toBe('helper')
})

it('takes no other program called pi for it', () => {
  expect(role('/usr/bin/pi', 'pi', 'pi', '1000')).toBeNull()
  expect(role('', 'pi', 'pi')).toBeNull()
  expect(role('/usr/bin/node', 'node', 'pi')).toBeNull()
  expect(role('/usr/bin/vim', 'vim', 'vim', SCRIPT)).toBeNull()
})
