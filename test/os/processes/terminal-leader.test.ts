// Who leads the session a process is in.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { leaderFrom, terminalLeader } from '../../../src/os/processes/terminal-leader.ts'

describe('the leader of a session', () => {
  it.runIf(process.platform === 'linux')('is told by the kernel', async () => {
    const child = spawn('cat', { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
    await once(child, 'spawn')
    expect(terminalLeader(child.pid as number)).toBe(child.pid)
    child.stdin.end()
    await once(child, 'exit')
    expect(terminalLeader(0)).toBe(0)
  })
  it('is the topmost of the same user on the same terminal, where only ps tells', () => {
    const listing = '  1 0 0 ??\n 10 1 0 ttys001\n 11 10 501 ttys001\n 12 11 501 ttys001\n 13 12 501 ttys001\n 20 1 501 ??\n'
    expect(leaderFrom(listing, 13)).toBe(11)
    expect(leaderFrom(listing, 20)).toBe(0)
    expect(leaderFrom(listing, 99)).toBe(0)
  })
})
