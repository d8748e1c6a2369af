// Programs in terminals of their own, alike on every engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Seat } from '../../src/core/sessions/seats.ts'
import { instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const AT = instant(Date.UTC(2026, 10, 21, 12))
const aSeat = (stamp: string, change: Partial<Seat> = {}): Seat => ({
  stamp, node: 'n1', name: stamp, kind: 'pool', agent: 'claude-code', session: '', account: '~/.claude', cwd: '/p', driver: 'tmux', boot: 'b1', process: null, openedAt: AT, ...change,
})

describe.each(ENGINES)('seats on $name', engine => {
  let open: OpenStores
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const add = (seat: Seat) => open.stores.transaction(() => open.stores.seats.add(seat))
  const get = (stamp: string) => open.stores.read(() => open.stores.seats.get(stamp))
  const end = (stamp: string) => open.stores.transaction(() => open.stores.seats.end(stamp, instant(AT + 5), 0))

  it('come back as they were written', async () => {
    const whole = aSeat('whole', { process: { pid: 7, startTime: '77' }, session: 's1', kind: 'task', driver: 'headless' })
    await add(whole)
    expect(await get('whole')).toEqual(whole)
    expect(await get('nobody')).toBeNull()
  })

  it('have their name alone while they are open, on their own machine', async () => {
    expect(await add(aSeat('a1', { name: 'x-1' }))).toBe(true)
    expect(await add(aSeat('a2', { name: 'x-1' }))).toBe(false)
    expect(await add(aSeat('a3', { name: 'x-10' }))).toBe(true)
    expect(await add(aSeat('a4', { name: 'x-1', node: 'n2' }))).toBe(true)
    await end('a1')
    expect(await add(aSeat('a5', { name: 'x-1' }))).toBe(true)
    expect((await open.stores.read(() => open.stores.seats.open('n1'))).map(({ stamp }) => stamp)).toEqual(expect.arrayContaining(['a3', 'a5']))
    expect((await open.stores.read(() => open.stores.seats.open('n1'))).map(({ stamp }) => stamp)).not.toContain('a1')
  })

  it('are forgotten after a while, but for the newest of each name', async () => {
    for (const [stamp, opened] of [['p1', 0], ['p2', 1], ['p3', 2]] as const) {
      await add(aSeat(stamp, { name: 'pruned', openedAt: instant(AT + opened), node: 'n3' }))
      await end(stamp)
    }
    await open.stores.transaction(() => open.stores.seats.prune(instant(AT + 5)))
    expect(await get('p1')).not.toBeNull()
    await open.stores.transaction(() => open.stores.seats.prune(instant(AT + 6)))
    expect([await get('p1'), await get('p2')]).toEqual([null, null])
    expect(await open.stores.read(() => open.stores.seats.lastOf('n3', 'pruned'))).toMatchObject({ stamp: 'p3' })
  })

  it('keep the process that was told of first', async () => {
    await add(aSeat('late'))
    const sits = (pid: number) => open.stores.transaction(() => open.stores.seats.sits('late', { pid, startTime: '1' }))
    await sits(8)
    await sits(9)
    await open.stores.transaction(() => open.stores.seats.know('late', 's9'))
    expect(await get('late')).toMatchObject({ process: { pid: 8, startTime: '1' }, session: 's9' })
  })
})
