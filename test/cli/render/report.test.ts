import { describe, expect, it } from 'vitest'
import type { ReportAnswer, ReportRow } from '../../../src/api/report-answer.ts'
import { renderIndexed, renderReport } from '../../../src/cli/render/report.ts'
import { lineWidth, plainLine, type Line } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { samples, usage } from '../../support/sample-answers.ts'

const view = (columns: number) => ({ columns, now: SAMPLE_NOW, rowsMax: 12 })
const text = (lines: readonly Line[]): string => lines.map(plainLine).join('\n')
const shown = (report: ReportAnswer, columns = 80): string => text(renderReport(report, view(columns)))

const daily: ReportAnswer = {
  kind: 'daily', by: ['date'], since: '2026-11-20', until: null, zone: 'Europe/Paris', asOf: new Date(SAMPLE_NOW).toISOString(), total: samples.report.total,
  rows: [{ ...usage('7.11', { responses: 330 }), date: '2026-11-20' }, { ...usage('24.831045', { atLeast: true }), date: '2026-11-21' }],
}
const ID = '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001'
const sessionRow = (cost: string, over: Partial<ReportRow> = {}): ReportRow => ({
  ...usage(cost), session: ID, agent: 'claude-code', account: '~/.claude', project: '/home/ada/src/web-app', name: 'web-app', branch: 'feature/login', branches: ['feature/login'],
  firstAt: '2026-11-21T08:00:00.000Z', lastAt: '2026-11-21T13:05:00.000Z', models: ['claude-opus-4-5-20251101', 'claude-haiku-4-5-20251001'], ...over,
})
const sessions: ReportAnswer = {
  kind: 'session', by: ['session'], since: null, until: null, zone: 'Europe/Paris', asOf: new Date(SAMPLE_NOW).toISOString(), total: usage('4.00'),
  rows: [sessionRow('3.00'), sessionRow('1.00', { session: 'b21d0c5e-1111-4f4e-9a55-02a1c1b0a002', branch: '', project: '/home/ada/old/web-app' })],
}
const blockRow = (start: string, over: Partial<ReportRow>): ReportRow => ({ ...usage('2.00', { responses: 40 }), start, end: new Date(Date.parse(start) + 5 * 3_600_000).toISOString(), agent: 'claude-code', account: '~/.claude', active: false, gap: false, models: ['claude-opus-4-5'], ...over })
const nothing = usage('0.00', { responses: 0, tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 } })
const fiveHours: ReportAnswer = {
  kind: 'blocks', by: ['agent', 'account'], since: null, until: null, zone: 'Europe/Paris', asOf: new Date(SAMPLE_NOW).toISOString(), total: usage('4.00', { responses: 80 }),
  rows: [
    blockRow('2026-11-20T08:00:00.000Z', {}), blockRow('2026-11-20T18:12:00.000Z', { ...nothing, gap: true, end: '2026-11-21T14:03:00.000Z', models: [] }),
    blockRow('2026-11-21T14:00:00.000Z', { active: true, burnRate: { tokensPerMinute: 12_400, costPerHour: '1.75' }, projection: { tokens: 5_000_000, cost: '8.63', minutesLeft: 228 } }),
  ],
}

describe('a report', () => {
  it('by day is a table with a total and the reasons of its plus', () => {
    expect(shown(daily)).toBe([
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
    const big = { ...daily, rows: [{ ...usage('1.00', { tokens: { input: 123_456_789, output: 23_456_789, cacheRead: 9_876_543_210, cacheWrite5m: 1_000_000_000, cacheWrite1h: 0 } }), date: '2026-11-21' }] }
    expect(shown(big)).toContain('123M')
    expect(shown(big, 100)).toContain('123,456,789')
  })
  it('of a total is one line', () => {
    const { rows: _rows, ...total } = daily
    expect(shown({ ...total, kind: 'total', by: [], since: null }).split('\n').slice(0, 3)).toEqual(['all time, Europe/Paris', '', 'Total  $31.94+   1,534 responses   310k in   88.1k out   42.4M cached'])
  })
  it('says so when nothing was spent', () => {
    expect(shown({ ...daily, rows: [], since: '2026-11-20T09:30:00.000Z', until: '2026-11-20' })).toBe('2026-11-20 10:30 to 2026-11-20, Europe/Paris\nnothing was spent in this time')
  })
  it('says what it is as of where nobody follows the logs, and what to type', () => {
    expect(shown({ ...daily, asOf: '2026-11-20T09:00:00.000Z' })).toMatch(/\nas of 2026-11-20 10:00, when the logs were last read; follow them with: purser up$/)
    expect(shown({ ...daily, asOf: null })).toMatch(/\nimported; no log of this machine has been read yet, read them: purser index$/)
    expect(shown({ ...daily, rows: [], asOf: null })).toMatch(/\nno log has been read yet; read them all: purser index$/)
  })
  it('marks what is estimated and says what the mark means', () => {
    const guessed = usage('7.11', { estimated: 30 })
    const lines = shown({ ...daily, rows: [{ ...guessed, date: '2026-11-20' }], total: guessed })
    expect(lines).toContain('~$7.11')
    expect(lines).toContain('~ about: 30 responses are estimated; the agent keeps no exact record of them')
  })
  it('puts the models of a row below it', () => {
    const models = [{ ...usage('5.00'), model: 'claude-opus-4-5-20251101', speed: 'standard', firstAt: '' }, { ...usage('2.11'), model: 'claude-haiku-4-5-20251001', speed: 'fast', firstAt: '' }]
    expect(shown({ ...daily, rows: [{ ...usage('7.11'), date: '2026-11-20', breakdown: models }], total: usage('7.11') })).toMatchInlineSnapshot(`
      "2026-11-20 to now, Europe/Paris

      DATE                     RESPONSES  INPUT  OUTPUT  CACHE READ   COST
      2026-11-20                   1,204   310k   88.1k       41.2M  $7.11
        claude-opus-4-5            1,204   310k   88.1k       41.2M  $5.00
        claude-haiku-4-5 fast      1,204   310k   88.1k       41.2M  $2.11
      ────────────────────────────────────────────────────────────────────
      total                        1,204   310k   88.1k       41.2M  $7.11"
    `)
  })
  it('steps back where a row repeats the key above', () => {
    const nested: ReportAnswer = { ...daily, kind: 'project', by: ['project', 'model'], rows: ['a', 'b'].map(model => ({ ...usage('1.00'), project: '/src/web', name: 'web', model })) }
    const cells = renderReport(nested, view(80)).flatMap(line => line.filter(part => typeof part === 'object' && part.text === 'web'))
    expect(cells).toEqual([{ text: 'web', tone: 'faint' }])
  })
})

describe('a report of sessions', () => {
  it('shortens ids on a screen and tells projects of one name apart', () => {
    expect(shown(sessions, 60)).toMatchInlineSnapshot(`
      "all time, Europe/Paris

      SESSION   PROJECT      LAST RESPONSE     RESPONSES   COST
      7f3a91c2  src/web-app  2026-11-21 14:05      1,204  $3.00
      b21d0c5e  old/web-app  2026-11-21 14:05      1,204  $1.00
      ─────────────────────────────────────────────────────────
      total                                        1,204  $4.00"
    `)
    expect(shown(sessions, 80)).toMatchInlineSnapshot(`
      "all time, Europe/Paris

      SESSION   PROJECT      LAST RESPONSE     RESPONSES  INPUT  OUTPUT   COST
      7f3a91c2  src/web-app  2026-11-21 14:05      1,204   310k   88.1k  $3.00
      b21d0c5e  old/web-app  2026-11-21 14:05      1,204   310k   88.1k  $1.00
      ────────────────────────────────────────────────────────────────────────
      total                                        1,204   310k   88.1k  $4.00"
    `)
  })
  it('uses the width there is', () => {
    expect(shown(sessions, 120)).toMatchInlineSnapshot(`
      "all time, Europe/Paris

      SESSION   PROJECT      BRANCH         LAST RESPONSE     RESPONSES  INPUT  OUTPUT  CACHE READ  CACHE WRITE   COST
      7f3a91c2  src/web-app  feature/login  2026-11-21 14:05      1,204   310k   88.1k       41.2M        1.24M  $3.00
      b21d0c5e  old/web-app  –              2026-11-21 14:05      1,204   310k   88.1k       41.2M        1.24M  $1.00
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      total                                                       1,204   310k   88.1k       41.2M        1.24M  $4.00"
    `)
    expect(shown(sessions, 200)).toMatchInlineSnapshot(`
      "all time, Europe/Paris

      SESSION   PROJECT      BRANCH         LAST RESPONSE     MODELS              RESPONSES    INPUT  OUTPUT  CACHE READ  CACHE WRITE   COST
      7f3a91c2  src/web-app  feature/login  2026-11-21 14:05  opus-4-5 haiku-4-5      1,204  310,200  88,104  41,200,000    1,240,000  $3.00
      b21d0c5e  old/web-app  –              2026-11-21 14:05  opus-4-5 haiku-4-5      1,204  310,200  88,104  41,200,000    1,240,000  $1.00
      ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      total                                                                           1,204  310,200  88,104  41,200,000    1,240,000  $4.00"
    `)
  })
  it('keeps everything in a pipe', () => {
    const piped = shown(sessions, Infinity)
    for (const whole of [ID, 'claude-opus-4-5-20251101 claude-haiku-4-5-20251001', '~/.claude', 'src/web-app', 'old/web-app', '41,200,000']) expect(piped).toContain(whole)
  })
})

describe('a report of blocks', () => {
  it('shows gaps, and what the one going on comes to', () => {
    expect(shown(fiveHours, 60)).toMatchInlineSnapshot(`
      "all time, Europe/Paris

      FROM              STATE          RESPONSES  INPUT   COST
      2026-11-20 09:00  over                  40   310k  $2.00
      2026-11-20 19:12  nothing spent
      2026-11-21 15:00  going on              40   310k  $2.00
      ────────────────────────────────────────────────────────
      total                                   80   310k  $4.00

      claude-code ~/.claude  3h 48m left   $1.75 an hour   12,400 tokens a minute   comes to $8.63"
    `)
    expect(shown(fiveHours, 80)).toMatchInlineSnapshot(`
      "all time, Europe/Paris

      FROM              STATE          RESPONSES  INPUT  OUTPUT  CACHE READ   COST
      2026-11-20 09:00  over                  40   310k   88.1k       41.2M  $2.00
      2026-11-20 19:12  nothing spent
      2026-11-21 15:00  going on              40   310k   88.1k       41.2M  $2.00
      ────────────────────────────────────────────────────────────────────────────
      total                                   80   310k   88.1k       41.2M  $4.00

      claude-code ~/.claude  3h 48m left   $1.75 an hour   12,400 tokens a minute   comes to $8.63"
    `)
    expect(shown(fiveHours, 120)).toMatchInlineSnapshot(`
      "all time, Europe/Paris

      FROM              TO                STATE          MODELS    RESPONSES    INPUT  OUTPUT  CACHE READ  CACHE WRITE   COST
      2026-11-20 09:00  2026-11-20 14:00  over           opus-4-5         40  310,200  88,104  41,200,000    1,240,000  $2.00
      2026-11-20 19:12  2026-11-21 15:03  nothing spent  –
      2026-11-21 15:00  2026-11-21 20:00  going on       opus-4-5         40  310,200  88,104  41,200,000    1,240,000  $2.00
      ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      total                                                               80  310,200  88,104  41,200,000    1,240,000  $4.00

      claude-code ~/.claude  3h 48m left   $1.75 an hour   12,400 tokens a minute   comes to $8.63"
    `)
  })
})

it.each([40, 60, 80, 100, 120, 200])('no line of any report is wider than %i columns, the notes aside', columns => {
  for (const report of [daily, sessions, fiveHours]) {
    const lines = renderReport(report, view(columns)).filter(line => !/^[+~] |an hour/.test(plainLine(line)))
    // The narrowest screen may have no room for both who and how much; 60 columns always do.
    if (columns >= 60) for (const line of lines) expect(lineWidth(line), plainLine(line)).toBeLessThanOrEqual(columns)
    expect(text(lines)).toContain('COST')
  }
})

describe('an index', () => {
  it('is one sentence, and names what could not be read', () => {
    expect(text(renderIndexed(samples.index, '1.0 GiB', '3.2 s'))).toBe('Indexed 1,200 of 1,204 files (1.0 GiB) in 3.2 s: 44,998 new responses\n3 lines could not be read; see: purser doctor')
    expect(text(renderIndexed({ ...samples.index, malformed: 0, filesRead: 1204 }, '1.0 GiB', '3.2 s'))).toBe('Indexed 1,204 files (1.0 GiB) in 3.2 s: 44,998 new responses')
    expect(text(renderIndexed({ ...samples.index, malformed: 0, filesRead: 0 }, '0 B', '0.1 s'))).toBe('Up to date: nothing new in 1,204 files')
  })
})
