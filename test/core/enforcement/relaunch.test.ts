import { describe, expect, it } from 'vitest'
import { isRelaunch } from '../../../src/core/enforcement/relaunch.ts'
import { aProcess } from '../../support/fake-processes.ts'

const launcher = aProcess({ pid: 10, exe: '/usr/bin/node', argv: ['node', '/usr/bin/gemini', '-p', 'hi'] })
const child = aProcess({ pid: 11, parent: 10, exe: '/usr/bin/node', argv: ['/usr/bin/node', '--max-old-space-size=8192', '/usr/bin/gemini', '-p', 'hi'] })

describe('a client that started itself again', () => {
  it('is told by its own child with the same arguments', () => {
    expect(isRelaunch(child, launcher)).toBe(true)
    expect(isRelaunch({ ...child, argv: ['node', '/usr/bin/gemini', '-p', 'hi'] }, launcher)).toBe(true)
  })

  it('is not told by a session that it runs as a tool, by a neighbour, or by another program', () => {
    expect(isRelaunch({ ...child, argv: ['node', '/usr/bin/gemini', '-p', 'another'] }, launcher)).toBe(false)
    expect(isRelaunch({ ...child, argv: ['node', '/usr/bin/gemini', 'x', '/usr/bin/gemini', '-p', 'hi'] }, launcher)).toBe(false)
    expect(isRelaunch({ ...child, parent: 1 }, launcher)).toBe(false)
    expect(isRelaunch({ ...child, exe: '/usr/bin/bun' }, launcher)).toBe(false)
    expect(isRelaunch({ ...child, argv: ['node'] }, { ...launcher, argv: ['node'] })).toBe(false)
  })
})
