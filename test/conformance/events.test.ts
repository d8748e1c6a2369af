// The audit trail, alike on every engine.
import { afterEach, describe, expect, it } from 'vitest'
import { instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const at = (second: number) => instant(Date.UTC(2026, 10, 21, 12, 0, second))

describe.each(ENGINES)('events on $name', engine => {
  let open: OpenStores
  afterEach(async () => { await open.close() })
  const trail = async (codes: readonly string[]): Promise<OpenStores['stores']> => {
    open = await engine.open()
    for (const [index, code] of codes.entries()) await open.stores.transaction(() => open.stores.events.add({ code, level: 'warn', fields: { n: index, text: 'it\'s\n"x"', none: null } }, at(index)))
    return open.stores
  }

  it('come back in order with every field, after the id that is given', async () => {
    const stores = await trail(['a', 'b', 'c'])
    expect(await stores.read(() => stores.events.since(1, 1))).toMatchObject([{ id: 2, at: at(1), code: 'b', level: 'warn', fields: { n: 1, text: 'it\'s\n"x"', none: null } }])
    expect([await stores.read(() => stores.events.since(3, 9)), await stores.read(() => stores.events.last())]).toEqual([[], 3])
  })

  it('keep their chain when the oldest are pruned, and still show what was taken from the middle', async () => {
    const stores = await trail(['a', 'b', 'c', 'd', 'e'])
    expect(await stores.transaction(() => stores.events.prune(at(2)))).toBe(2)
    expect(await stores.read(() => stores.events.firstBroken())).toBeNull()
    await open.database.script("delete from event where code = 'd'")
    expect(await stores.read(() => stores.events.firstBroken())).toBe(5)
  })

  it('chain rows that are written at once by several', async () => {
    const stores = await trail([])
    await Promise.all(Array.from({ length: 20 }, (_, index) => stores.transaction(() => stores.events.add({ code: `c${index}`, level: 'info', fields: {} }, at(0)))))
    expect(await stores.read(() => stores.events.firstBroken())).toBeNull()
    expect(await stores.read(() => stores.events.since(0, 99))).toHaveLength(20)
  })
})
