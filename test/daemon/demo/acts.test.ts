// The demo up to the breach. It may never tell a success that was none: each act is shown a purser that does not work.
import { describe, expect, it } from 'vitest'
import { respond, sendsSignals, spend, tellProcesses } from '../../../src/daemon/demo/acts.ts'
import { aPuppet, AGENT, aScene, demoBudget, demoLock, hookSays } from './a-scene.ts'

const SPENT = ['0.00', '0.302048', '0.558296', '0.837344', '0.967592', '1.12504']
/** Counts one response more each time one is written. */
function counting(puppet: ReturnType<typeof aPuppet>, spent: readonly string[] = SPENT) {
  return () => ({ budgets: [demoBudget(spent[Math.min(spent.length - 1, puppet.orders.filter(order => order.do === 'respond').length)] ?? '')] })
}
const responds = { respond: [{ at: '2026-11-21T12:00:01.980Z' }] }

describe('spending in the demo', () => {
  it('tells each reading from purser\'s answer, and the lock with the time it took', async () => {
    const agent = aPuppet({ ...responds, prompt: [hookSays('allowed')], tool: [hookSays('allowed')] })
    const scene = aScene({ 'budget.show': counting(agent), 'lock.list': { locks: [demoLock()] }, events: { events: [], last: 0 } })
    expect((await spend(scene, agent)).id).toBe('Ldemo')
    const readings = scene.lines.filter(line => line.includes('  spent  ')).map(line => /\$\d\.\d\d of \$\d\.\d\d/.exec(line)?.[0])
    expect(readings).toEqual(['$0.30 of $1.00', '$0.56 of $1.00', '$0.84 of $1.00', '$0.97 of $1.00', '$1.13 of $1.00'])
    expect(scene.lines.at(-1)).toContain('Ldemo: budget api-daily is spent: $20.13 of $20.00 today  20 ms after the response was logged')
  })

  it('fails when purser does not count what was logged', async () => {
    const scene = aScene({ 'budget.show': { budgets: [demoBudget('0.00')] }, events: { events: [], last: 0 } })
    await expect(respond(scene, aPuppet(responds), { output: 1, cacheRead: 0, cacheWrite: 0 }, null)).rejects.toThrow('purser did not count the response within 6 s')
  })

  it('fails when the limit is passed and nothing is locked', async () => {
    const agent = aPuppet({ ...responds, prompt: [hookSays('allowed')], tool: [hookSays('allowed')] })
    const scene = aScene({ 'budget.show': counting(agent), 'lock.list': { locks: [] }, events: { events: [], last: 0 } })
    await expect(spend(scene, agent)).rejects.toThrow('purser did not lock the budget within 6 s')
  })

  it('fails when a hook refuses before the limit, or the limit is never passed', async () => {
    const refused = aPuppet({ ...responds, prompt: [hookSays('allowed')], tool: [hookSays('denied', 'spent')] })
    await expect(spend(aScene({ 'budget.show': counting(refused), events: { events: [], last: 0 } }), refused)).rejects.toThrow('the hook refused a tool at $0.30 of $1.00: spent')
    const blocked = aPuppet({ prompt: [hookSays('blocked', 'spent')] })
    await expect(spend(aScene({}), blocked)).rejects.toThrow('the hook refused the first prompt: spent')
    const cheap = aPuppet({ ...responds, prompt: [hookSays('allowed')], tool: [hookSays('allowed')] })
    await expect(spend(aScene({ 'budget.show': counting(cheap, ['0.00', '0.01', '0.02', '0.03', '0.04', '0.05']), events: { events: [], last: 0 } }), cheap)).rejects.toThrow('did not exceed $1.00')
  })
})

describe('what purser sees in the demo', () => {
  const row = { pid: AGENT.pid, startedAt: null, agent: 'claude-code', session: 's', cwd: '/p', project: '/p', target: true, because: 'its hook names it' }
  it('is told with its count, so that a stranger in it would be seen', async () => {
    const scene = aScene({ ps: { processes: [row, { ...row, pid: 99 }] } })
    await tellProcesses(scene, aPuppet({}))
    expect(scene.lines[0]).toContain('2 agent processes; pid 4711 is a target: its hook names it; pid 99 is a target')
  })
  it('must be an agent it would stop, or the demo ends before it promises that', async () => {
    await expect(tellProcesses(aScene({ ps: { processes: [{ ...row, target: false, because: 'its start time cannot be read' }] } }), aPuppet({}))).rejects.toThrow('purser would not stop pid 4711: its start time cannot be read')
    await expect(tellProcesses(aScene({ ps: { processes: [] } }), aPuppet({}))).rejects.toThrow(/purser would not stop pid 4711: .* is no program it knows an agent by/)
  })
  it('need not be a target where purser sends no signals', async () => {
    const scene = aScene({ ps: { processes: [] } }, 'darwin')
    await tellProcesses(scene, aPuppet({}))
    expect(sendsSignals(scene)).toBe(false)
  })
})
