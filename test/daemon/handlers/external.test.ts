import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { DOLLAR, OpenWorld } from '../../support/open-world.ts'

const BILL = '[[external]]\nid = "bill"\nkind = "json"\nfile = "~/bill.json"\namount = "usd"\nsession_from = "session"\nsubject = ["session"]\n'

describe('spend outside of the logs', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (config = BILL, options = {}): Promise<OpenWorld> => (open = await OpenWorld.open({ config: `zone = "UTC"\n${config}`, ...options }))
  const says = (own: OpenWorld, rows: unknown): void => {
    mkdirSync(own.home.path, { recursive: true })
    writeFileSync(path.join(own.home.path, 'bill.json'), JSON.stringify(rows))
  }

  it('is read when it is asked for, and shown by source and by session', async () => {
    const own = await opened()
    says(own, [{ session: 's1', usd: 12.5 }, { session: 's2', usd: 0.25 }])
    expect(await own.handlers['external.sync']({})).toEqual({ results: [{ source: 'bill', entries: 2, cost: '12.75', lower: 0, ahead: 0, restarted: 0, withdrawn: 0, locked: [], failure: null, more: false }] })
    expect(own.changes).toBe(1)
    const { sources } = await own.handlers['external.list']({})
    expect(sources).toMatchObject([{ id: 'bill', configured: true, cost: '12.75', entries: 2, subjects: 2, lower: 0, syncedAt: '2026-11-21T12:00:00.000Z', nextAt: '2026-11-21T12:05:00.000Z', failure: null, chain: null }])
    const shown = await own.handlers['external.show']({ id: 'bill' })
    expect(shown.subjects).toMatchObject([{ subject: 's1', session: 's1', latest: '12.5', says: '12.50', ledger: '12.50', drift: '0.00', state: 'in_step' }, { subject: 's2' }])
    expect(await own.handlers['external.show']({ session: 's1' })).toMatchObject({ source: null, cost: '12.50', sessions: [{ source: 'bill', session: 's1', cost: '12.50', amount: null }] })
    expect((await own.handlers['external.show']({ session: 'nobody' })).sessions).toEqual([])
  })

  it('tells what fell, and goes on from there once it is reset', async () => {
    const own = await opened()
    says(own, [{ session: 's1', usd: 12 }])
    await own.handlers['external.sync']({ id: 'bill' })
    says(own, [{ session: 's1', usd: 2 }])
    expect((await own.handlers['external.sync']({ id: 'bill' })).results[0]).toMatchObject({ entries: 0, lower: 1 })
    expect((await own.handlers['external.show']({ id: 'bill' })).subjects[0]).toMatchObject({ highest: '12', latest: '2', drift: '-10.00', state: 'lower' })
    expect(await own.handlers['external.reset']({ id: 'bill', reason: 'a new month', by: 'ada' })).toEqual({ source: 'bill', subjects: [{ subject: 's1', from: '12', to: '2' }], fromBlock: null })
    expect((await own.handlers['external.show']({ id: 'bill' })).subjects[0]).toMatchObject({ ledger: '12.00', drift: '0.00', state: 'in_step' })
  })

  it('that cannot be read is a failure by name, and one that left the file is still counted', async () => {
    const own = await opened()
    expect((await own.handlers['external.sync']({})).results[0]?.failure).toBe(`external source "bill": ${own.home.path}/bill.json is not there`)
    expect((await own.handlers['external.list']({})).sources[0]).toMatchObject({ failure: expect.stringContaining('is not there') as string, failingSince: '2026-11-21T12:00:00.000Z', syncedAt: null })
    says(own, [{ session: 's1', usd: 3 }])
    await own.handlers['external.sync']({})
    writeFileSync(own.world.places.configFile, 'zone = "UTC"\n')
    own.world.config.reload()
    expect((await own.handlers['external.list']({})).sources).toMatchObject([{ id: 'bill', configured: false, cost: '3.00' }])
    await expect(own.handlers['external.show']({ id: 'bill' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('add an [[external]] table') as string })
  })

  it('names the nearest id for one that is not there', async () => {
    const own = await opened()
    await expect(own.handlers['external.sync']({ id: 'bil' })).rejects.toMatchObject({ code: 'not_found', message: 'there is no external source "bil" in the configuration; did you mean bill?' })
  })

  it('is set beside what logs say of the same owner, where it is only compared', async () => {
    const own = await opened(`${BILL}mode = "compare"\n`)
    says(own, [{ session: 's1', usd: 100 }])
    await own.handlers['external.sync']({})
    own.clock.advance(1_000)
    await own.spend({ session: 's1', at: own.clock.now(), output: 2 * DOLLAR }, { session: 's2', at: own.clock.now(), output: 5 * DOLLAR })
    says(own, [{ session: 's1', usd: 103 }])
    await own.handlers['external.sync']({})
    expect((await own.handlers['external.show']({ id: 'bill' })).subjects[0]).toMatchObject({ says: '3.00', ledger: '2.00', drift: '1.00', state: 'compared' })
    expect((await own.handlers['external.list']({})).sources[0]).toMatchObject({ mode: 'compare', cost: '0.00', entries: 0 })
  })

  it('locks what it breaks, in a daemon', async () => {
    const own = await opened(`${BILL}[[budget]]\nid = "day"\nlimit = 10\non_breach = "deny"\n`, { role: 'daemon' })
    says(own, [{ session: 's1', usd: 12 }])
    const { results } = await own.handlers['external.sync']({})
    expect(results[0]?.locked).toHaveLength(1)
    expect((await own.handlers['lock.list']({})).locks[0]).toMatchObject({ rule: 'day', spent: '12.00' })
  })

  it('survives a ledger made anew from the logs, and a check of every promise', async () => {
    const own = await opened()
    await own.spend({})
    says(own, [{ session: 's1', usd: 12 }])
    await own.handlers['external.sync']({})
    await own.handlers['ledger.rebuild']({ fromLogs: true })
    expect((await own.handlers['external.list']({})).sources[0]).toMatchObject({ cost: '12.00' })
    expect((await own.handlers['external.sync']({})).results[0]).toMatchObject({ entries: 0 })
  })
})
