import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { summed, type History } from '../../../src/core/ledger/history.ts'
import { usdText } from '../../../src/core/money.ts'
import { historiesOf } from '../../../src/flows/ledger/compare.ts'
import { priceCorrection, rebuildFromLogs, type RebuildWorld } from '../../../src/flows/ledger/rebuild.ts'
import { driftOf } from '../../support/ledger-check.ts'
import { exported } from '../../support/ledger-files.ts'
import { claim } from '../../support/claims.ts'
import { cardAt, historyOf } from '../../support/histories.ts'
import { DOLLAR, NOON, OpenWorld } from '../../support/open-world.ts'

const CONFIG = 'zone = "UTC"\n[[budget]]\nid = "day"\nlimit = "50"\n[[budget]]\nid = "ever"\nwindow = "lifetime"\nlimit = "90"\nper = "project"\n'
const TOLD = { reading: () => undefined, comparing: () => undefined }
const DAY = 86_400_000

describe('a rebuild from the logs', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (): Promise<OpenWorld> => (open = await OpenWorld.open({ config: CONFIG }))
  const rebuilt = (own: OpenWorld, keep = false, over: Partial<RebuildWorld> = {}) => rebuildFromLogs({ ...own.world, ...over, finder: own.world.finder }, { keep }, TOLD)
  const logOf = (own: OpenWorld, session: string): string => path.join(own.home.path, '.claude', 'projects', '-web', `${session}.jsonl`)
  const costs = async (own: OpenWorld): Promise<string[]> => {
    const found: string[] = []
    for await (const history of historiesOf(own.world.stores, null)) found.push(usdText(summed(history).cost))
    return found.sort()
  }
  const traces = (own: OpenWorld): string[] => readdirSync(own.world.places.state).filter(name => name.startsWith('rebuild'))

  it('comes to the same ledger, keeps a copy of the one before, and leaves nothing beside it', async () => {
    const own = await opened()
    await own.spend({}, { session: 's2', output: 2 * DOLLAR }, { session: 's2', at: NOON - DAY })
    const before = await exported(own.world.stores)
    const { backup, compared, read } = await rebuilt(own)
    expect(await exported(own.world.stores)).toEqual(before)
    expect(compared).toMatchObject({ same: 3, gained: 0, lost: { responses: 0 } })
    expect(read).toMatchObject({ files: 2, responses: 3 })
    expect(existsSync(backup)).toBe(true)
    expect(traces(own)).toEqual([])
    expect((await own.handlers.index({})).responses).toBe(0)
  })

  it('refuses to lose what no log holds any more, says how much of which months, and changes nothing', async () => {
    const own = await opened()
    await own.spend({ session: 'old', at: NOON - 40 * DAY, output: 3 * DOLLAR }, { session: 'old', at: NOON }, { session: 'new' })
    rmSync(logOf(own, 'old'))
    const before = await exported(own.world.stores)
    await expect(rebuilt(own)).rejects.toMatchObject({ code: 'refused', message: '2 responses for $4.00 are in no log any more, and a rebuild would lose them; nothing was changed\nby month: 2026-10 1 ($3.00), 2026-11 1 ($1.00)\nrebuild and keep them: purser ledger rebuild --from-logs --keep' })
    expect(await exported(own.world.stores)).toEqual(before)
    expect([traces(own), existsSync(own.world.places.backups)]).toEqual([[], false])
  })

  it('keeps them when it is told to, exactly', async () => {
    const own = await opened()
    await own.spend({ session: 'old', at: NOON - 40 * DAY, output: 3 * DOLLAR }, { session: 'new' })
    rmSync(logOf(own, 'old'))
    const before = await exported(own.world.stores)
    const { compared } = await rebuilt(own, true)
    expect(compared.lost.responses).toBe(1)
    expect(await exported(own.world.stores)).toEqual(before)
    expect(await driftOf(own.world.stores, own.world.budgets(), own.clock.now())).toEqual([])
  })

  it('puts right what was wrong: damaged entries, balances, cursors', async () => {
    const own = await opened()
    await own.spend({}, { session: 's2', output: 2 * DOLLAR })
    const before = await exported(own.world.stores)
    await own.world.stores.transaction(function* () {
      for (const text of ["update entry set output = 7, cost = 1 where id = 1", 'delete from entry where id = 2', "update scope set project = '/x'", 'update cursor set read_to = 3', 'update balance set spent = 0']) yield { statement: { text, names: [] }, values: {} }
    })
    // Reports have summed what is wrong.
    expect((await own.handlers.report({ kind: 'total', zone: 'UTC' })).total.cost).toBe('0.000000001')
    await rebuilt(own)
    expect(await exported(own.world.stores)).toEqual(before)
    expect((await own.handlers.report({ kind: 'total', zone: 'UTC' })).total.cost).toBe('3.00')
    expect(await driftOf(own.world.stores, own.world.budgets(), own.clock.now())).toEqual([])
    expect((await own.handlers.index({})).responses).toBe(0)
  })

  it('leaves alone what no log tells: locks, events, the node, what hooks proved', async () => {
    const own = await opened()
    await own.spend({ output: 60 * DOLLAR })
    await own.world.stores.transaction(() => own.world.stores.sessions.bind({ agent: 'claude-code', id: 's1', cwd: '/w', project: '/w', transcript: '', pid: 77, startTime: '5', proof: 'hook' }, own.clock.now()))
    const events = (await own.codes()).length
    const node = await own.world.stores.read(() => own.world.stores.meta.get('node'))
    await rebuilt(own)
    expect(await own.world.stores.read(() => own.world.stores.meta.get('node'))).toBe(node)
    expect((await own.world.stores.read(() => own.world.stores.sessions.get('claude-code', 's1')))?.pid).toBe(77)
    expect((await own.codes()).slice(events)).toEqual(['ledger.rebuilt'])
    expect(await own.world.stores.read(() => own.world.stores.events.firstBroken())).toBeNull()
  })

  it('keeps the price of what is posted when the logs come out at another today', async () => {
    const own = await opened()
    await own.spend({}, { session: 's2', output: 2 * DOLLAR })
    const dearer = { price: (response: Parameters<OpenWorld['world']['price']>[0]) => { const found = own.world.price(response); return found.price === 'known' ? { ...found, cost: (found.cost * 3n) as typeof found.cost, card: 'later' } : found } }
    const { compared } = await rebuilt(own, false, dearer)
    expect(compared).toMatchObject({ same: 0, keptPrice: 2, lost: { responses: 0 } })
    expect(await costs(own)).toEqual(['1.00', '2.00'])
    expect(await driftOf(own.world.stores, own.world.budgets(), own.clock.now())).toEqual([])
  })

  it('is refused when somebody posts while it compares, and leaves what was posted', async () => {
    const own = await opened()
    await own.spend({})
    const other = { crashPoint: () => undefined, room: { ...own.world.room, backup: async () => { await own.spend({ session: 'late' }); return own.world.room.backup() } } }
    await expect(rebuilt(own, false, other)).rejects.toMatchObject({ code: 'conflict' })
    expect(await costs(own)).toEqual(['1.00', '1.00'])
    expect(traces(own)).toEqual([])
  })

  it.each(['rebuild.read', 'rebuild.compared', 'rebuild.before-backup', 'rebuild.before-adopt', 'rebuild.replaced-entry', 'rebuild.replaced-cursor', 'rebuild.replaced-copy', 'import.after-commit', 'import.before-gaps'])('that fails at %s leaves the ledger as it was, and the next one succeeds', async point => {
    const own = await opened()
    await own.spend({ session: 'old', output: 3 * DOLLAR }, { session: 'new' })
    rmSync(logOf(own, 'old'))
    const before = await exported(own.world.stores)
    await expect(rebuilt(own, true, { crashPoint: name => { if (name === point) throw new Error('died') } })).rejects.toThrow('died')
    expect(await exported(own.world.stores)).toEqual(before)
    expect(await driftOf(own.world.stores, own.world.budgets(), own.clock.now())).toEqual([])
    // The copy is named after its instant.
    own.clock.advance(1)
    await rebuilt(own, true)
    expect(await exported(own.world.stores)).toEqual(before)
  })

  it('removes what an interrupted one left beside the ledger', async () => {
    const own = await opened()
    await own.spend({})
    for (const ending of ['', '-wal', '-shm']) writeFileSync(path.join(own.world.places.state, `rebuild.db${ending}`), 'half of something')
    await rebuilt(own)
    expect(traces(own)).toEqual([])
    expect(await costs(own)).toEqual(['1.00'])
  })
})

describe('priceCorrection', () => {
  const old: History = historyOf([claim({ output: 4 })], cardAt(1_000n, 'then'))
  it('posts what is missing to the price that was posted, under that price\'s card', () => {
    const fresh = historyOf([claim({ output: 4 })], cardAt(3_000n, 'now'))
    expect(priceCorrection(fresh, old)).toMatchObject({ kind: 'repriced', seq: 1, cost: -8_000n, card: 'then', unpriced: 0, responses: 0 })
  })
  it('posts nothing for the same price, for another use, or where one has no price', () => {
    expect(priceCorrection(old, old)).toBeNull()
    expect(priceCorrection(historyOf([claim({ output: 9 })], cardAt(3_000n, 'now')), old)).toBeNull()
    expect(priceCorrection(historyOf([claim({ output: 4 })], () => ({ price: 'unknown', why: 'unknown_model' })), old)).toBeNull()
    expect(priceCorrection(old, historyOf([claim({ output: 4 })], () => ({ price: 'unknown', why: 'unknown_model' })))).toBeNull()
  })
})
