// The demo from the breach on. Its claims are about stopping: none may be made that purser and the process do not bear out.
import { describe, expect, it } from 'vitest'
import { climbLadder, refuseTools, stopRelaunched, tellTimeline } from '../../../src/daemon/demo/after-breach.ts'
import { aPuppet, AGENT, aScene, demoBudget, demoLock, hookSays, signalled } from './a-scene.ts'

const ENDED = { code: 143, signal: null }
const TARGET = `${AGENT.pid}@${AGENT.startTime}`
const verifying = demoLock({ actions: [{ kind: 'verify', target: TARGET, state: 'running', at: '2026-11-21T12:00:04.400Z', outcome: '' }] })
const feedOf = (...events: ReturnType<typeof signalled>[]) => ({ after = 0 }: { after?: number }) => ({ events: events.filter(({ id }) => id > after), last: events.at(-1)?.id ?? 0 })

describe('the ladder in the demo', () => {
  it('is told rung by rung with the time since the lock, the proof, and how the process ended', async () => {
    const scene = aScene({ events: feedOf(signalled('SIGINT'), signalled('SIGTERM', { at: '2026-11-21T12:00:04.350Z' })), 'lock.show': { lock: verifying } })
    await climbLadder(scene, demoLock(), aPuppet({}, { noticed: ['SIGINT'], ending: ENDED }))
    expect(scene.lines.map(line => line.slice(8))).toEqual([
      'SIGINT    to pid 4711, 2.1s after the lock: its hook names it', 'SIGTERM   to pid 4711, 2.4s after the lock', 'stopped   pid 4711 ended: exit 143, as on SIGTERM',
      'verify    running: for 15 s nothing may run session 3f3c8446 again; this demo does not wait that long',
    ])
  })

  it('fails when a signal is only rehearsed, or is sent to somebody else', async () => {
    const rehearsed = feedOf(signalled('SIGINT', { code: 'target.rehearsed' }))
    await expect(climbLadder(aScene({ events: rehearsed }), demoLock(), aPuppet({}))).rejects.toThrow('purser did not send SIGINT to pid 4711 within 6 s')
    const another = feedOf(signalled('SIGINT', { fields: { ...signalled('SIGINT').fields, target: '4711@1' } }))
    await expect(climbLadder(aScene({ events: another }), demoLock(), aPuppet({}))).rejects.toThrow('purser did not send SIGINT')
  })

  it('fails with the reason when a signal could not be sent', async () => {
    const failed = feedOf(signalled('SIGINT', { code: 'target.signal_failed', fields: { target: TARGET, outcome: 'not permitted' } }))
    await expect(climbLadder(aScene({ events: failed }), demoLock(), aPuppet({}))).rejects.toThrow('SIGINT could not be sent: not permitted')
  })

  it('fails when the process outlives SIGTERM, whatever the rows say', async () => {
    const scene = aScene({ events: feedOf(signalled('SIGINT'), signalled('SIGTERM')), 'lock.show': { lock: verifying } })
    await expect(climbLadder(scene, demoLock(), aPuppet({}, { noticed: ['SIGINT'] }))).rejects.toThrow('purser did not end the agent within 6 s')
    expect(scene.lines.join()).not.toContain('stopped')
  })

  it('claims no signal where purser sends none', async () => {
    const scene = aScene({}, 'darwin')
    await climbLadder(scene, demoLock(), aPuppet({}, { ending: { code: 0, signal: null } }))
    expect(scene.lines).toHaveLength(1)
    expect(scene.lines[0]).toContain('purser sends none on darwin yet: hooks deny and this demo ended the agent itself (exit 0)')
    expect(scene.asked.names).toEqual([])
  })
})

describe('an agent that is started again in the demo', () => {
  const idle = { 'ps': { processes: [] }, 'lock.show': { lock: verifying } }

  it('may be interrupted before it can ask for anything, and that is told as what it is', async () => {
    const scene = aScene({ ...idle, events: feedOf(signalled('SIGINT')) })
    await stopRelaunched(scene, demoLock(), aPuppet({}, { ending: { code: null, signal: 'SIGINT' } }))
    expect(scene.lines.map(line => line.slice(8))).toEqual([
      'SIGINT    to pid 4711, 2.1s after the lock: its hook names it', 'stopped   pid 4711 ended before it could ask for anything: by SIGINT', 'ps        0 agent processes',
    ])
  })

  it('fails the demo when it ends without a signal of purser', async () => {
    const scene = aScene({ ...idle, events: { events: [], last: 0 } })
    await expect(stopRelaunched(scene, demoLock(), aPuppet({}, { ending: { code: 1, signal: null } }))).rejects.toThrow('purser did not send SIGINT')
  })

  it('fails the demo when its prompt is let through', async () => {
    await expect(stopRelaunched(aScene(idle), demoLock(), aPuppet({ prompt: [hookSays('allowed')] }))).rejects.toThrow('the hook allowed a prompt although the budget is locked')
  })
})

describe('tools in the demo after the breach', () => {
  it('fail the demo when the hook lets one pass', async () => {
    await expect(refuseTools(aScene({}), aPuppet({ tool: [hookSays('allowed')] }))).rejects.toThrow('the hook allowed a tool although the budget is locked')
  })

  it('are told with the very words the agent was given', async () => {
    const agent = aPuppet({ tool: [hookSays('denied', 'purser: save now'), hookSays('allowed')], respond: [{ at: '2026-11-21T12:00:03.000Z' }] })
    const scene = aScene({ 'budget.show': () => ({ budgets: [demoBudget(agent.orders.some(order => order.do === 'respond') ? '1.16' : '1.125')] }), events: { events: [], last: 0 } })
    await refuseTools(scene, agent)
    expect(scene.lines[0]).toContain('denied    the agent wants to run npm test; its PreToolUse hook says:  20 ms')
    expect(scene.lines[1]).toBe(`${' '.repeat(18)}"purser: save now"`)
    expect(scene.lines.at(-1)).toContain('allowed   git commit')
  })
})

describe('the timeline of the demo', () => {
  it('is the rows of the lock in their order, each with its own state', async () => {
    const scene = aScene({ 'lock.show': { lock: demoLock({ actions: [
      { kind: 'verify', target: TARGET, state: 'running', at: '2026-11-21T12:00:04.400Z', outcome: '' },
      { kind: 'interrupt', target: TARGET, state: 'failed', at: '2026-11-21T12:00:04.000Z', outcome: 'not permitted' },
    ] }) } })
    await tellTimeline(scene, 'Ldemo', Infinity)
    expect(scene.lines.slice(1).map(line => line.trim().replace(/ +/g, ' '))).toEqual([`+2.0s interrupt ${TARGET} failed not permitted`, `+2.4s verify ${TARGET} running in progress`])
  })
})
