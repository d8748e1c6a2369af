import { describe, expect, it } from 'vitest'
import type { ReportAnswer, ReportRow } from '../../../src/api/report-answer.ts'
import { reportCsv } from '../../../src/cli/render/csv.ts'
import { usage } from '../../support/sample-answers.ts'

const answer = (over: Partial<ReportAnswer>): ReportAnswer => ({ kind: 'daily', by: ['date'], since: null, until: null, zone: 'UTC', asOf: null, total: usage('3.5'), ...over })
const span = { firstAt: '2026-11-20T08:00:00.000Z', lastAt: '2026-11-20T09:00:00.000Z' }
const row = (over: Partial<ReportRow>): ReportRow => ({ ...usage('7.123456789', { responses: 3 }), ...span, ...over })

/** A reader of RFC 4180, written from the standard. */
function parsed(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = '', quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    if (quoted && character === '"' && text[at + 1] === '"') { cell += '"'; at++ } else if (character === '"') quoted = !quoted
    else if (!quoted && character === ',') { rows.at(-1)?.push(cell); cell = '' } else if (!quoted && character === '\r' && text[at + 1] === '\n') { rows.at(-1)?.push(cell); rows.push([]); cell = ''; at++ } else cell += character
  }
  expect([rows.pop(), cell, quoted]).toEqual([[], '', false])
  return rows
}

describe('a report as CSV', () => {
  it('has a header, CRLF, every column and exact decimals', () => {
    expect(reportCsv(answer({ rows: [row({ date: '2026-11-20' })] }))).toBe([
      'date,first_at,last_at,responses,input,output,cache_read,cache_write_5m,cache_write_1h,cost,at_least,unpriced,partial,estimated',
      '2026-11-20,2026-11-20T08:00:00.000Z,2026-11-20T09:00:00.000Z,3,310200,88104,41200000,1200000,40000,7.123456789,false,0,0,0', '',
    ].join('\r\n'))
  })
  it('is read back as it was, commas, quotes and line breaks too', () => {
    const names = ['a,b', 'say "hi"', 'two\r\nlines', 'é 漢字', ' spaced ', '']
    expect(parsed(reportCsv(answer({ kind: 'branch', by: ['project', 'branch'], rows: names.map(branch => row({ project: '/src/web', branch })) }))).slice(1).map(cells => cells[1])).toEqual(names)
  })
  it.each(['=1+1', '+SUM(A1)', '-2+3', '@x', '\tx', '|cmd', '=cmd|\' /C calc\'!A0'])('makes no formula of a branch called %j', branch => {
    const [, [, cell] = []] = parsed(reportCsv(answer({ kind: 'branch', by: ['project', 'branch'], rows: [row({ project: '/src/web', branch })] })))
    expect(cell).toBe(`'${branch}`)
  })
  it('leaves numbers as they are, below zero too', () => {
    expect(reportCsv(answer({ rows: [row({ date: '2026-11-20', cost: '-0.50' })] }))).toContain(',-0.50,')
  })
  it('has the same columns with no rows as with many', () => {
    for (const kind of ['daily', 'weekly', 'session', 'blocks'] as const) {
      const by = ({ daily: ['date'], weekly: ['week'], session: ['session'], blocks: ['agent', 'account'] } as const)[kind]
      const [none, some] = [[], [row({})]].map(rows => reportCsv(answer({ kind, by, rows })).split('\r\n')[0])
      expect(none).toBe(some)
    }
    expect(reportCsv(answer({ kind: 'weekly', by: ['week'], rows: [] }))).toMatch(/^week,monday,first_at/)
    expect(reportCsv(answer({ kind: 'session', by: ['session'], rows: [] }))).toMatch(/^session,agent,account,project,branch,models,first_at/)
    expect(reportCsv(answer({ kind: 'blocks', by: ['agent'], rows: [] }))).toMatch(/^agent,start,end,active,gap,models,first_at/)
  })
  it('of a breakdown is one row for each model', () => {
    const models = [{ ...usage('5.00'), model: 'a', speed: 'standard', firstAt: span.firstAt }, { ...usage('2.123456789'), model: 'b', speed: 'fast', firstAt: span.firstAt }]
    const rows = parsed(reportCsv(answer({ rows: [row({ date: '2026-11-20', breakdown: models })] })))
    expect(rows[0]?.slice(0, 3)).toEqual(['date', 'model', 'speed'])
    expect(rows.slice(1).map(cells => [cells[0], cells[1], cells[2], cells[11]])).toEqual([['2026-11-20', 'a', 'standard', '5.00'], ['2026-11-20', 'b', 'fast', '2.123456789']])
  })
  it('of a total is one row', () => {
    const { rows: _rows, ...total } = answer({ kind: 'total', by: [] })
    expect(reportCsv(total).split('\r\n')).toEqual(['responses,input,output,cache_read,cache_write_5m,cache_write_1h,cost,at_least,unpriced,partial,estimated', '1204,310200,88104,41200000,1200000,40000,3.5,false,0,0,0', ''])
  })
})
