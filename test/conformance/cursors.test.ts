// Where we are in each file and what was wrong with it, alike on every engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Work } from '../../src/core/ledger/work.ts'
import type { CursorStore, Flaw, FollowedFile } from '../../src/core/tailing/cursor-store.ts'
import { instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const AT = instant(Date.UTC(2026, 10, 21, 12))
const aFile = (change: Partial<FollowedFile> = {}): FollowedFile => ({
  path: '/home/dev/.claude/projects/-w/s1.jsonl', root: '/home/dev/.claude/projects', agent: 'claude-code', account: '~/.claude', device: '66306', inode: '18446744073709551615',
  generation: 2, offset: 5_000_000_000, headLength: 64, head: 'aa', tail: 'bb', size: 5_000_000_010, modifiedAt: AT, memory: '', ...change,
})
const aFlaw = (change: Partial<Flaw> = {}): Flaw => ({ path: '/a', kind: 'malformed', generation: 0, firstOffset: 10, occurrences: 1, bytes: 80, why: 'not JSON', ...change })

describe.each(ENGINES)('cursors on $name', engine => {
  let open: OpenStores
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const change = <T>(work: (cursors: CursorStore) => Work<T>): Promise<T> => open.stores.transaction(() => work(open.stores.cursors))
  const save = (file: FollowedFile) => change(cursors => cursors.save(file))

  it('come back as they went in, past 4 GiB and past 2^63 of an inode', async () => {
    await save(aFile())
    expect(await open.stores.read(() => open.stores.cursors.get(aFile().path))).toEqual(aFile())
    expect(await open.stores.read(() => open.stores.cursors.get('/none'))).toBeUndefined()
    await save(aFile({ generation: 3, offset: 0, inode: '7' }))
    expect(await open.stores.read(() => open.stores.cursors.all())).toEqual([aFile({ generation: 3, offset: 0, inode: '7' })])
  })

  it('stay when their file is gone, and are whole again when it is back', async () => {
    await save(aFile({ path: '/gone' }))
    await change(cursors => cursors.markGone('/gone', AT))
    expect(await open.stores.read(() => open.stores.cursors.get('/gone'))).toEqual(aFile({ path: '/gone' }))
    await save(aFile({ path: '/gone', offset: 9 }))
    expect((await open.stores.read(() => open.stores.cursors.get('/gone')))?.offset).toBe(9)
  })

  it('warn of large growth once a file', async () => {
    await save(aFile({ path: '/big' }))
    const warn = () => change(cursors => cursors.warnGrowthOnce('/big', AT))
    expect([await warn(), await warn(), await change(cursors => cursors.warnGrowthOnce('/unknown', AT))]).toEqual([true, false, false])
    await save(aFile({ path: '/big', offset: 1 }))
    expect([await warn(), await open.stores.read(() => open.stores.cursors.grown())]).toEqual([false, ['/big']])
  })

  it('add up flaws of one kind and file, keeping where the first one is', async () => {
    for (const flaw of [aFlaw(), aFlaw({ firstOffset: 99, occurrences: 2, bytes: 20, why: 'later' }), aFlaw({ kind: 'oversized' }), aFlaw({ generation: 1 })]) await change(cursors => cursors.addFlaw(flaw, AT))
    expect(await open.stores.read(() => open.stores.cursors.flaws())).toEqual([
      { ...aFlaw({ occurrences: 3, bytes: 100 }), at: AT }, { ...aFlaw({ generation: 1 }), at: AT }, { ...aFlaw({ kind: 'oversized' }), at: AT },
    ])
  })

  it('start over on demand, and meet every flaw anew', async () => {
    await save(aFile({ offset: 77 }))
    await change(cursors => cursors.forgetAll())
    expect((await open.stores.read(() => open.stores.cursors.all())).every(({ offset, size, head }) => offset === 0 && size === -1 && head === '')).toBe(true)
    expect(await open.stores.read(() => open.stores.cursors.flaws())).toEqual([])
  })

  it('remember the project of a folder that may be deleted', async () => {
    for (const project of ['/p/old', '/p/web']) await change(cursors => cursors.rememberPlace('/p/web-feature', project))
    expect(await open.stores.read(() => open.stores.cursors.places())).toEqual([['/p/web-feature', '/p/web']])
  })
})
