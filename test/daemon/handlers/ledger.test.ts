import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { exportRecords } from '../../../src/daemon/ledger-door.ts'
import { takeLease } from '../../../src/flows/lease.ts'
import { bootId } from '../../../src/os/processes/boot-id.ts'
import { aProcess } from '../../support/fake-processes.ts'
import { DOLLAR, NOON, OpenWorld, type OpenOptions } from '../../support/open-world.ts'

const DAY = 86_400_000
const CAP = 'zone = "UTC"\n[[budget]]\nid = "day"\nlimit = "2"\non_breach = "deny"\n'

describe('the ledger as a whole', () => {
  const opened: OpenWorld[] = []
  afterEach(async () => { for (const open of opened.splice(0)) await open.close() })
  async function world(options: OpenOptions = {}): Promise<OpenWorld> {
    const open = await OpenWorld.open(options)
    opened.push(open)
    return open
  }
  /** What `from` knows, in a file. */
  async function fileFrom(from: OpenWorld, name = 'ledger.jsonl.gz'): Promise<string> {
    const file = path.join(from.home.path, name)
    await exportRecords({ environment: from.environment, to: { file, replace: true }, since: null, until: null, zone: null, audit: false, signal: new AbortController().signal, onProgress: () => undefined }, { clock: from.clock })
    return file
  }
  const total = async (open: OpenWorld): Promise<string> => (await open.handlers.report({ kind: 'total', zone: 'UTC' })).total.cost

  it('takes in what another machine knows, once, and says what it was', async () => {
    const [here, there] = [await world(), await world()]
    await there.spend({}, { at: NOON - 40 * DAY, output: 2 * DOLLAR })
    const file = await fileFrom(there)
    const first = await here.handlers['ledger.import']({ file, name: 'laptop.jsonl.gz' })
    expect(first).toEqual({ file: 'laptop.jsonl.gz', dryRun: false, from: { node: there.world.node, purser: here.world.version, exportedAt: '2026-11-21T12:00:00.000Z', own: false }, responses: 2, added: 2, completed: 0, known: 0, entriesPosted: 2, cost: '3.00' })
    expect(await here.handlers['ledger.import']({ file, name: 'again' })).toMatchObject({ added: 0, known: 2, entriesPosted: 0, cost: '0.00' })
    expect(await total(here)).toBe('3.00')
    expect(await here.codes()).toEqual(['ledger.imported'])
    expect(await there.handlers['ledger.import']({ file, name: 'own' })).toMatchObject({ from: { own: true }, known: 2 })
  })

  it('only looks when it is asked to', async () => {
    const [here, there] = [await world(), await world()]
    await there.spend({})
    expect(await here.handlers['ledger.import']({ file: await fileFrom(there), name: 'f', dryRun: true })).toMatchObject({ dryRun: true, added: 1, entriesPosted: 1, cost: '1.00' })
    expect([await total(here), await here.codes(), here.changes]).toEqual(['0.00', [], 0])
  })

  it('refuses a damaged file with its line before anything is taken from it', async () => {
    const [here, there] = [await world(), await world()]
    await there.spend({}, {})
    const file = await fileFrom(there, 'ledger.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"output":40000', '"output":40001'))
    await expect(here.handlers['ledger.import']({ file, name: 'laptop.jsonl' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^laptop\.jsonl line \d: "digest" does not fit/) as string })
    expect(await total(here)).toBe('0.00')
    await expect(here.handlers['ledger.import']({ file: path.join(here.home.path, 'none'), name: 'none' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await here.handlers['ledger.progress']({})).toEqual({ progress: null })
  })

  it('judges the windows of now where a daemon can act on them, and never one that is over', async () => {
    const there = await world()
    await there.spend({ at: NOON - 3 * DAY, output: 900 * DOLLAR }, { output: 3 * DOLLAR })
    const file = await fileFrom(there)
    for (const [role, locks] of [['command', 0], ['daemon', 1]] as const) {
      const here = await world({ role, config: CAP })
      await here.handlers['ledger.import']({ file, name: 'f' })
      const found = (await here.handlers['lock.list']({ all: true })).locks
      expect(found.map(lock => lock.window.start), role).toEqual(Array.from({ length: locks }, () => '2026-11-21T00:00:00.000Z'))
      expect(here.changes).toBe(1)
      expect((await here.handlers['budget.list']({})).budgets).toMatchObject([{ spent: '3.00' }])
    }
  })

  it('adds up every balance anew, and what reports add up', async () => {
    const here = await world({ role: 'daemon', config: CAP })
    await here.spend({ output: DOLLAR }, { at: NOON - DAY })
    await here.handlers.report({ kind: 'total', zone: 'UTC' })
    await here.handlers['ledger.rebuild']({})
    await here.world.stores.transaction(function* () {
      for (const text of ['update balance set spent = 9000000000', 'update usage_slot set cost = 7']) yield { statement: { text, names: [] }, values: {} }
    })
    expect(await here.handlers['ledger.rebuild']({})).toMatchObject({ fromLogs: false, balances: { budgets: 1, corrected: 1 }, backup: null, logs: null, compared: null })
    expect((await here.handlers['budget.list']({})).budgets).toMatchObject([{ spent: '1.00' }])
    expect(await total(here)).toBe('2.00')
    expect((await here.handlers['lock.list']({})).locks).toEqual([])
  })

  it('is made anew from the logs only by a process that is alone', async () => {
    const daemon = await world({ role: 'daemon' })
    await daemon.spend({})
    await expect(daemon.handlers['ledger.rebuild']({ fromLogs: true })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('purser down && purser ledger rebuild --from-logs') as string })
    const command = await world({ home: daemon.home })
    command.table.processes.push(aProcess({ pid: 4_321, startTime: '77' }))
    await takeLease(command.world.stores, { pid: 4_321, startTime: '77', boot: bootId(), version: '0.1.0' }, async () => true)
    await expect(command.handlers['ledger.rebuild']({ fromLogs: true })).rejects.toMatchObject({ code: 'already_running' })
    command.table.end(4_321)
    expect(await command.handlers['ledger.rebuild']({ fromLogs: true })).toMatchObject({ fromLogs: true, logs: { files: 1 }, compared: { same: 1, lost: 0, months: [] } })
    expect(readdirSync(command.world.places.backups)).toHaveLength(1)
  })

  it('says what it keeps of which month', async () => {
    const here = await world()
    await here.spend({ session: 'old', at: NOON - 40 * DAY }, { session: 'new' })
    rmSync(path.join(here.home.path, '.claude', 'projects', '-web', 'old.jsonl'))
    await expect(here.handlers['ledger.rebuild']({ fromLogs: true })).rejects.toMatchObject({ code: 'refused' })
    expect(await here.handlers['ledger.rebuild']({ fromLogs: true, keep: true })).toMatchObject({ compared: { same: 1, gained: 0, lost: 1, lostCost: '1.00', months: [{ month: '2026-10', responses: 1, cost: '1.00' }] } })
    expect(await total(here)).toBe('2.00')
  })

  it('does one thing at a time', async () => {
    const here = await world()
    here.world.running.ledgerWork = { step: 'importing', done: 1, total: 2, unit: 'bytes' }
    expect(await here.handlers['ledger.progress']({})).toEqual({ progress: { step: 'importing', done: 1, total: 2, unit: 'bytes' } })
    for (const call of [here.handlers['ledger.import']({ file: '/x', name: 'x' }), here.handlers['ledger.rebuild']({})]) await expect(call).rejects.toMatchObject({ code: 'unavailable' })
  })
})
