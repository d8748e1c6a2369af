// A report with every field of its contract in one row: what the documentation test reads. Renderings take rows made for them.
import type { UsageCore } from '../../src/api/control-plane.ts'
import type { ReportAnswer, ReportRow } from '../../src/api/report-answer.ts'
import type { Complete } from './sample-answers.ts'

const span = { firstAt: '2026-11-20T08:00:00.000Z', lastAt: '2026-11-20T17:31:00.000Z' } as const

type Usage = (cost: string, over?: Partial<UsageCore>) => Complete<UsageCore>

const row = (usage: Usage, over: Partial<Complete<ReportRow>> & Pick<ReportRow, 'date'>): Complete<ReportRow> => ({
  ...usage('7.11', { responses: 330 }), week: '2026-W47', monday: '2026-11-16', month: '2026-11', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001',
  project: '/home/ada/src/web-app', name: 'web-app', branch: 'main', branches: ['main'], model: 'claude-opus-4-5', agent: 'claude-code', account: '~/.claude', speed: 'standard',
  start: '2026-11-20T08:00:00.000Z', end: '2026-11-20T13:00:00.000Z', active: false, gap: false, ...span, models: ['claude-opus-4-5'],
  burnRate: { tokensPerMinute: 1200, costPerHour: '1.25' }, projection: { tokens: 90_000, cost: '9.10', minutesLeft: 84 },
  breakdown: [{ ...usage('7.11', { responses: 330 }), model: 'claude-opus-4-5', speed: 'standard', firstAt: span.firstAt }], ...over, date: over.date ?? '',
})

/** `usage` comes from the samples, which name this one in turn. */
export const sampleReport = (usage: Usage): Complete<ReportAnswer> => ({
  kind: 'daily', by: ['date'], since: '2026-11-20', until: null, zone: 'Europe/Paris', asOf: '2026-11-21T15:12:00.000Z',
  total: usage('31.94', { responses: 1534, atLeast: true, unpriced: { responses: 3, models: ['claude-opus-9'] }, partial: 1 }),
  rows: [row(usage, { date: '2026-11-20' }), row(usage, { ...usage('24.831045', { atLeast: true }), date: '2026-11-21' })],
})
