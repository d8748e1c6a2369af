import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { LedgerRoom } from '../../src/core/ledger/ledger-room.ts'
import { rows, sql, text } from '../../src/core/ledger/work.ts'
import { instant } from '../../src/core/time.ts'
import { ALSO_FROM_LOGS, FROM_ENTRIES, FROM_LOGS, KEPT, ledgerRoom } from '../../src/store/ledger-rebuild.ts'
import { migrations, openTestSqlite, type OpenStores } from '../support/databases.ts'
import { tempHome } from '../support/home.ts'
import { claim } from '../support/claims.ts'
import { cardAt, historyOf } from '../support/histories.ts'

const CARD = cardAt(1_000n, 'test')
const tables = sql("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name")

/** Work that fails before its first statement. */
const failing = (why: string): never => { throw new Error(why) }

describe('a second ledger beside the first', () => {
  const home = tempHome('room')
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  async function room(name: string): Promise<{ open: OpenStores; room: LedgerRoom }> {
    open = await openTestSqlite()
    return { open, room: ledgerRoom({ database: open.database, stores: open.stores, beside: join(home.path, `it's ${name}.db`), backupAt: now => join(home.path, `${name}-${now}.db`), migrations, now: () => instant(1), random: () => 0.5 }) }
  }

  it('decides for every table whether a rebuild replaces, empties or keeps it', async () => {
    open = await openTestSqlite()
    const all = (await open.stores.read(function* () { return yield* rows(tables) })).map(each => text(each.name))
    expect([...FROM_LOGS, ...ALSO_FROM_LOGS, ...FROM_ENTRIES, ...KEPT].sort()).toEqual(all)
  })

  it('takes the place of the first with scopes that keep their numbers', async () => {
    const { open: own, room: beside } = await room('place')
    const put = (stores: OpenStores['stores'], key: string, session: string) => stores.transaction(() => stores.history.append(historyOf([claim({ key, output: 3, session })], CARD)))
    await put(own.stores, 'old', 's1')
    const fresh = await beside.fresh()
    await put(fresh.stores, 'b', 's9')
    await put(fresh.stores, 'a', 's1')
    const newest = await own.stores.read(() => own.stores.history.newest())
    expect(await beside.adopt(fresh, { newest, crashPoint: () => undefined, *after() { yield* own.stores.meta.set('after', 'ran') } })).toBe(true)
    await fresh.discard()
    expect((await own.stores.read(() => own.stores.history.of('old')))).toBeNull()
    expect((await own.stores.read(() => own.stores.history.of('a')))?.[0]?.scope.session).toBe('s1')
    expect((await own.stores.read(() => own.stores.history.of('b')))?.[0]?.scope.session).toBe('s9')
    expect(await own.stores.read(() => own.stores.meta.get('after'))).toBe('ran')
    // What this process remembers of scopes is still true.
    await put(own.stores, 'c', 's1')
    expect((await own.stores.read(() => own.stores.history.of('c')))?.[0]?.scope.session).toBe('s1')
  })

  it('is not adopted once somebody has posted to the first', async () => {
    const { open: own, room: beside } = await room('raced')
    const newest = await own.stores.read(() => own.stores.history.newest())
    const fresh = await beside.fresh()
    await own.stores.transaction(() => own.stores.history.append(historyOf([claim({ output: 1 })], CARD)))
    expect(await beside.adopt(fresh, { newest, crashPoint: () => undefined, after: () => failing('must not run') })).toBe(false)
    await fresh.discard()
    expect(await own.stores.read(() => own.stores.history.newest())).toBe(1n)
  })

  it('leaves the first as it was when what follows fails', async () => {
    const { open: own, room: beside } = await room('failing')
    await own.stores.transaction(() => own.stores.history.append(historyOf([claim({ output: 1 })], CARD)))
    const fresh = await beside.fresh()
    const newest = await own.stores.read(() => own.stores.history.newest())
    await expect(beside.adopt(fresh, { newest, crashPoint: () => undefined, after: () => failing('no') })).rejects.toThrow('no')
    await fresh.discard()
    expect(await own.stores.read(() => own.stores.history.newest())).toBe(1n)
  })

  it('is copied whole, for its owner, and never over another copy', async () => {
    const { open: own, room: beside } = await room('copy')
    await own.stores.transaction(() => own.stores.history.append(historyOf([claim({ output: 1 })], CARD)))
    const path = await beside.backup()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const copy = await openTestSqlite(path)
    expect(await copy.stores.read(() => copy.stores.history.newest())).toBe(1n)
    await copy.close()
    await expect(beside.backup()).rejects.toMatchObject({ code: 'conflict' })
  })
})
