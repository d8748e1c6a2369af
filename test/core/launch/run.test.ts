import { describe, expect, it } from 'vitest'
import { isRunId, runIdFrom, sessionsOf, type SeenSession } from '../../../src/core/launch/run.ts'
import { instant } from '../../../src/core/time.ts'

const RUN = { agent: 'codex', account: '~/.codex', folder: '/p', startedAt: instant(100), resumed: false }
const seen = (change: Partial<SeenSession> = {}): SeenSession => ({ agent: 'codex', session: 's1', cwd: '/p', startedAt: instant(150), seenAt: instant(160), taken: false, ...change })

describe('the sessions of a run', () => {
  it('are those of its agent that began in its folder while it ran', () => {
    const others = [seen({ session: 's2', agent: 'gemini' }), seen({ session: 's3', cwd: '/p/sub' }), seen({ session: 's4', startedAt: instant(50) }), seen({ session: 's5', taken: true })]
    expect(sessionsOf(RUN, [seen(), ...others], 0)).toEqual({ sessions: ['s1'], because: '' })
  })
  it('may have begun before it where it takes one up', () => {
    expect(sessionsOf({ ...RUN, resumed: true }, [seen({ startedAt: instant(50) }), seen({ session: 'old', startedAt: instant(50), seenAt: instant(60) })], 0).sessions).toEqual(['s1'])
  })
  it('are unknown beside another run, which may be whose they are', () => {
    expect(sessionsOf(RUN, [seen()], 1).sessions).toEqual([])
    expect(sessionsOf(RUN, [], 1).because).toBe('its log shows nothing of it')
  })
})

it('makes an id of a UUID that can be told from the ids of budgets', () => {
  expect(runIdFrom('9974ac24-b4d2-4c3f-b8fb-6ded90c1fae2')).toBe('run-9974ac24b4')
  expect([isRunId('run-9974ac24b4'), isRunId('run-web'), isRunId('daily')]).toEqual([true, false, false])
})
