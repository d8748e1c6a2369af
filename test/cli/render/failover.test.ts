import { describe, expect, it } from 'vitest'
import type { FailoverPlanAnswer } from '../../../src/api/failover-answers.ts'
import { renderFailoverHistory, renderFailoverStatus, renderPlans } from '../../../src/cli/render/failover.ts'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { failoverMove, failoverPlan, failoverSamples } from '../../support/failover-answers.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'

const ZONE = 'Europe/Paris'
const view = { columns: 110, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: readonly Line[]): string => lines.map(plainLine).join('\n')
const plan = (change: Partial<FailoverPlanAnswer> = {}, columns = view.columns): string => text(renderPlans([{ ...failoverPlan, ...change }], ZONE, { ...view, columns }))

describe('a plan', () => {
  it('says for each session what would happen to it and why, and what to type', () => {
    expect(plan()).toBe([
      'main → work  1 session would move  claude-code',
      '  5h spent, by stream at 2026-11-21T15:20:00.000Z, resets 2026-11-21T18:00:00.000Z',
      '  moves  8a1f1111-1111-4111-8111-111111111111  stopped in mid-work: it will be told to go on',
      '  stays  b21d0c5e-1111-4f4e-9a55-02a1c1b0a002  it waits for an answer of yours',
      '  not team: an organisation manages it, and organisation = true is not written',
      '  purser failover run --from main',
    ].join('\n'))
  })
  it('says why nothing moves, or until when', () => {
    expect(plan({ decision: 'stay', to: '', because: '40 % of its quota is used, so nothing has to move', sessions: [], passed: [], evidence: [] })).toBe('main  stays: 40 % of its quota is used, so nothing has to move  claude-code')
    expect(plan({ decision: 'wait', until: '2026-11-21T15:30:00.000Z', sessions: [], passed: [], evidence: [] })).toBe('main  waits: its quota is back at 16:30  claude-code')
    expect(plan({ decision: 'strand', until: '2026-11-21T18:01:00.000Z', sessions: [], passed: [], evidence: [] })).toBe('main  no account can take its work before 19:01  claude-code')
    expect(plan({ decision: 'strand', until: null, sessions: [], passed: [], evidence: [] })).toBe('main  no account can take its work; no reset is known  claude-code')
    expect(plan({ sessions: [], passed: [], evidence: [] })).toContain('new work would start there; no session moves')
  })
  it('keeps to a narrow terminal', () => {
    const wide = plan({ evidence: [], passed: [] }, 60).split('\n').filter(line => !line.includes('purser failover'))
    expect(Math.max(...wide.map(line => line.length))).toBeLessThanOrEqual(60)
  })
})

describe('the status of failover', () => {
  it('says the mode with the day of its consent, what waits, and when work goes back', () => {
    const shown = text(renderFailoverStatus(failoverSamples['failover.status'], view))
    expect(shown).toContain('failover is auto, agreed on 2026-11-21')
    expect(shown).toContain('main → ?  stranded, looks again at 19:01  fo-41f08a2c, 16:20, by ada')
    expect(shown).toContain('work goes back from work to main at 19:05  not: purser failover abort fo-41f08a2c')
  })
  it('says that auto without consent only asks', () => {
    expect(text(renderFailoverStatus({ mode: { configured: 'auto', effective: 'ask', consent: '' }, zone: ZONE, active: [], returns: [] }, view))).toBe('failover is auto without consent, so it only asks; write below [failover]: consent = "YYYY-MM-DD"\n\nnothing is being moved; what would be: purser failover plan')
  })
})

describe('the history of moves', () => {
  it('shows each session of each, and how to take up one that does not run', () => {
    const shown = text(renderFailoverHistory({ zone: ZONE, failovers: [failoverMove], steps: [] }, view))
    expect(shown).toContain('moved')
    expect(shown).toContain('stayed')
    expect(shown).toContain('take it up: purser session resume c33e0c5e-1111-4f4e-9a55-02a1c1b0a003')
  })
  it('shows one step by step, with what was known when it began', () => {
    const shown = text(renderFailoverHistory(failoverSamples['failover.history'], view))
    expect(shown).toContain('5h spent, by stream at')
    expect(shown).toMatch(/16:20:06\s+end\s+8a1f1111\S*\s+0\.4s\s+ended on SIGTERM, and proven gone/)
  })
  it('says that there is none', () => {
    expect(text(renderFailoverHistory({ zone: ZONE, failovers: [], steps: [] }, view))).toBe('no work was ever moved between accounts')
  })
})
