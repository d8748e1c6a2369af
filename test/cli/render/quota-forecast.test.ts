import { describe, expect, it } from 'vitest'
import type { Operations } from '../../../src/api/control-plane.ts'
import { renderQuotaForecast } from '../../../src/cli/render/quota-forecast.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { quota } from '../../support/sample-answers.ts'

type Window = Operations['quota']['out']['windows'][number]
const text = (...windows: readonly Window[]): string => renderQuotaForecast({ windows, zone: 'UTC' }, { columns: 100, now: SAMPLE_NOW, rowsMax: Infinity }).map(plainLine).join('\n')
const at = (minutes: number): string => new Date(SAMPLE_NOW + minutes * 60_000).toISOString()

describe('quota windows', () => {
  it('say when they run out, over how long that was seen', () => {
    expect(text({ ...quota, id: 'main', forecast: { perHour: 12.54, runsOutAt: at(40), overMinutes: 90 } })).toContain('▲ main 5h: runs out in 40m (12.5 % an hour over the last 1h 30m)')
  })
  it('say that they last, and nothing where nothing can be told', () => {
    expect(text({ ...quota, id: '', forecast: { perHour: 0, runsOutAt: null, overMinutes: 20 } })).toContain('~/.claude 5h: lasts until its reset (0 % an hour over the last 20m)')
    expect(text({ ...quota, id: 'main', forecast: null })).not.toContain('main 5h')
  })
  it('that nobody told of say how they become known', () => {
    expect(text()).toContain('purser statusline install')
  })
})
