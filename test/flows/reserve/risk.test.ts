import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseUsd } from '../../../src/core/money.ts'
import type { CommandResult } from '../../../src/core/machine/notifier.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { riskAssessor } from '../../../src/daemon/world/risk.ts'
import { check, reserve, reserveTogether } from '../../../src/flows/reserve.ts'
import { decide } from '../../../src/flows/reserve/allocate.ts'
import { openTestSqlite, type OpenStores } from '../../support/databases.ts'
import { aReserve, ReservingWorld } from '../../support/reserve-world.ts'

const NOON = Date.UTC(2026, 10, 21, 12)

describe('a risky request', () => {
  let open: OpenStores, world: ReservingWorld
  beforeEach(async () => {
    open = await openTestSqlite()
    world = new ReservingWorld(open.stores, NOON, [{ id: 'day', limit: parseUsd('10') }])
  })
  afterEach(async () => { await open.close() })
  const judgedBy = (rules: readonly string[], program: CommandResult | Error | null = null): void => {
    world.risk = riskAssessor({
      stores: open.stores, zone: 'UTC', settings: { rules, command: program === null ? [] : ['judge'], timeoutMs: 2_000 },
      commands: { run: async () => { if (program instanceof Error) throw program; return program as CommandResult } },
    })
  }
  const ask = (id: string, amount: string) => reserve(world, aReserve({ id, amount, model: 'claude-opus-5-5' }))
  const exit = (output: string): CommandResult => ({ ended: 'exit', code: 0, output })

  it('is granted only as far as the ceiling lets the budget be filled', async () => {
    judgedBy(['model=*opus* -> allow half'])
    expect(await ask('a', '5.01')).toMatchObject({ refused: 'risk', remaining: parseUsd('5') })
    expect([await ask('a', '4'), await ask('b', '1'), await ask('c', '0.01')]).toMatchObject([{ ok: true }, { ok: true }, { refused: 'risk' }])
  })

  it('is denied by a rule, with its words, and nothing is held', async () => {
    judgedBy(['amount>1 -> deny'])
    expect(await ask('a', '2')).toMatchObject({ refused: 'risk', because: 'the rule "amount>1 -> deny" denies $2.00' })
    expect(await world.filling('day')).toEqual({ spent: '0.00', reserved: '0.00' })
  })

  it('waits for a person, and is granted once it is approved and asked for again', async () => {
    judgedBy(['amount>1 -> ask'])
    const asked = await ask('a', '2')
    expect([asked, await ask('a', '2')]).toMatchObject(Array.from({ length: 2 }, () => ({ refused: 'needs_approval', approval: 'A-a' })))
    expect(await decide(world, { id: 'A-a', approved: true, by: 'dev' })).toEqual({ ok: true, fresh: true })
    expect(await ask('a', '2')).toMatchObject({ ok: true, fresh: true })
    expect(await decide(world, { id: 'A-a', approved: false, by: 'dev' })).toMatchObject({ refused: 'conflict' })
  })

  it('is no other request because that one was approved', async () => {
    judgedBy(['amount>1 -> ask'])
    await ask('a', '2')
    await decide(world, { id: 'A-a', approved: true, by: 'dev' })
    expect(await ask('a', '9')).toMatchObject({ refused: 'conflict' })
  })

  it('stays refused when a person refused it, or nobody said anything for an hour', async () => {
    judgedBy(['amount>1 -> ask'])
    await ask('a', '2')
    await ask('b', '2')
    await decide(world, { id: 'A-a', approved: false, by: 'dev' })
    expect(await ask('a', '2')).toMatchObject({ refused: 'risk', because: 'dev refused it (A-a)' })
    world.clock.advance(HOUR_MS)
    expect(await ask('b', '2')).toMatchObject({ refused: 'risk' })
    expect(await decide(world, { id: 'A-b', approved: true, by: 'dev' })).toMatchObject({ refused: 'risk' })
  })

  it('is checked without asking anybody', async () => {
    judgedBy(['amount>1 -> ask'])
    expect(await check(world, aReserve({ id: 'a', amount: '2' }))).toMatchObject({ refused: 'needs_approval' })
    expect(await open.stores.read(() => open.stores.tasks.approvals(world.clock.now()))).toEqual([])
  })

  it('is denied where the program fails, hangs or talks nonsense, whatever the rules say', async () => {
    for (const [name, result] of Object.entries({ hang: { ended: 'deadline', output: '' } as const, nonsense: exit('yes'), crash: new Error('spawn failed') })) {
      judgedBy([], result)
      expect([name, await ask(name, '1')]).toMatchObject([name, { refused: 'risk' }])
    }
  })

  it('takes the stricter word of rules and program', async () => {
    judgedBy(['amount>1 -> allow half'], exit('{"verdict":"allow","ceiling":"tenth"}'))
    expect([await ask('a', '1.5'), await ask('b', '1')]).toMatchObject([{ refused: 'risk', remaining: parseUsd('1') }, { ok: true }])
  })

  it('is judged in a batch as it is alone', async () => {
    const both = () => reserveTogether(world, ['b1', 'b2'].map((id, at) => aReserve({ id, amount: '1', model: at === 0 ? 'claude-opus-5-5' : 'claude-haiku-5' })))
    judgedBy(['model=*opus* -> deny'])
    expect(await both()).toMatchObject([{ ok: false, refused: 'risk' }, { ok: true, fresh: true }])
    judgedBy(['model=*opus* -> ask'])
    expect(await both()).toMatchObject([{ ok: false, refused: 'needs_approval', approval: 'A-b1' }, { ok: true, fresh: false }])
  })

  it('stays granted once it was, however risky it has become', async () => {
    await ask('a', '2')
    judgedBy(['amount>1 -> deny'])
    expect(await ask('a', '2')).toMatchObject({ ok: true, fresh: false })
  })
})
