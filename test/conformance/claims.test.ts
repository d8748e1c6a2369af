// Claims on every engine: never two holders, never a stale write, and every refusal for its reason.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fenceOf, type HeldClaim } from '../../src/core/claims/claim.ts'
import { instant } from '../../src/core/time.ts'
import { checkClaims, claimOver } from '../../src/flows/arbitrate/fence.ts'
import { breakClaim, endSession, handClaims, releaseClaims } from '../../src/flows/arbitrate/give-back.ts'
import { orphanedClaims } from '../../src/flows/arbitrate/orphans.ts'
import { renewClaims } from '../../src/flows/arbitrate/renew.ts'
import { takePatiently } from '../../src/flows/arbitrate/patience.ts'
import { keepClaims } from '../../src/flows/arbitrate/upkeep.ts'
import { ClaimWorld, free, pathOf, START } from '../support/claim-world.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const A = free('a'), B = free('b')

describe.each(ENGINES)('claims on $name', engine => {
  let open: OpenStores
  let world: ClaimWorld
  beforeEach(async () => { open = await engine.open(); world = new ClaimWorld(open.stores) })
  afterEach(async () => { await open.close() })
  const line = (of: { pid: number; startTime: string }) => ({ line: [of] })
  const token = async (name: string) => (await world.stores.read(() => world.stores.claims.get(name)))?.token

  it('are granted once, renewed by their holder and refused to everybody else with who, since when and why', async () => {
    const one = world.born(), two = world.born()
    expect(await world.take(one, [A], { reason: 'mine' })).toMatchObject({ result: 'taken', claims: [{ how: 'granted', claim: { token: 1 } }] })
    expect(await world.take(one, [A])).toMatchObject({ result: 'taken', claims: [{ how: 'renewed', claim: { token: 1, grant: { reason: 'mine' } } }] })
    expect(await world.take(two, [A])).toMatchObject({ result: 'held', by: { token: 1, grant: { reason: 'mine', holder: { pid: one.pid } } } })
    expect(await world.codes()).toEqual(['claim.taken'])
  })
  it('are taken all or not at all', async () => {
    const one = world.born(), two = world.born()
    await world.take(one, [B])
    expect(await world.take(two, [A, B])).toMatchObject({ result: 'held', asked: B })
    expect(await token('a')).toBeUndefined()
  })
  it('on a path keep others off what contains it and what it contains', async () => {
    await world.take(world.born(), [pathOf('/x/y')])
    expect(await world.take(world.born(), [pathOf('/x')])).toMatchObject({ result: 'held' })
    expect(await world.take(world.born(), [pathOf('/x/y/z')])).toMatchObject({ result: 'held' })
    expect(await world.take(world.born(), [pathOf('/x/yy')])).toMatchObject({ result: 'taken' })
  })
  it('of a dead holder are taken over with a higher token, by proof: gone, another start time, a zombie, another boot', async () => {
    const how: string[] = []
    for (const death of ['gone', 'reused', 'zombie'] as const) {
      const one = world.born()
      await world.take(one, [free(death)])
      if (death === 'gone') world.table.end(one.pid)
      else world.table.change(one.pid, death === 'reused' ? { startTime: '2' } : { state: 'Z' })
      const taken = await world.take(world.born(), [free(death)])
      if (taken.result === 'taken') how.push(`${taken.claims[0]?.how} ${taken.claims[0]?.claim.token}`)
    }
    expect(how).toEqual(['reclaimed 2', 'reclaimed 2', 'reclaimed 2'])
    await world.take(world.born(), [free('boot')])
    world.boot = 'b2'
    expect(await world.take({ ...world.born(), boot: 'b2' }, [free('boot')])).toMatchObject({ result: 'taken', claims: [{ how: 'reclaimed' }] })
    expect((await world.codes()).filter(code => code === 'claim.reaped')).toHaveLength(4)
  })
  it('of a holder that is suspended, or cannot be seen, stay with it, whatever the clock says', async () => {
    const one = world.born(), two = world.born(), other = world.born()
    await world.take(one, [A])
    await world.take({ ...two, namespace: 'pid:[another]' }, [B])
    world.table.change(one.pid, { state: 'T' })
    world.clock.advance(86_400_000)
    expect(await world.take(other, [A])).toMatchObject({ result: 'held' })
    expect(await world.take(other, [B])).toMatchObject({ result: 'held' })
    expect((await keepClaims(world.ports)).reaped).toEqual([])
  })
  it('that are strict outlive their holder until somebody breaks them', async () => {
    const one = world.born(), two = world.born()
    await world.take(one, [A], { strict: true })
    world.table.end(one.pid)
    expect(await world.take(two, [A])).toMatchObject({ result: 'held' })
    expect((await keepClaims(world.ports)).reaped).toEqual([])
    expect(await releaseClaims(world.ports, { resources: [A], claimant: two, ...line(two), tokens: new Map() })).toMatchObject({ result: 'held' })
    await breakClaim(world.ports, { resource: A, by: 'ada', reason: 'gone' })
    expect(await world.take(two, [A])).toMatchObject({ result: 'taken', claims: [{ claim: { token: 3 } }] })
  })
  it('that are strict and held by nobody any more are told of, with the proof, and no others', async () => {
    const one = world.born(), two = world.born(), gone = world.born(), remote = new ClaimWorld(open.stores, 'n2')
    await world.take(one, [free('dead')], { strict: true, reason: 'x' })
    await world.take(two, [free('alive')], { strict: true })
    await world.take(gone, [free('reapable')])
    await remote.take(remote.born(), [free('remote')], { strict: true })
    world.table.end(one.pid)
    world.table.end(gone.pid)
    expect(await orphanedClaims(world.ports)).toEqual({ held: 4, orphans: [{ name: 'dead', holder: `a program (pid ${one.pid})`, since: expect.any(Number) as number, proof: 'its process is gone' }] })
    world.clock.advance(61_000)
    // PostgreSQL's clock is its own.
    expect((await orphanedClaims(world.ports)).orphans.map(({ name }) => name)).toEqual(engine.name === 'sqlite' ? ['dead', 'remote'] : ['dead'])
  })
  it('of one process are fenced by their token alone, once it has taken anew', async () => {
    const one = world.born()
    await world.take(one, [A])
    const stale = (await world.stores.read(() => world.stores.claims.get('a'))) as HeldClaim
    await releaseClaims(world.ports, { resources: [A], claimant: one, ...line(one), tokens: new Map() })
    await world.take(one, [A])
    expect(await world.stores.transaction(() => world.stores.claims.clear(fenceOf(stale), world.clock.now()))).toBe(false)
  })
  it('of a holder in another container stay with it, although its pid is nobody\'s here', async () => {
    const one = world.born()
    await world.take({ ...one, namespace: 'pid:[another]' }, [A])
    world.table.end(one.pid)
    expect(await world.take(world.born(), [A])).toMatchObject({ result: 'held' })
  })
  it('let no holder that was overtaken write, though it lives: 200 of 200 tries', async () => {
    const one = world.born(), two = world.born()
    await world.take(one, [A])
    const stale = (await world.stores.read(() => world.stores.claims.get('a'))) as HeldClaim
    await breakClaim(world.ports, { resource: A, by: 'ada', reason: 'hangs' })
    await world.take(two, [A])
    let written = 0
    for (let n = 0; n < 50; n++) {
      const now = instant(world.clock.now() + n)
      await world.stores.transaction(function* () {
        if (yield* world.stores.claims.renew(fenceOf(stale), { ...stale.grant, renewedAt: now })) written++
        if (yield* world.stores.claims.clear(fenceOf(stale), now)) written++
        if (yield* world.stores.claims.hand(fenceOf(stale), stale.grant.holder)) written++
      })
      if ((await renewClaims(world.ports, { claimant: one, ...line(one), resources: [A], token: 1, reason: 'x', ttlMs: null })).result === 'current') written++
    }
    expect(written).toBe(0)
    expect(await checkClaims(world.ports, { claimant: one, ...line(one), resources: [A], tokens: new Map([['a', 1]]) })).toMatchObject({ result: 'held', by: { token: 3 } })
    expect(await checkClaims(world.ports, { claimant: two, ...line(two), resources: [A], tokens: new Map([['a', 3]]) })).toMatchObject({ result: 'current' })
  })
  it('are released by their holder, again and when free without complaint, and never by another', async () => {
    const one = world.born(), two = world.born()
    await world.take(one, [A])
    expect(await releaseClaims(world.ports, { resources: [A], claimant: two, ...line(two), tokens: new Map() })).toMatchObject({ result: 'held' })
    expect(await releaseClaims(world.ports, { resources: [A], claimant: one, ...line(one), tokens: new Map([['a', 9]]) })).toMatchObject({ result: 'lost' })
    expect(await releaseClaims(world.ports, { resources: [A, B], claimant: one, ...line(one), tokens: new Map() })).toMatchObject({ result: 'released', released: [{ was: 'held', token: 1 }, { was: 'free' }] })
    expect(await releaseClaims(world.ports, { resources: [A], claimant: one, ...line(one), tokens: new Map() })).toMatchObject({ released: [{ was: 'free', token: 1 }] })
    expect(await world.take(two, [A])).toMatchObject({ claims: [{ how: 'granted', claim: { token: 2 } }] })
  })
  it('end with their session in that process, and a session that comes back is a new generation', async () => {
    const session = { agent: 'claude-code', session: 's1', proof: 'hook' } as const
    const first = { ...world.born(), ...session }
    await world.take(first, [A])
    const again = { ...world.born(), ...session }
    expect(await world.take(again, [A])).toMatchObject({ result: 'held' })
    expect(await endSession(world.ports, { agent: 'claude-code', session: 's1', node: 'n1', pid: again.pid, startTime: '1' })).toBe(0)
    expect(await endSession(world.ports, { agent: 'claude-code', session: 's1', node: 'n1', pid: first.pid, startTime: '1' })).toBe(1)
    expect(await world.take(again, [A])).toMatchObject({ claims: [{ claim: { token: 2, grant: { holder: { generation: 2 } } } }] })
    const cleared = { ...again, session: 's2' }
    expect(await world.take(cleared, [A])).toMatchObject({ claims: [{ how: 'reclaimed', claim: { token: 3 } }] })
  })
  it('are handed on with their token, and let nobody write below them but who runs below the holder', async () => {
    const one = world.born(), child = world.born(), other = world.born()
    const place = pathOf('/x')
    await world.take(one, [place])
    expect(await handClaims(world.ports, { resources: [place], claimant: one, ...line(one), to: child })).toMatchObject({ result: 'handed', claims: [{ token: 1 }] })
    expect(await claimOver(world.ports, { claimant: other, line: [other, child], touched: [pathOf('/x/f')] })).toBeNull()
    expect(await claimOver(world.ports, { claimant: other, line: [other], touched: [pathOf('/x/f')] })).toMatchObject({ by: { token: 1 } })
    expect(await claimOver(world.ports, { claimant: other, line: [other], touched: [pathOf('/')] })).toBeNull()
    world.table.end(child.pid)
    expect(await claimOver(world.ports, { claimant: other, line: [other], touched: [pathOf('/x/f')] })).toBeNull()
  })
  it('are waited for in order, and nobody passes', async () => {
    const one = world.born(), two = world.born(), three = world.born()
    await world.take(one, [A])
    expect(await world.wait(two, [A])).toMatchObject({ result: 'held', position: 1 })
    expect(await world.wait(three, [A, B])).toMatchObject({ result: 'held', position: 2 })
    await releaseClaims(world.ports, { resources: [A], claimant: one, ...line(one), tokens: new Map() })
    expect(await world.take(one, [A])).toMatchObject({ result: 'queued' })
    expect(await world.wait(three, [A, B])).toMatchObject({ result: 'queued', position: 2 })
    expect(await world.wait(two, [A])).toMatchObject({ result: 'taken' })
    world.table.end(two.pid)
    expect(await world.wait(three, [A, B])).toMatchObject({ result: 'taken' })
  })
  it('are refused to whoever would close a circle, and not to who only stands in its own way', async () => {
    const one = world.born(), two = world.born()
    await world.take(one, [A])
    await world.take(two, [B])
    expect(await world.wait(one, [B])).toMatchObject({ result: 'held' })
    expect(await world.wait(two, [A])).toMatchObject({ result: 'deadlock' })
    const three = world.born(), C = free('c')
    expect(await world.wait(three, [A, C])).toMatchObject({ result: 'held' })
    expect(await world.take(one, [C])).toMatchObject({ result: 'taken' })
  })
  it('on folders within one another are given to one of eight that ask at once, though no two ask for the same row', async () => {
    for (let round = 0; round < 5; round++) {
      const racers = Array.from({ length: 8 }, () => world.born())
      const found = await Promise.all(racers.map((racer, depth) => world.take(racer, [pathOf(`/p${round}${'/d'.repeat(depth)}`)])))
      expect(found.filter(({ result }) => result === 'taken')).toHaveLength(1)
    }
  })
  it('are refused to the third of three that would wait in a circle, and the two others are served', async () => {
    const one = world.born(), two = world.born(), three = world.born(), C = free('c')
    for (const [who, what] of [[one, A], [two, B], [three, C]] as const) await world.take(who, [what])
    expect(await world.wait(one, [B])).toMatchObject({ result: 'held' })
    expect(await world.wait(two, [C])).toMatchObject({ result: 'held' })
    expect(await world.wait(three, [A])).toMatchObject({ result: 'deadlock', by: { grant: { holder: { pid: one.pid } } } })
    expect(await world.codes()).toContain('claim.deadlock')
    await releaseClaims(world.ports, { resources: [C], claimant: three, ...line(three), tokens: new Map() })
    expect(await world.wait(two, [C])).toMatchObject({ result: 'taken' })
    await releaseClaims(world.ports, { resources: [B], claimant: two, ...line(two), tokens: new Map() })
    expect(await world.wait(one, [B])).toMatchObject({ result: 'taken' })
  })
  // All of them ask at every change: fifty are 1,275 questions, each a transaction.
  const count = engine.name === 'sqlite' ? 50 : 12
  it(`are waited for by ${count}, each woken at every change, and served in the order in which they asked`, async () => {
    const holder = world.born(), waiters = Array.from({ length: count }, () => world.born())
    await world.take(holder, [A])
    let asleep: (() => void)[] = []
    const ring = (): void => { const woken = asleep; asleep = []; for (const wake of woken.toReversed()) wake() }
    const ports = { ...world.ports, changed: () => new Promise<void>(resolve => { asleep.push(resolve) }) }
    const release = async (who: typeof holder): Promise<void> => { await releaseClaims(ports, { resources: [A], claimant: who, ...line(who), tokens: new Map() }); ring() }
    const served: number[] = []
    const all: Promise<void>[] = []
    for (const who of waiters) {
      // One after the other, so that there is an order to keep.
      expect(await world.wait(who, [A])).toMatchObject({ position: all.length + 1 })
      all.push((async () => {
        const found = await takePatiently(ports, { resources: [A], claimant: who, asking: who, strict: false, reason: null, ttlMs: 60_000, wait: { ticket: `t${who.pid}`, until: instant(START + 86_400_000) } })
        expect(found.result).toBe('taken')
        served.push(who.pid)
        await release(who)
      })())
    }
    await release(holder)
    await Promise.all(all)
    expect(served).toEqual(waiters.map(({ pid }) => pid))
    expect(await token('a')).toBe(count + 1)
  }, 60_000)
  it('are not given to the session of a program that was killed while its question was held open', async () => {
    const holder = world.born(), session = world.born(), program = world.born()
    await world.take(holder, [A])
    const waits = { resources: [A], claimant: session, asking: program, strict: false, reason: null, ttlMs: 60_000, wait: { ticket: 'w', until: instant(START + 86_400_000) } }
    expect(await takePatiently(world.ports, waits)).toMatchObject({ result: 'held', position: 1, fresh: true })
    const ports = { ...world.ports, changed: async () => {
      world.table.end(program.pid)
      await releaseClaims(world.ports, { resources: [A], claimant: holder, ...line(holder), tokens: new Map() })
    } }
    expect(await takePatiently(ports, waits)).toMatchObject({ result: 'held', position: 0 })
    expect(await world.take(world.born(), [A])).toMatchObject({ result: 'taken', claims: [{ claim: { token: 2 } }] })
  })
  it('are waited for no longer by whoever died or gave up, and others are not kept behind them', async () => {
    const holder = world.born(), dies = world.born(), gives = world.born(), stays = world.born()
    const waiting = async () => (await world.stores.read(() => world.stores.claims.tickets())).map(({ id }) => id)
    await world.take(holder, [A])
    await world.wait(dies, [A])
    const until = instant(world.clock.now() + 5_000)
    await world.take(gives, [A], { wait: { ticket: 'gives', until } })
    expect(await world.wait(stays, [A])).toMatchObject({ position: 3 })
    world.table.end(dies.pid)
    world.clock.advance(6_000)
    // Whoever asks at its own deadline is told who has it, and leaves the queue.
    const over = await takePatiently(world.ports, { resources: [A], claimant: gives, asking: gives, strict: false, reason: null, ttlMs: 60_000, wait: { ticket: 'gives', until } })
    expect(over).toMatchObject({ result: 'held', position: 0 })
    expect(await world.wait(stays, [A])).toMatchObject({ position: 1 })
    await keepClaims(world.ports)
    expect(await waiting()).toEqual([`t${stays.pid}`])
    await releaseClaims(world.ports, { resources: [A], claimant: holder, ...line(holder), tokens: new Map() })
    expect(await world.wait(stays, [A])).toMatchObject({ result: 'taken' })
    expect(await waiting()).toEqual([])
  })
  it('are given to one of eight that ask at once, fresh, after a death and after a release', async () => {
    for (let round = 0; round < 5; round++) {
      const racers = Array.from({ length: 8 }, () => world.born())
      const found = await Promise.all(racers.map(racer => world.take(racer, [A, pathOf('/p')])))
      const winners = racers.filter((_, at) => found[at]?.result === 'taken')
      expect(winners).toHaveLength(1)
      const [winner] = winners as [typeof racers[number]]
      if (round % 2 === 0) world.table.end(winner.pid)
      else await releaseClaims(world.ports, { resources: [A, pathOf('/p')], claimant: winner, ...line(winner), tokens: new Map() })
    }
    expect(await token('a')).toBe(5)
  })
})

describe('claims between machines', () => {
  it('last as long as the lease on the store\'s clock, whatever a machine believes', async () => {
    for (const engine of ENGINES) {
      const open = await engine.open()
      const here = new ClaimWorld(open.stores), there = new ClaimWorld(open.stores, 'n2')
      const one = there.born(), two = here.born()
      await there.take(one, [A])
      expect(await here.take(two, [A])).toMatchObject({ result: 'held' })
      here.clock.advance(61_000)
      // PostgreSQL's own clock has not moved; an embedded database has none but ours.
      expect((await here.take(two, [A])).result).toBe(engine.name === 'sqlite' ? 'taken' : 'held')
      await open.close()
    }
  })
})
