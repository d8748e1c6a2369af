import { describe, expect, it } from 'vitest'
import { endNotice, idleNotice, returnNotice, spentNotice, strandedNotice } from '../../../src/core/failover/notice.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { aMove, aSaga, after, NOON } from '../../support/failover-samples.ts'

const names = { from: 'main', to: 'work' }

describe('what people are told of a spent quota', () => {
  it('is which, until when, and what to type', () => {
    expect(spentNotice(names, { episode: 'e', sessions: 2, until: after(HOUR_MS), offers: true, at: NOON })).toMatchObject({ title: 'The quota of main is spent', body: 'It starts anew at 2026-11-21 13:00 UTC. 2 sessions could go on on work.\nMove: purser failover run --from main' })
    expect(spentNotice({ from: 'main', to: '' }, { episode: 'e', sessions: 0, until: null, offers: true, at: NOON }).body).toBe('Nobody says until when. No other account can take its work now.\nSee why: purser failover plan')
    expect(spentNotice(names, { episode: 'e', sessions: 2, until: null, offers: false, at: NOON }).body).toBe('Nobody says until when. See it: purser quota')
  })
  it('is one notice for one exhaustion', () => {
    const of = (episode: string) => spentNotice(names, { episode, sessions: 1, until: null, offers: false, at: NOON }).key
    expect(of('e')).toBe(of('e'))
    expect(of('e')).not.toBe(of('f'))
  })
})

describe('what people are told of a move', () => {
  it('is how many went, how many stayed, and where to look', () => {
    const saga = aSaga({ state: 'committed', moves: [aMove('s-1', { state: 'verified' }), aMove('s-2', { state: 'left', because: 'x' })] })
    expect(endNotice(names, saga, NOON)).toMatchObject({ level: 'warn', code: 'failover.committed', title: 'Work moved from main to work', body: '1 session goes on there; 1 stayed.\nLook at them: purser session list\nSee each step: purser failover history fo-1' })
  })
  it('is an error with the sessions that do not run, and how to take them up', () => {
    const saga = aSaga({ state: 'aborted', moves: [aMove('s-1', { state: 'failed', because: 'x' })] })
    expect(endNotice(names, { ...saga, body: { ...saga.body, because: 'its terminal is gone' } }, NOON)).toMatchObject({ level: 'error', title: 'Work stays on main', body: 'its terminal is gone.\nNot running now: s-1; take one up: purser session resume SESSION\nSee each step: purser failover history fo-1' })
  })
  it('is when work goes on, and how not to wait', () => {
    const saga = aSaga({ state: 'stranded' })
    expect(strandedNotice(names, { saga: { ...saga, body: { ...saga.body, wakeAt: after(HOUR_MS) } }, proven: true, at: NOON }).body).toBe('Work goes on at 2026-11-21 13:00 UTC at the earliest.\nSee why: purser failover status\nDo not wait: purser failover abort fo-1')
    expect(strandedNotice(names, { saga: { ...saga, body: { ...saga.body, wakeAt: after(HOUR_MS) } }, proven: false, at: NOON }).body).toContain('No reset is known; quotas are looked at again at 2026-11-21 13:00 UTC.')
  })
  it('is that a session did not go on by itself, or that the primary is free again', () => {
    expect(idleNotice(names, { saga: { id: 'fo-1' }, moves: [{ session: 's-1' }], at: NOON }).body).toBe('1 session did not go on by itself: s-1.\nType something there, or look: purser session list')
    expect(returnNotice({ from: 'work', to: 'main' }, { failover: 'fo-1', at: NOON })).toMatchObject({ title: 'main can be used again', body: 'Go back: purser failover run --from work --to main' })
  })
  it('names no folder, no program and no text of a session', () => {
    const saga = aSaga({ state: 'committed', moves: [aMove('s-1', { state: 'verified', words: ['claude', '--resume', 's-1'] })] })
    const text = JSON.stringify(endNotice(names, saga, NOON))
    for (const secret of ['/home', 'claude-a', '--resume', '.jsonl']) expect(text).not.toContain(secret)
  })
})
