import { describe, expect, it } from 'vitest'
import { entersSessions, homeRoots, ownsEvents, ownsStore, ownsTraces, placeOf } from '../../../src/agents/copilot/paths.ts'

describe('the home of Copilot', () => {
  it('is the default one and every one its variable names', () => {
    expect(homeRoots()({ home: '/home/dev', platform: 'linux', variables: {} })).toEqual([{ path: '/home/dev/.copilot', account: '~/.copilot', configHome: '/home/dev/.copilot' }])
    expect(homeRoots('x')({ home: '/home/dev', platform: 'linux', variables: { COPILOT_HOME: '/srv/c' } }).map(root => [root.path, root.unless])).toEqual([['/srv/c', ['x']], ['/home/dev/.copilot', ['x']]])
  })

  it('holds the store, a journal a session, and exported traces', () => {
    expect([ownsStore('session-store.db'), ownsStore('session-store.db-wal'), ownsStore('x/session-store.db')]).toEqual([true, false, false])
    expect([ownsEvents('session-state/s1/events.jsonl'), ownsEvents('session-state/s1/files/events.jsonl'), ownsEvents('events.jsonl')]).toEqual([true, false, false])
    expect([ownsTraces('otel/a.jsonl'), ownsTraces('otel/a/b.jsonl'), ownsTraces('logs/a.jsonl')]).toEqual([true, false, false])
    expect([entersSessions('session-state'), entersSessions('session-state/s1'), entersSessions('session-state/s1/files'), entersSessions('logs')]).toEqual([true, true, false, false])
    expect(placeOf('session-state/s1/events.jsonl')).toEqual({ session: 's1', subagent: '' })
  })
})
