import { describe, expect, it } from 'vitest'
import { describeProcesses } from '../../../src/flows/enforce/describe.ts'
import { aWitness, aWorld, SESSION, stopLock } from '../../support/enforcement-world.ts'
import { aProcess } from '../../support/fake-processes.ts'

describe('what `ps` shows', () => {
  it('is every agent process, targets or not, each with its reason and none with its arguments', async () => {
    const world = aWorld({ processes: [
      aProcess(), aProcess({ pid: 4900, startTime: '2', cwd: '/srv/api', argv: ['claude', '-p', 'a secret prompt'] }), aProcess({ pid: 4800, startTime: '3', argv: ['claude', 'bg-pty-host'] }), aProcess({ pid: 7, name: 'bash' }),
      aProcess({ pid: 5000, uid: 1001, cwd: '' }),
    ] })
    const described = await describeProcesses(world, [stopLock()])
    expect(described.map(({ pid, target, because, locks }) => [pid, target, because, locks])).toEqual([
      [4711, true, `the agent's registry names it session ${SESSION}, and lock L0011aabb (web-daily) holds its scope`, ['L0011aabb']],
      [4800, false, 'it is a helper process of the agent, not a session', []],
      [4900, true, 'it works in /srv/api: a lock on that whole project would stop it, a lock on one session would not (neither a hook nor the agent\'s registry names its session)', []],
      [5000, false, 'it belongs to uid 1001, purser runs as uid 1000', []],
    ])
    expect(described[0]).toMatchObject({ agent: 'claude-code', role: 'session', session: SESSION, cwd: '/home/dev/web', project: '/home/dev/web', branch: 'main', account: '~/.claude', startedAt: 0 })
    expect(JSON.stringify(described)).not.toContain('secret')
  })

  it('names no lock that only denies, and says what a lock waits for', async () => {
    expect(await describeProcesses(aWorld(), [stopLock({ onBreach: 'deny' })])).toMatchObject([{ locks: [], target: true }])
    expect(await describeProcesses(aWorld(), [stopLock({ needsConfirmation: true })])).toMatchObject([{ because: expect.stringMatching(/signals wait for: purser arm --confirm web-daily$/) }])
  })

  it('says of a stale entry that it is one', async () => {
    const [stale] = await describeProcesses(aWorld({ witnesses: [aWitness({ startTime: '1' })], processes: [aProcess({ cwd: '' })] }), [])
    expect(stale).toMatchObject({ target: false, session: '', because: expect.stringMatching(/about an earlier process/) })
  })
})
