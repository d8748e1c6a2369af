import { describe, expect, it } from 'vitest'
import { accepted, afterLook, afterRefusedLogin, afterThrottle, healthOf, isForeign, newRecord, readyAt, windowsOf, type AccountRecord, type Health } from '../../../src/core/accounts/health.ts'
import type { FoundLogin } from '../../../src/core/accounts/identity.ts'
import { observe, type QuotaObservation, type QuotaWindow } from '../../../src/core/accounts/quota.ts'
import { HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'

const NOON = instant(Date.UTC(2026, 10, 21, 12))
const at = (ms: number) => instant(NOON + ms)
const login = (change: Partial<FoundLogin> = {}): FoundLogin => ({ fingerprint: 'ann', kind: 'oauth', organisation: false, signIn: '12@1', homeExists: true, lookedAt: NOON, ...change })
const KEY = { agent: 'claude-code', account: '~/.claude' }
const looked = (...logins: readonly FoundLogin[]): AccountRecord => logins.reduce(afterLook, newRecord(KEY))
const window = (change: Partial<QuotaObservation> = {}): QuotaWindow => observe(null, { ...KEY, window: 'five_hour', minutes: 300, usedBasisPoints: 4_000, exhausted: false, resetsAt: at(HOUR_MS), observedAt: NOON, evidence: 'log', ...change }) as QuotaWindow
const state = (record: AccountRecord, windows: readonly QuotaWindow[] = [], now = NOON): Health['state'] => healthOf(record, windows, now).state

describe('an account', () => {
  it('is unknown until somebody looked, and while there is no home', () => {
    expect(healthOf(newRecord(KEY), [], NOON)).toEqual({ state: 'unknown', because: 'never_looked' })
    expect(healthOf(looked(login({ homeExists: false, kind: '', fingerprint: '', signIn: '' })), [], NOON)).toEqual({ state: 'unknown', because: 'no_home' })
  })
  it('is ok with a login that is its own, also one by key that has no name', () => {
    expect(state(looked(login()))).toBe('ok')
    expect(state(looked(login({ fingerprint: '', kind: 'api-key' })))).toBe('ok')
  })
  it('is broken while nobody is signed in', () => {
    expect(healthOf(looked(login(), login({ fingerprint: '', kind: '', signIn: '' })), [], NOON)).toMatchObject({ state: 'auth_broken', because: 'no_login' })
    expect(state(looked(login(), login({ fingerprint: '', kind: '', signIn: '' }), login({ signIn: '12@2' })))).toBe('ok')
  })
  it('is quarantined while the login is not the one it was added with, until that is back or a person accepts it', () => {
    const swapped = looked(login(), login({ fingerprint: 'bob' }))
    expect(healthOf(swapped, [], NOON)).toEqual({ state: 'quarantined', expected: 'ann', found: 'bob' })
    expect(isForeign(swapped)).toBe(true)
    expect(state(afterLook(swapped, login()))).toBe('ok')
    expect(state(accepted(swapped))).toBe('ok')
    expect(state(afterLook(accepted(swapped), login()))).toBe('quarantined')
  })
  it('is broken once its login was refused, until somebody signs in or a response is seen', () => {
    const refused = afterRefusedLogin(looked(login()), { at: NOON, evidence: 'log' })
    expect(healthOf(refused, [], at(HOUR_MS))).toEqual({ state: 'auth_broken', because: 'refused', since: NOON, evidence: 'log' })
    expect(state(afterLook(refused, login({ lookedAt: at(1) })))).toBe('auth_broken')
    expect(state(afterLook(refused, login({ signIn: '12@9' })))).toBe('ok')
    expect(state(refused, [window({ observedAt: at(MINUTE_MS) })])).toBe('ok')
  })
  it('stays broken when only a status line repeats itself, or another refusal is seen', () => {
    const refused = afterRefusedLogin(looked(login()), { at: NOON, evidence: 'log' })
    expect(state(refused, [window({ observedAt: at(MINUTE_MS), evidence: 'statusline' })])).toBe('auth_broken')
    expect(state(refused, [window({ observedAt: at(MINUTE_MS), exhausted: true })])).toBe('auth_broken')
    expect(state(refused, [window({ observedAt: NOON })])).toBe('auth_broken')
    expect(afterRefusedLogin(refused, { at: at(-1), evidence: 'hook' })).toBe(refused)
  })
  it('is exhausted while a window of it is spent, until the last of them is reset', () => {
    const spent = [window({ exhausted: true, resetsAt: at(HOUR_MS) }), window({ window: 'seven_day', minutes: null, exhausted: true, resetsAt: at(50 * HOUR_MS) }), window({ window: 'seven_day_opus', minutes: null })]
    expect(healthOf(looked(login()), spent, NOON)).toMatchObject({ state: 'exhausted', until: at(50 * HOUR_MS), windows: [{ window: 'five_hour' }, { window: 'seven_day' }] })
    expect(healthOf(looked(login()), spent, at(HOUR_MS))).toMatchObject({ state: 'exhausted', windows: [{ window: 'seven_day' }] })
    expect(state(looked(login()), spent, at(50 * HOUR_MS))).toBe('ok')
  })
  it('is not exhausted by the quota of one model alone', () => {
    const opus = window({ window: 'seven_day_opus', minutes: null, exhausted: true, resetsAt: at(50 * HOUR_MS) })
    expect(state(looked(login()), [opus])).toBe('ok')
    expect(healthOf(looked(login()), [opus, window({ exhausted: true })], NOON)).toMatchObject({ state: 'exhausted', until: at(HOUR_MS), windows: [{ window: 'five_hour' }] })
  })
  it('is exhausted until nobody knows when, where one spent window names no reset', () => {
    const spent = [window({ exhausted: true }), window({ window: 'seven_day', exhausted: true, resetsAt: null })]
    expect(healthOf(looked(login()), spent, NOON)).toMatchObject({ state: 'exhausted', until: null })
    expect(readyAt([])).toBeNull()
  })
  it('is throttled for a minute, and no longer for an older throttle', () => {
    const slowed = afterThrottle(looked(login()), NOON)
    expect(healthOf(slowed, [], at(1))).toEqual({ state: 'throttled', until: at(MINUTE_MS) })
    expect(state(slowed, [], at(MINUTE_MS))).toBe('ok')
    expect(afterThrottle(slowed, at(-1))).toBe(slowed)
  })
  it('is disabled before it is anything else', () => {
    const disabled = { at: NOON, by: 'ada', reason: 'not mine any more' }
    expect(healthOf({ ...looked(login(), login({ fingerprint: 'bob' })), disabled }, [window({ exhausted: true })], NOON)).toEqual({ state: 'disabled', since: NOON, by: 'ada', reason: 'not mine any more' })
  })
})

it('the windows of an account are its own, the longest first', () => {
  const all = [window(), window({ window: 'seven_day', minutes: null }), window({ account: '~/.claude-work' }), window({ agent: 'codex' })]
  expect(windowsOf(all, KEY).map(each => each.window)).toEqual(['seven_day', 'five_hour'])
})
