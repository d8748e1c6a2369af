import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { instant } from '../../../src/core/time.ts'
import { exportLedger, type LedgerSink } from '../../../src/flows/ledger/export.ts'
import { ENGINES, openTestSqlite, type OpenStores } from '../../support/databases.ts'
import { exported, memorySink } from '../../support/ledger-files.ts'
import { LedgerWorld } from '../../support/ledger-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12), DAY = 86_400_000
const at = (days: number) => instant(NOON + days * DAY)
const typed = (lines: readonly string[], type: string): Record<string, unknown>[] => lines.map(line => JSON.parse(line) as Record<string, unknown>).filter(line => line.type === type)

describe.each(ENGINES)('an export on $name', engine => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  it('has every entry with all its dimensions, by key, between a header and an end that count them', async () => {
    open = await engine.open()
    const world = new LedgerWorld(open.stores, NOON)
    await world.ingest([{ key: 'b', at: at(0), usd: '0.01', final: false }, { key: 'a', at: at(0), usd: '1.5', session: 's2', project: '/home/dev/api', branch: 'dev' }])
    await world.ingest([{ key: 'b', at: at(0), usd: '0.03' }])
    const lines = await exported(open.stores)
    expect(JSON.parse(lines[0] as string)).toEqual({ type: 'purser-ledger', format: 1, purser: '0.1.0', node: 'n1', entries: 3, exportedAt: '2026-11-21T12:00:00.000Z', since: null, until: null })
    expect(typed(lines, 'entry').map(({ key, seq, kind, cost, output, session, project, branch, account, node }) => ({ key, seq, kind, cost, output, session, project, branch, account, node }))).toEqual([
      { key: 'claude-code:a', seq: 0, kind: 'usage', cost: '1.50', output: 1_500_000, session: 's2', project: '/home/dev/api', branch: 'dev', account: '~/.claude', node: 'n1' },
      { key: 'claude-code:b', seq: 0, kind: 'usage', cost: '0.01', output: 10_000, session: 's1', project: '/home/dev/web', branch: 'main', account: '~/.claude', node: 'n1' },
      { key: 'claude-code:b', seq: 1, kind: 'difference', cost: '0.02', output: 20_000, session: 's1', project: '/home/dev/web', branch: 'main', account: '~/.claude', node: 'n1' },
    ])
    expect(typed(lines, 'end')).toMatchObject([{ entries: 3, meters: 0, copies: 0 }])
    expect(lines.at(-1)).toContain('"type":"end"')
  })

  it('of a range has whole responses, and no meters that would claim to be complete', async () => {
    open = await engine.open()
    const world = new LedgerWorld(open.stores, NOON)
    await world.ingest([{ key: 'old', at: at(-9), usd: '1' }, { key: 'in', at: at(-5), usd: '1', final: false }, { key: 'new', at: at(0), usd: '1' }], 'live', [{ session: 's1', at: at(0), usd: '9' }])
    // Found in another session's log with an earlier time: one response, dated on both sides of the range.
    await world.ingest([{ key: 'in', at: at(-8), usd: '1', session: 's0' }])
    const lines = await exported(open.stores, { since: at(-6), until: at(-4) })
    expect(typed(lines, 'entry').map(({ key, kind }) => `${String(key)} ${String(kind)}`)).toEqual(['claude-code:in usage', 'claude-code:in moved', 'claude-code:in moved'])
    expect(typed(lines, 'purser-ledger')).toMatchObject([{ entries: 3, since: '2026-11-15T12:00:00.000Z', until: '2026-11-17T12:00:00.000Z' }])
    expect(typed(lines, 'end')).toMatchObject([{ entries: 3, meters: 0, copies: 0 }])
    expect(typed(await exported(open.stores), 'end')).toMatchObject([{ meters: 1, copies: 1 }])
  })

  it('is of the moment it began, however much is posted meanwhile', async () => {
    open = await engine.open()
    const world = new LedgerWorld(open.stores, NOON)
    await world.ingest(Array.from({ length: 5 }, (_, n) => ({ key: `k${n}`, at: at(0), usd: '1' })))
    const { sink, text } = memorySink()
    let wrote = 0
    const posting: LedgerSink = { digest: () => sink.digest(), write: async lines => { if (wrote++ === 0) await world.ingest([{ key: 'k0', at: at(0), usd: '7' }, { key: 'a', at: at(0), usd: '7' }, { key: 'z', at: at(0), usd: '7' }]); await sink.write(lines) } }
    await exportLedger(open.stores, posting, { version: '', node: '', now: at(0), since: null, until: null, audit: false, onProgress: () => undefined })
    expect(text().match(/"type":"entry"/g)).toHaveLength(5)
  })
})

describe('an export', () => {
  it('adds events and locks only when it is asked to', async () => {
    const open = await openTestSqlite()
    const world = new LedgerWorld(open.stores, NOON, [{ id: 'cap', limit: 1_000_000n as never, onBreach: 'deny' }])
    await world.ingest([{ at: at(0), usd: '1' }])
    expect(typed(await exported(open.stores), 'event')).toEqual([])
    const lines = await exported(open.stores, { audit: true })
    expect(typed(lines, 'lock')).toMatchObject([{ rule: 'cap', onBreach: 'deny', limit: '0.001', spent: '1.00' }])
    expect(typed(lines, 'event').map(({ code }) => code)).toContain('lock.taken')
    await open.close()
  })

  it('pages through more entries than a page holds, and tells how far it is', async () => {
    const open = await openTestSqlite()
    const world = new LedgerWorld(open.stores, NOON)
    await world.ingest(Array.from({ length: 4_500 }, (_, n) => ({ key: `k${String(n).padStart(5, '0')}`, at: at(0), usd: '0.001' })))
    const { sink, text } = memorySink()
    const told: unknown[] = []
    await exportLedger(open.stores, sink, { version: '', node: '', now: at(0), since: null, until: null, audit: false, onProgress: progress => told.push(progress) })
    expect(told).toEqual([{ done: 2_000, total: 4_500 }, { done: 4_000, total: 4_500 }, { done: 4_500, total: 4_500 }])
    expect(new Set(text().match(/claude-code:k\d{5}/g)).size).toBe(4_500)
    await open.close()
  })

  it('ends when it is told to, without a last line', async () => {
    const open = await openTestSqlite()
    const stop = new AbortController()
    stop.abort()
    const { sink, text } = memorySink()
    await expect(exportLedger(open.stores, sink, { version: '', node: '', now: at(0), since: null, until: null, audit: false, signal: stop.signal, onProgress: () => undefined })).rejects.toThrow(AppError)
    expect(text()).not.toContain('"type":"end"')
    await open.close()
  })
})
