// What was spent, by day of the reader's zone and by project, exact through days of 23 and 25 hours.
import { afterEach, describe, expect, it } from 'vitest'
import { instant, MINUTE_MS } from '../../src/core/time.ts'
import { dateText, report, type ReportRequest } from '../../src/flows/report.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { LedgerWorld, type Spent } from '../support/ledger-world.ts'

const at = (text: string) => instant(Date.parse(text))

describe.each(ENGINES)('a report on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  async function rows(spent: readonly Spent[], request: Partial<ReportRequest>): Promise<Record<string, number>> {
    open ??= await engine.open()
    const world = new LedgerWorld(open.stores, Date.parse('2026-12-31T00:00Z'))
    await world.ingest(spent, 'catch-up')
    const found = await report(world.stores, { kind: 'daily', zone: 'UTC', ...request })
    return Object.fromEntries(found.rows.map(({ key, groups }) => [key, groups.reduce((sum, group) => sum + group.sum.responses, 0)]))
  }

  it.each([
    ['Europe/Paris', '2026-03-29', 23], ['Europe/Paris', '2026-10-25', 25], ['Asia/Kathmandu', '2026-06-01', 24], ['Australia/Lord_Howe', '2026-04-05', 24.5], ['UTC', '2026-02-28', 24],
  ])('gives %s on %s its %s hours', async (zone, date, hours) => {
    const slots = Array.from({ length: 4 * 72 }, (_, n) => ({ at: instant(Date.parse(`${date}T00:00Z`) - 24 * 60 * MINUTE_MS + n * 15 * MINUTE_MS), usd: '0.01' }))
    expect((await rows(slots, { zone }))[date]).toBe(hours * 4)
    // The same day, asked for by its name alone: both ends are its own.
    expect(await rows([], { zone, since: date, until: date })).toEqual({ [date]: hours * 4 })
    expect(await rows([], { zone, since: date.replaceAll('-', ''), until: date, kind: 'total' })).toEqual({ '': hours * 4 })
  })

  it('takes instants as they are: the first is in, the last is out', async () => {
    const spent = ['08:00', '08:30', '09:00'].map(time => ({ at: at(`2026-11-20T${time}:00Z`), usd: '0.01' }))
    expect(await rows(spent, { since: '2026-11-20T08:00:00Z', until: '2026-11-20T09:00:00Z', kind: 'total' })).toEqual({ '': 2 })
  })

  it('knows projects by root and by name, and branches by pattern', async () => {
    const one = at('2026-11-20T08:00:00Z')
    await rows([{ at: one, usd: '1', project: '/w/web' }, { at: one, usd: '1', project: '/w/web', branch: 'feature/x' }, { at: one, usd: '1', project: '/w/api' }], {})
    expect(await rows([], { kind: 'project' })).toEqual({ '/w/api': 1, '/w/web': 2 })
    expect(await rows([], { kind: 'total', project: 'web' })).toEqual({ '': 2 })
    expect(await rows([], { kind: 'total', project: '/w/*' })).toEqual({ '': 3 })
    expect(await rows([], { kind: 'total', branch: 'feature/*' })).toEqual({ '': 1 })
    expect(await rows([], { kind: 'total', project: 'none' })).toEqual({})
  })

  it('refuses what is no date, on either side, and shows one', async () => {
    for (const text of ['yesterday', '2026-13-01', '2026-02-30', '', '2026-11']) {
      await expect(rows([], { since: text }), text).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^--since takes a date like 2026-11-20/) as string })
      await expect(rows([], { until: text }), text).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^--until/) as string })
    }
  })
})

describe('dateText', () => {
  it('is the date on the wall', () => {
    expect([dateText(at('2026-11-20T23:30:00Z'), 'Europe/Paris'), dateText(at('2026-11-20T23:30:00Z'), 'America/New_York')]).toEqual(['2026-11-21', '2026-11-20'])
  })
})
