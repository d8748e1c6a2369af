import { describe, expect, it } from 'vitest'
import type { HookCall, HookEvent } from '../../../src/core/enforcement/hook-verdict.ts'
import { inForce, judgeHook, type Held, type HookFacts } from '../../../src/core/enforcement/judge-hook.ts'
import type { Standing } from '../../../src/core/enforcement/lock-text.ts'
import { NO_SAVE_WORK, SAVE_WORK_LIMITS, saveWorkFrom } from '../../../src/core/enforcement/save-work.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { HOUR_MS, instant } from '../../../src/core/time.ts'
import { aLock, lastingLock, NOON } from '../../support/a-lock.ts'

const call = (event: HookEvent, change: Partial<HookCall> = {}): HookCall => ({
  event, clientEvent: 'X', session: 's1', cwd: '/home/dev/web', pid: 0, transcript: '', subagent: '', tool: event === 'before-tool' ? 'Bash' : '',
  command: event === 'before-tool' ? 'npm test' : '', at: NOON, ...change,
})
const held = (lock = aLock(), saveWork = saveWorkFrom([])): Held => ({ lock, saveWork })
const facts = (change: Partial<HookFacts> = {}): HookFacts => ({ held: [], unanswered: [], standings: [], now: NOON, ...change })
const standing = (spent: string, change: Partial<Standing> = {}): Standing => ({ budget: 'web-daily', per: '', perValue: '', window: 'day', spent: parseUsd(spent), limit: parseUsd('20'), ...change })
const NONE = { entries: [], limits: NO_SAVE_WORK }
const GATED = ['prompt', 'before-tool', 'after-tools'] as const
const ALL = [...GATED, 'session-start', 'session-end', 'other'] as const

describe('without a lock', () => {
  it.each(ALL)('%s is allowed', event => {
    expect(judgeHook(call(event), facts())).toEqual({ slot: null, verdict: { verdict: 'allow' } })
  })
})

describe('with a lock', () => {
  it('a prompt is stopped, with what happened, when it ends and what to type', () => {
    const { verdict } = judgeHook(call('prompt'), facts({ held: [held()] }))
    expect(verdict).toEqual({
      verdict: 'stop',
      reason: 'purser: budget web-daily is spent: $20.41 of $20.00 today. Locked until 2026-11-22 00:00 UTC (in 12h 00m). See it: purser lock show L0011aabb - go on now: purser lock release L0011aabb --reason "..."',
    })
  })

  it('a tool call is denied so that the turn can save its work, a bounded number of times, then the turn is stopped', () => {
    const judged = judgeHook(call('before-tool'), facts({ held: [held()] }))
    expect(judged).toMatchObject({ slot: { lock: 'L0011aabb', session: 's1', kind: 'deny', max: SAVE_WORK_LIMITS.deny }, verdict: { verdict: 'deny' }, without: { verdict: 'stop' } })
  })

  it('a call that saves work passes, a bounded number of times, then the turn is stopped', () => {
    const judged = judgeHook(call('before-tool', { command: 'git commit -am wip' }), facts({ held: [held()] }))
    expect(judged).toMatchObject({ slot: { kind: 'save', max: SAVE_WORK_LIMITS.save }, verdict: { verdict: 'allow' }, without: { verdict: 'stop' } })
  })

  it('a command that only begins like one that saves work is denied', () => {
    for (const command of ['git commit -m x && rm -rf .', 'git status; make', 'git add $(make)', 'git status\nmake', 'git diff | sh']) {
      expect(judgeHook(call('before-tool', { command }), facts({ held: [held()] })).verdict.verdict, command).toBe('deny')
    }
  })

  it('a batch goes back to the model with the advice to save, a bounded number of times, then the turn is stopped', () => {
    const judged = judgeHook(call('after-tools'), facts({ held: [held()] }))
    expect(judged).toMatchObject({ slot: { kind: 'batch', max: SAVE_WORK_LIMITS.batch }, verdict: { verdict: 'advise' }, without: { verdict: 'stop' } })
  })

  it('without save-work every gate stops at once', () => {
    for (const event of GATED) expect(judgeHook(call(event, event === 'before-tool' ? { command: 'git status' } : {}), facts({ held: [held(aLock(), NONE)] }))).toMatchObject({ slot: null, verdict: { verdict: 'stop' } })
  })

  it('a session may start, and is told', () => {
    const { verdict } = judgeHook(call('session-start'), facts({ held: [held()], standings: [standing('20.41')] }))
    expect(verdict).toMatchObject({ verdict: 'advise', text: expect.stringMatching(/Budget web-daily: \$20\.41 of \$20\.00 today\. Locked: .* until 2026-11-22 00:00 UTC/) as string })
  })

  it.each(['session-end', 'other'] as const)('%s is allowed', event => {
    expect(judgeHook(call(event), facts({ held: [held()] })).verdict.verdict).toBe('allow')
  })

  it('what a model reads never tells how to release a lock', () => {
    const commands = ['npm test', 'git status']
    for (const command of commands) {
      const { verdict } = judgeHook(call('before-tool', { command }), facts({ held: [held()] }))
      expect(JSON.stringify(verdict)).not.toContain('lock release')
    }
    expect(JSON.stringify(judgeHook(call('after-tools'), facts({ held: [held()] })).verdict)).not.toContain('lock release')
  })
})

describe('which lock counts', () => {
  it('one that expired, exactly now or before, holds nothing', () => {
    const expired = [instant(NOON - 1), NOON].map(expiresAt => held(aLock({ expiresAt })))
    expect(judgeHook(call('prompt'), facts({ held: expired })).verdict.verdict).toBe('allow')
  })
  it('one that was released, or that only warns, holds nothing', () => {
    const idle = [held(aLock({ released: { at: NOON, by: 'dev', reason: 'x' } })), held(aLock({ onBreach: 'warn' }))]
    expect(judgeHook(call('prompt'), facts({ held: idle })).verdict.verdict).toBe('allow')
  })
  it('the one that lasts longest is named, and the others are counted', () => {
    const short = held(aLock({ id: 'Lshort', expiresAt: instant(NOON + HOUR_MS) })), lasting = held(lastingLock({ id: 'Lever' })), long = held(aLock({ id: 'Llong' }))
    expect(inForce([short, lasting, long], NOON).map(({ lock }) => lock.id)).toEqual(['Lever', 'Llong', 'Lshort'])
    expect(judgeHook(call('prompt'), facts({ held: [short, long] })).verdict).toMatchObject({ reason: expect.stringMatching(/lock show Llong.*release Llong/) as string })
    expect(judgeHook(call('prompt'), facts({ held: [short, long] })).verdict).toMatchObject({ reason: expect.stringContaining('One more lock holds') as string })
  })
  it('a lasting one says that only a person ends it', () => {
    expect(judgeHook(call('prompt'), facts({ held: [held(lastingLock())] })).verdict).toMatchObject({ reason: expect.stringContaining('Locked until a person releases it') as string })
  })
})

describe('a fail-closed rule that nobody vouches for', () => {
  it.each(GATED)('stops %s, also a call that would save work', event => {
    const { verdict } = judgeHook(call(event, { command: 'git status' }), facts({ unanswered: ['web-daily'] }))
    expect(verdict).toMatchObject({ verdict: 'stop', reason: expect.stringMatching(/purser up --detach.*purser hooks uninstall/) as string })
  })
  it('tells a session that starts', () => {
    expect(judgeHook(call('session-start'), facts({ unanswered: ['a', 'b'] })).verdict).toMatchObject({ verdict: 'advise', text: expect.stringContaining('budgets a, b are fail-closed') as string })
  })
})

describe('advice', () => {
  it('begins at 95 % of the limit', () => {
    expect(judgeHook(call('prompt'), facts({ standings: [standing('18.999999999')] })).verdict.verdict).toBe('allow')
    expect(judgeHook(call('prompt'), facts({ standings: [standing('19')] })).verdict).toMatchObject({ verdict: 'advise', text: expect.stringContaining('$19.00 of $20.00 today') as string })
  })
  it('is given to a running turn once, and never before a tool', () => {
    expect(judgeHook(call('after-tools'), facts({ standings: [standing('19')] }))).toMatchObject({ slot: { kind: 'advice', session: 's1', max: 1 }, verdict: { verdict: 'advise' }, without: { verdict: 'allow' } })
    expect(judgeHook(call('before-tool'), facts({ standings: [standing('19')] }))).toEqual({ slot: null, verdict: { verdict: 'allow' } })
  })
  it('is not given for a limit of nothing', () => {
    expect(judgeHook(call('prompt'), facts({ standings: [standing('0', { limit: parseUsd('0') })] })).verdict.verdict).toBe('allow')
  })
  it('carries no escape, line break or hidden character from a name', () => {
    const named = standing('19', { per: 'branch', perValue: 'x\u001b]52;c;AAAA\u0007\n\u202ey', budget: 'b\u009b31m' })
    const { verdict } = judgeHook(call('prompt'), facts({ standings: [named] }))
    expect(JSON.stringify(verdict)).not.toMatch(/\\u00|\\n|[\p{Cc}\p{Cf}]/u)
  })
})
