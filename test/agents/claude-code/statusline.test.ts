import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountOfStatusline, readStatusline } from '../../../src/agents/claude-code/statusline.ts'

const fromClient = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../fixtures/statusline/${name}.json`, import.meta.url), 'utf8'))

describe('the payload of a status line', () => {
  it('tells session, place, model, meter, context and windows', () => {
    expect(readStatusline(fromClient('quota'))).toEqual({
      session: '5a25d775-c840-4bd4-be76-dddef418f91a', cwd: '/home/dev/proj/alpha', transcript: '/home/dev/.claude/projects/-home-dev-proj-alpha/5a25d775-c840-4bd4-be76-dddef418f91a.jsonl',
      model: 'Opus 5.5', modelId: 'claude-opus-5-5', cost: 2_048_000n, contextPercent: 0,
      windows: [{ window: 'five_hour', usedBasisPoints: 9_100, resetsAt: 1_795_234_984_000 }, { window: 'seven_day', usedBasisPoints: 3_000, resetsAt: 1_795_531_984_000 }],
    })
  })
  it('knows no context and no window before the first response, nor a window that is over', () => {
    expect(readStatusline(fromClient('start'))).toMatchObject({ cost: 0n, contextPercent: null, windows: [] })
    expect(readStatusline(fromClient('api-key'))).toMatchObject({ windows: [] })
    expect(readStatusline(fromClient('after-reset'))?.windows.map(({ window }) => window)).toEqual(['seven_day'])
  })
  it('is no payload without a session', () => {
    for (const payload of [null, 7, 'text', [], {}, { session_id: '' }, { session_id: 7 }, { session_id: 'x'.repeat(201) }]) expect(readStatusline(payload)).toBeNull()
  })
  it('leaves out what is damaged and keeps the rest', () => {
    const damaged = { session_id: 's', model: { id: 'claude-opus-5-5' }, cwd: '/w', cost: { total_cost_usd: -1 }, context_window: { used_percentage: -3 }, rate_limits: { five_hour: { used_percentage: '91', resets_at: 1 }, seven_day: { used_percentage: 30.129, resets_at: '2026-11-24T14:09:00Z' }, 'Bad Name': { used_percentage: 1 }, opus: { used_percentage: 2, resets_at: 'soon' } } }
    expect(readStatusline(damaged)).toEqual({ session: 's', cwd: '/w', transcript: '', model: 'claude-opus-5-5', modelId: 'claude-opus-5-5', cost: null, contextPercent: null, windows: [{ window: 'seven_day', usedBasisPoints: 3_012, resetsAt: Date.UTC(2026, 10, 24, 14, 9) }, { window: 'opus', usedBasisPoints: 200, resetsAt: null }] })
  })
  it('of any shape throws nothing', () => {
    fc.assert(fc.property(fc.anything(), fc.anything(), (payload, part) => {
      readStatusline(payload)
      expect(readStatusline({ session_id: 's', model: part, cost: part, context_window: part, rate_limits: part, workspace: part })?.session).toBe('s')
    }))
  })
})

describe('the account of a status line', () => {
  const transcript = '/h/.claude/projects/-w/s.jsonl'
  it.each([['/h/.claude-work', '~/.claude-work'], ['/h/.claude-work/', '~/.claude-work'], ['/srv/claude', '/srv/claude'], ['', '~/.claude']])('with CLAUDE_CONFIG_DIR=%s is %s', (configHome, account) => {
    expect(accountOfStatusline({ configHome, transcript }, '/h')).toBe(account)
  })
  it('is unknown when neither tells', () => {
    expect(accountOfStatusline({ configHome: '', transcript: '/elsewhere/s.jsonl' }, '/h')).toBe('')
  })
})
