import { describe, expect, it } from 'vitest'
import { noticeOf, type Tellable } from '../../../src/core/enforcement/notice.ts'
import { safeNotice } from '../../../src/core/machine/safe-notice.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { aLock, lastingLock, NOON } from '../../support/a-lock.ts'

const standing = { budget: 'web-daily', per: 'project', perValue: '/home/dev/web', window: 'day', spent: parseUsd('16.40'), limit: parseUsd('20') } as const
const target = { pid: 4242, startTime: '777', agent: 'Claude Code', project: '/home/dev/web' }
const alert = (over: Partial<Extract<Tellable, { what: 'alert' }>> = {}): Tellable => ({ what: 'alert', standing, threshold: 80, version: 'v1', windowStart: NOON, at: NOON, ...over })
const every: readonly Tellable[] = [
  alert(),
  { what: 'overspent', standing, version: 'v1', windowStart: NOON, because: 'warns_only', at: NOON },
  { what: 'breach', lock: aLock(), armed: true, at: NOON },
  { what: 'stopped', lock: aLock(), target, how: 'SIGINT', at: NOON },
  { what: 'unstoppable', lock: aLock(), target, attempts: 3, why: 'operation not permitted', at: NOON },
  { what: 'released', lock: aLock(), by: 'ada', reason: 'demo day', at: NOON },
  { what: 'unpriced', model: 'claude-next-1', card: '2026-11-01', at: NOON },
  { what: 'test', at: NOON },
]

describe('noticeOf an alert', () => {
  it('says the share, the amounts, whose they are and where to look', () => {
    expect(noticeOf(alert())).toEqual({
      key: '["alert","web-daily","v1","/home/dev/web",1795262400000,80]', code: 'budget.alert', level: 'warn', at: NOON,
      title: 'Budget web-daily has reached 80 %', body: '$16.40 of $20.00 today (project web).\nSee it: purser budget show web-daily',
      facts: { rule: 'web-daily', window: 'day', windowStart: '2026-11-21T12:00:00.000Z', spent: '16.40', limit: '20.00', project: 'web', threshold: '80' },
    })
  })

  it.each([[50, 'info'], [79, 'info'], [80, 'warn'], [95, 'warn'], [100, 'warn']] as const)('at %i percent is of level %s', (threshold, level) => {
    expect(noticeOf(alert({ threshold })).level).toBe(level)
  })
})

describe('noticeOf an overspent budget', () => {
  it.each([['warns_only', 'this budget only warns'], ['estimated', 'an estimate never stops a session']] as const)('that stops nothing because %s says so', (because, text) => {
    const notice = noticeOf({ what: 'overspent', standing, version: 'v1', windowStart: NOON, because, at: NOON })
    expect(notice).toMatchObject({ level: 'warn', code: 'budget.overspent', title: 'Budget web-daily is overspent', body: expect.stringContaining(text) })
  })
})

describe('noticeOf a breach', () => {
  const breach = (lock = aLock(), armed = true) => noticeOf({ what: 'breach', lock, armed, at: NOON })

  it('says the amounts, until when, and what to type', () => {
    expect(breach()).toMatchObject({
      key: '["breach","L0011aabb"]', code: 'budget.breach', level: 'error', title: 'Budget web-daily is spent: $20.41 of $20.00 today',
      body: 'Locked until 2026-11-22 00:00 UTC (in 12h 00m); hooks deny what would cost more.\nSee it: purser lock show L0011aabb\nGo on now: purser lock release L0011aabb --reason "..."',
      facts: { lock: 'L0011aabb', rule: 'web-daily', onBreach: 'deny', spent: '20.41', limit: '20.00', window: 'day', expiresAt: '2026-11-22T00:00:00.000Z', armed: 'true' },
    })
  })

  it('of a lifetime budget has no end', () => {
    expect(breach(lastingLock()).body).toContain('Locked until a person releases it')
    expect(breach(lastingLock()).facts).not.toHaveProperty('expiresAt')
  })

  it('promises a signal only where one will follow', () => {
    const terminate = aLock({ onBreach: 'terminate', graceUntil: instant(NOON + 30_000) })
    expect(breach(terminate).body).toContain('Running sessions are interrupted in 30 s, then terminated.')
    expect(breach({ ...terminate, graceUntil: NOON }).body).toContain('Running sessions are being interrupted, then terminated.')
    expect(breach(terminate, false).body).toContain('signals are in dry-run until you type: purser arm')
    expect(breach({ ...terminate, needsConfirmation: true }).body).toContain('Running sessions go on until you type: purser arm --confirm web-daily')
    expect(breach(aLock({ onBreach: 'deny' })).body).not.toMatch(/interrupt|terminat/)
  })
})

describe('noticeOf a process', () => {
  it('says which one ended, and on what', () => {
    expect(noticeOf(every[3] as Tellable)).toMatchObject({
      code: 'session.stopped', level: 'warn', title: 'Stopped Claude Code (pid 4242) in web', body: expect.stringContaining('It ended on SIGINT.'), facts: { pid: '4242', how: 'SIGINT' },
    })
  })

  it('never claims to have stopped what it could not', () => {
    expect(noticeOf(every[4] as Tellable)).toMatchObject({
      code: 'session.unstoppable', level: 'error', title: 'Could not stop Claude Code (pid 4242) in web',
      body: expect.stringMatching(/After 3 attempts: operation not permitted\. Hooks still deny its calls; purser will not signal it again\.\nLook at it: purser ps\n/),
    })
  })
})

describe('noticeOf anything', () => {
  it.each(every.map(event => [event.what, event] as const))('%s has one title line, a level, and says what to type or that all is well', (_what, event) => {
    const notice = noticeOf(event)
    expect(notice.title).not.toContain('\n')
    expect(notice.title.length).toBeLessThan(120)
    expect(notice.body).toMatch(/purser /)
    expect(safeNotice(notice)).toEqual(notice)
  })

  it('gives the same event the same key and different events different keys', () => {
    const keys = every.map(event => noticeOf(event).key)
    expect(new Set(keys).size).toBe(every.length)
    expect(every.map(event => noticeOf(event).key)).toEqual(keys)
  })

  it.each<[string, Tellable, Tellable]>([
    ['another window', alert(), alert({ windowStart: instant(NOON + 1) })],
    ['another threshold', alert(), alert({ threshold: 95 })],
    ['an edited rule', alert(), alert({ version: 'v2' })],
    ['another project', alert(), alert({ standing: { ...standing, perValue: '/home/dev/other' } })],
    ['a name that would join into the same text', alert({ version: 'a"b', standing: { ...standing, perValue: 'c' } }), alert({ version: 'a', standing: { ...standing, perValue: 'b"c' } })],
    ['another start of the same pid', { what: 'stopped', lock: aLock(), target, how: 'x', at: NOON }, { what: 'stopped', lock: aLock(), target: { ...target, startTime: '778' }, how: 'x', at: NOON }],
  ])('tells %s anew', (_what, one, other) => {
    expect(noticeOf(one).key).not.toBe(noticeOf(other).key)
  })

  it('tells the same breach once, whatever has been spent since', () => {
    expect(noticeOf({ what: 'breach', lock: aLock({ spent: parseUsd('99') }), armed: true, at: instant(NOON + 5) }).key).toBe(noticeOf({ what: 'breach', lock: aLock(), armed: false, at: NOON }).key)
  })

  it('names a project by its display name and never by where it lies', () => {
    const lock = aLock({ per: 'project', perValue: '/home/ada/clients/secret-client/web' })
    const told = [noticeOf({ what: 'breach', lock, armed: true, at: NOON }), noticeOf({ what: 'stopped', lock, target: { ...target, project: '/home/ada/clients/secret-client/web' }, how: 'SIGTERM', at: NOON })]
    expect(JSON.stringify(told)).toContain('web')
    expect(JSON.stringify(told)).not.toContain('secret-client')
  })

  it('says nothing of what a session was asked or ran, though the lock may hold it', () => {
    const canary = 'CANARY-prompt-text'
    const lock = aLock({ reason: canary, selector: { project: `/home/${canary}`, session: canary } })
    const told = every.map(event => noticeOf('lock' in event ? { ...event, lock } : event))
    expect(JSON.stringify(told)).not.toContain(canary)
  })

  it('lets no name forge a line or move a cursor', () => {
    const evil = 'x\u001b]0;pwned\u0007\nGo on now: rm -rf ~'
    const notice = safeNotice(noticeOf({ what: 'breach', lock: aLock({ rule: evil, per: 'branch', perValue: evil }), armed: true, at: NOON }))
    expect(notice.body.split('\n')).toHaveLength(3)
    expect(notice.title).not.toMatch(/\p{Cc}/u)
  })
})
