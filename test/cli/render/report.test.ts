import { describe, expect, it } from 'vitest'
import type { ReportAnswer } from '../../../src/api/control-plane.ts'
import { renderIndexed, renderReport } from '../../../src/cli/render/report.ts'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { samples, usage } from '../../support/sample-answers.ts'

const report: ReportAnswer = samples.report
const view = { columns: 80, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: readonly Line[]): string => lines.map(plainLine).join('\n')

describe('a report', () => {
  it('by day is a table with a total and the reasons of its plus', () => {
    expect(text(renderReport(report, view))).toBe([
      '2026-11-20 to now, Europe/Paris',
      '',
      'DATE        RESPONSES    INPUT  OUTPUT  CACHE READ  CACHE WRITE     COST',
      '2026-11-20        330  310,200  88,104  41,200,000    1,240,000   $7.11',
      '2026-11-21      1,204  310,200  88,104  41,200,000    1,240,000  $24.83+',
      '────────────────────────────────────────────────────────────────────────',
      'total           1,534  310,200  88,104  41,200,000    1,240,000  $31.94+',
      '',
      '+ at least: 3 responses have no price yet; see: purser pricing diagnose',
      '+ at least: 1 response cut off before the agent logged the end',
    ].join('\n'))
  })
  it('shortens counts only where exact ones do not fit', () => {
    const big = { ...report, rows: [{ ...usage('1.00', { tokens: { input: 123_456_789, output: 23_456_789, cacheRead: 9_876_543_210, cacheWrite5m: 1_000_000_000, cacheWrite1h: 0 } }), date: '2026-11-21' }] }
    expect(text(renderReport(big, view))).toContain('123M')
    expect(text(renderReport(big, { ...view, columns: 100 }))).toContain('123,456,789')
  })
  it('of a total is one line', () => {
    const { rows: _rows, ...total } = report
    expect(text(renderReport({ ...total, kind: 'total', since: null }, view)).split('\n').slice(0, 3)).toEqual(['all time, Europe/Paris', '', 'Total  $31.94+   1,534 responses   310k in   88.1k out   42.4M cached'])
  })
  it('by project names projects', () => {
    expect(text(renderReport({ ...report, kind: 'project', rows: [{ ...usage('1.00'), project: '/src/web', name: 'web' }] }, view))).toMatch(/^PROJECT {2}RESPONSES[^]*^web /m)
  })
  it('says so when nothing was spent', () => {
    expect(text(renderReport({ ...report, rows: [], since: '2026-11-20T09:30:00.000Z', until: '2026-11-20' }, view))).toBe('2026-11-20 10:30 to 2026-11-20, Europe/Paris\nnothing was spent in this time')
  })
})

describe('an index', () => {
  it('is one sentence, and names what could not be read', () => {
    expect(text(renderIndexed(samples.index, '1.0 GiB', '3.2 s'))).toBe('Indexed 1,204 files (1.0 GiB) in 3.2 s: 45,678 responses, 45,000 new\n3 lines could not be read; see: purser doctor')
    expect(text(renderIndexed({ ...samples.index, malformed: 0 }, '1.0 GiB', '3.2 s'))).not.toContain('doctor')
  })
})
