import { describe, expect, it } from 'vitest'
import type { LockAnswer } from '../../../src/api/control-plane.ts'
import { isInForce, outcomeText, renderLock, renderLocks } from '../../../src/cli/render/locks.ts'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { lock } from '../../support/sample-answers.ts'

const view = { columns: 80, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: readonly Line[]): string => lines.map(plainLine).join('\n')
const { released: _released, ...rest } = lock
const inForce: LockAnswer = { ...rest, needsConfirmation: false }
const { signals } = lock

describe('locks', () => {
  it('take two lines each: what is locked until when, and what came of it', () => {
    expect(text(renderLocks([inForce], view))).toBe([
      '▲ L3f9a2c  api-daily (main)  until 2026-11-22 00:00 (in 7h 48m)',
      '  $20.13 of $20.00 at 14:02 · 1 told, 1 interrupted, 1 terminate failed',
    ].join('\n'))
  })
  it('give their state a line of its own where there is no room beside them, and never break what is to be typed', () => {
    const long = { ...inForce, id: 'L3f9a2c71b04e8d5a', needsConfirmation: true }
    expect(text(renderLocks([long, inForce], { ...view, columns: 40 }))).toBe([
      '▲ L3f9a2c71b04e8d5a  api-daily (main)',
      '  until 2026-11-22 00:00 (in 7h 48m)',
      '  $20.13 of $20.00 at 14:02 · 1 told, 1',
      '  interrupted, 1 terminate failed ·',
      '  signals wait for:',
      '  purser arm --confirm api-daily',
      '▲ L3f9a2c  api-daily (main)',
      '  until 2026-11-22 00:00 (in 7h 48m)',
      '  $20.13 of $20.00 at 14:02 · 1 told, 1',
      '  interrupted, 1 terminate failed',
    ].join('\n'))
  })
  it('for something without a price say that, since the amounts are not why', () => {
    const unpriced: LockAnswer = { ...inForce, spent: '0.00', limit: '1.00', reason: '8 responses have no known price' }
    expect(text(renderLocks([unpriced], view))).toContain('8 responses have no known price at ')
    expect(text(renderLock(unpriced, view))).toMatch(/why +8 responses have no known price\n +spent +\$0.00 of \$1.00/)
  })
  it('that ended by themselves were released by nobody', () => {
    const over: LockAnswer = { ...inForce, released: { at: '2026-11-21T13:30:00.000Z', by: 'expiry', reason: 'the window ended' } }
    expect(text(renderLocks([over], view))).toContain('ended 14:30')
    expect(text(renderLock(over, view))).toMatch(/ended +2026-11-21 14:30: the window ended/)
  })
  it('made by hand name the session and the reason, and neither a limit nor a raise', () => {
    const byHand: LockAnswer = { ...inForce, rule: 'by hand', perValue: 's1', scope: { agent: 'codex', session: 's1' }, reason: 'it loops', limit: '3.10', spent: '3.10', window: { kind: 'lifetime', start: null, end: null, zone: 'UTC' } }
    expect(text(renderLocks([byHand], view))).toContain('by hand (s1)  until 23:00 (in')
    expect(text(renderLocks([byHand], view))).toContain('it loops at 13:02 · ')
    const shown = text(renderLock(byHand, view))
    for (const part of ['by hand, on session s1', '$3.10 that day', 'it loops', 'purser lock release L3f9a2c --reason']) expect(shown).toContain(part)
    expect(shown).not.toMatch(/budget|--raise|lifetime|\$3\.10 of/)
  })
  it('of two projects are told apart by the end of their roots', () => {
    const [line] = renderLocks([{ ...inForce, perValue: '/home/ada/src/a/long/way/down/to/web-app' }], view)
    expect(plainLine(line ?? [])).toContain('api-daily (web-app)  until')
  })
  it('say nothing is locked', () => {
    expect(text(renderLocks([], view))).toBe('nothing is locked')
  })
  it.each([
    ['released ones', { released: lock.released }, false],
    ['expired ones', { expiresAt: '2026-11-21T15:00:00.000Z' }, false],
    ['lifetime ones', { expiresAt: null }, true],
  ] as const)('tell %s apart', (_, change, expected) => {
    expect(isInForce({ ...inForce, ...change }, SAMPLE_NOW)).toBe(expected)
  })
  it('name who released one', () => {
    expect(text(renderLocks([lock], { ...view, columns: Infinity }))).toBe('· L3f9a2c  api-daily (main)  released 15:00 by ada\n  $20.13 of $20.00 at 14:02 · 1 told, 1 interrupted, 1 terminate failed')
  })
  it.each([
    ['in a grace that runs', { signals: { from: '2026-11-21T15:12:20.000Z', armed: true } }, ' · first signal at 16:12:20 (in 20s)'],
    ['in a grace that is over', {}, ''], ['in a dry run', { signals: { ...signals, armed: false } }, ' · signals are a dry run: purser arm'],
    ['once they are over', { expiresAt: '2026-11-21T15:00:00.000Z', signals: { ...signals, armed: false } }, ''],
  ] as const)('say when the first signal comes, %s', (_, change, expected) => {
    expect(/failed(.*)$/.exec(text(renderLocks([{ ...inForce, ...change }], { ...view, columns: Infinity })))?.[1]).toBe(expected)
  })
  it('say what dry run and waiting look like', () => {
    const dry = { ...inForce, needsConfirmation: true, actions: [{ kind: 'terminate', target: '1@2', state: 'dry-run', at: '', outcome: '' }] }
    expect(outcomeText(dry)).toBe('1 terminate only noted (not armed) · signals wait for: purser arm --confirm api-daily')
    expect(outcomeText({ ...inForce, actions: [] })).toBe('hooks deny; nothing had to be stopped')
  })
})

describe('one lock', () => {
  it('is told as a story, with what to type at its end', () => {
    expect(text(renderLock(inForce, view))).toBe([
      'Lock L3f9a2c  in force',
      '',
      '  budget   api-daily, for main',
      '  scope    project api',
      '  why      budget api-daily is spent: $20.13 of $20.00 today',
      '  window   day from 2026-11-21 00:00 to 2026-11-22 00:00, Europe/Paris',
      '  locked   2026-11-21 14:02, until 2026-11-22 00:00 (in 7h 48m)',
      '  signals  since 2026-11-21 14:02, to whatever runs in its scope, while the',
      '           daemon runs; see whether it does: purser status',
      '',
      'What came of it  3 actions',
      '  14:02:11  notify     desktop     done    shown',
      '  14:02:11  interrupt  4121@88123  done    idle after 1.2 s',
      '  14:02:41  terminate  4121@88123  failed  not permitted: the process belongs to',
      '                                           uid 0',
      '',
      '  go on now     purser lock release L3f9a2c --reason "..."',
      '  with $5 more  purser lock release L3f9a2c --reason "..." --raise 5',
    ].join('\n'))
  })
  it('offers no release once it is over', () => {
    expect(text(renderLock(lock, view))).not.toContain('purser lock release')
    expect(text(renderLock(lock, view))).toContain('released  2026-11-21 15:00 by ada: demo day')
  })
  it.each([
    ['a lock that waits for a person', { needsConfirmation: true }, 'wait for: purser arm --confirm api-daily'],
    ['a dry run', { signals: { ...signals, armed: false } }, 'a dry run, only noted; to send them: purser arm'],
    ['a grace that runs', { signals: { from: '2026-11-21T15:12:20.000Z', armed: true } }, 'the first at 16:12:20 (in 20s)'],
    ['a grace that is over', {}, 'since 2026-11-21 14:02, to whatever runs in its scope'],
  ] as const)('tells when signals come, in %s', (_, change, expected) => {
    expect(text(renderLock({ ...inForce, ...change }, view))).toContain(`  signals  ${expected}`)
  })
  it('tells that a budget that denies sends none', () => {
    const { signals: _signals, ...denying } = inForce
    expect(text(renderLock(denying, view))).toContain('  signals  none; hooks deny')
    expect(text(renderLock(lock, view))).not.toContain('signals')
  })
  it('keeps a hostile reason on its line', () => {
    expect(text(renderLock({ ...inForce, reason: 'x\u001b[31m\nLock fake  over' }, view)).split('\n')[4]).toBe('  why      x Lock fake  over')
  })
})
