import { describe, expect, it } from 'vitest'
import type { QuotaAnswer } from '../../../src/api/control-plane.ts'
import { renderQuota } from '../../../src/cli/render/quota.ts'
import { lineWidth, plainLine } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { quota } from '../../support/sample-answers.ts'

const view = { columns: 80, now: SAMPLE_NOW, rowsMax: 12 }
const shown = (windows: readonly QuotaAnswer[], change: Partial<typeof view> = {}): readonly string[] => renderQuota(windows, 'Europe/Paris', { ...view, ...change }).map(plainLine)

describe('quota windows', () => {
  it('say how full they are, until when, and who said so', () => {
    expect(shown([quota, { ...quota, window: 'seven_day_opus', minutes: 10_080, usedPercent: null, exhausted: true, resetsAt: null, evidence: 'log' }, { ...quota, account: '', usedPercent: 104.2, exhausted: true }], { columns: 100 })).toEqual([
      '~/.claude        5h       █████████░    91%  until 17:03 (in 51m)  status line, 12s ago',
      '~/.claude        7d opus  ██████████  spent  reset unknown         log, 12s ago',
      'account unknown  5h       ██████████   104%  until 17:03 (in 51m)  status line, 12s ago',
    ])
  })
  it('name the agent once there are several', () => {
    expect(shown([quota])[0]).not.toContain('claude-code')
    expect(shown([quota, { ...quota, agent: 'codex', account: '~/.codex' }]).map(line => line.split(/ +/)[0])).toEqual(['claude-code', 'codex'])
  })
  it('fit a narrow screen and count what is not shown', () => {
    for (const columns of [40, 60, 80]) for (const line of renderQuota([quota], 'UTC', { ...view, columns })) expect(lineWidth(line)).toBeLessThanOrEqual(columns)
    expect(shown([quota, quota, quota], { rowsMax: 1 }).at(-1)).toBe('and 2 more windows: purser status --json')
  })
})
