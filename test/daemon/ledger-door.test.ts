import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { exportRecords, verifyRecords } from '../../src/daemon/ledger-door.ts'
import type { LedgerExportRequest } from '../../src/api/ledger-answers.ts'
import { tempHome } from '../support/home.ts'
import { DOLLAR, NOON, OpenWorld } from '../support/open-world.ts'

const DAY = 86_400_000

describe('the records, read beside whoever uses them', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (): Promise<OpenWorld> => (open = await OpenWorld.open({ config: 'zone = "UTC"\n[[budget]]\nid = "ever"\nwindow = "lifetime"\nlimit = "90"\n' }))
  const request = (own: OpenWorld, over: Partial<LedgerExportRequest>): LedgerExportRequest =>
    ({ environment: own.environment, to: { write: () => undefined }, since: null, until: null, zone: null, audit: false, signal: new AbortController().signal, onProgress: () => undefined, ...over })

  it('are checked, with a finding for each promise, while a daemon has them open', async () => {
    const own = await opened()
    await own.spend({}, {})
    const steps: string[] = []
    const found = await verifyRecords({ environment: own.environment, onProgress: ({ step }) => steps.push(step) }, { clock: own.clock })
    expect(found).toMatchObject({ database: own.world.places.database, entries: 2 })
    expect(found.findings.map(({ id, level }) => `${id} ${level}`)).toEqual(['file', 'schema', 'sequence', 'entries', 'histories', 'scopes', 'cards', 'balances', 'sums', 'cursors', 'meters', 'audit'].map(id => `ledger.${id} ok`))
    expect(steps[0]).toBe('checking the file')
  })

  it('are written to a file for its owner, and to stdout, alike', async () => {
    const own = await opened()
    await own.spend({}, { session: 's2', output: 2 * DOLLAR })
    let text = ''
    const streamed = await exportRecords(request(own, { to: { write: lines => { text += lines } } }), { clock: own.clock })
    const file = path.join(own.home.path, 'ledger.jsonl')
    const written = await exportRecords(request(own, { to: { file, replace: false } }), { clock: own.clock })
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(written).toEqual({ ...streamed, file, bytes: statSync(file).size })
    expect(streamed).toMatchObject({ file: null, bytes: null, format: 1, node: own.world.node, entries: 2, responses: 2 })
    await expect(exportRecords(request(own, { to: { file, replace: false } }))).rejects.toMatchObject({ code: 'conflict' })
  })

  it('of a range follow the days of a zone', async () => {
    const own = await opened()
    await own.spend({ at: NOON - DAY }, { at: NOON + 11.5 * 3_600_000 })
    const count = async (zone: string | null, since: string, until: string): Promise<number> => (await exportRecords(request(own, { zone, since, until }), { clock: own.clock })).entries
    expect([await count(null, '2026-11-21', '2026-11-21'), await count('Europe/Paris', '2026-11-21', '2026-11-21'), await count('Europe/Paris', '2026-11-20', '2026-11-22')]).toEqual([1, 0, 2])
    await expect(exportRecords(request(own, { zone: 'Mars/Olympus' }))).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(exportRecords(request(own, { since: '2026-11-22', until: '2026-11-20' }))).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('leave nothing behind when the writing is stopped', async () => {
    const own = await opened()
    await own.spend({})
    const stop = new AbortController()
    stop.abort()
    const file = path.join(own.home.path, 'ledger.jsonl.gz')
    await expect(exportRecords(request(own, { to: { file, replace: false }, signal: stop.signal }))).rejects.toMatchObject({ code: 'unavailable' })
    expect(existsSync(file)).toBe(false)
  })

  it('are not made by looking: where there are none, that is said', async () => {
    const home = tempHome('none')
    const environment = { home: home.path, platform: 'linux' as const, variables: { HOME: home.path } }
    await expect(verifyRecords({ environment, onProgress: () => undefined })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('purser index') as string })
    expect(existsSync(path.join(home.path, '.local'))).toBe(false)
    home.remove()
  })

  it('say so when they are no database', async () => {
    const own = await opened()
    const { database } = own.world.places
    await own.close()
    open = undefined
    const home = tempHome('broken')
    const environment = { home: home.path, platform: 'linux' as const, variables: { HOME: home.path, PURSER_STATE: home.path } }
    writeFileSync(path.join(home.path, 'purser.db'), 'not a database at all, not even close to one')
    await expect(verifyRecords({ environment, onProgress: () => undefined })).rejects.toMatchObject({ code: 'store_unusable' })
    expect(database).not.toBe('')
    home.remove()
  })
})
