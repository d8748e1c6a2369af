import { afterEach, describe, expect, it } from 'vitest'
import { OpenWorld } from '../../support/open-world.ts'

const CONFIG = '[[budget]]\nid = "day"\nlimit = "10"\n[defaults]\nallocation = "4"\n[risk]\nrules = ["amount>8 -> ask"]\n'

describe('money on request', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (): Promise<OpenWorld> => (open = await OpenWorld.open({ config: CONFIG }))

  it('is held, shown, settled and shown again', async () => {
    const { handlers } = await opened()
    expect(await handlers['budget.allocate']({ id: 'task' })).toMatchObject({ ok: true, budget: { id: 'task', limit: '4.00', task: { parent: '', progress: null } } })
    expect(await handlers['budget.reserve']({ id: 'a', amount: '3', budget: 'task' })).toMatchObject({ ok: true, remaining: '1.00', reservation: { budgets: ['day', 'task'], held: '3.00', owner: 'nobody', state: 'pending' } })
    expect((await handlers['budget.list']({})).budgets.map(({ id, reserved, remaining }) => [id, reserved, remaining])).toEqual([['day', '3.00', '7.00'], ['task', '3.00', '1.00']])
    expect(await handlers['budget.settle']({ id: 'a', amount: '2.5', tool: 'maps' })).toMatchObject({ ok: true, reservation: { state: 'settled', actual: '2.50', late: false, held: '0.00' } })
    expect(await handlers['budget.show']({ id: 'task' })).toMatchObject({ budgets: [{ spent: '2.50', reserved: '0.00' }], entries: [{ id: 'a', amount: '2.50', tool: 'maps' }] })
    expect((await handlers.report({ kind: 'total' })).total.cost).toBe('2.50')
  })

  it('is refused as an answer, and a wrong request as an error that names the field', async () => {
    const { handlers } = await opened()
    expect(await handlers['budget.reserve']({ id: 'a', amount: '5', budget: 'nobody' }).catch((error: unknown) => error)).toMatchObject({ code: 'not_found' })
    expect(await handlers['budget.check']({ id: 'a', amount: '7.99' })).toEqual({ ok: true, remaining: '10.00' })
    expect(await handlers['budget.reserve']({ id: 'a', amount: '9' })).toMatchObject({ ok: false, refused: 'needs_approval', approval: 'A-a' })
    expect((await handlers['budget.approvals']({})).approvals).toMatchObject([{ id: 'A-a', reservation: 'a', amount: '9.00' }])
    expect(await handlers['budget.approve']({ id: 'A-a', by: 'dev' })).toEqual({ ok: true, fresh: true })
    expect(await handlers['budget.reserve']({ id: 'a', amount: '9' })).toMatchObject({ ok: true })
    await expect(handlers['budget.reserve']({ id: 'b', amount: 'NaN' })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(handlers['budget.progress']({ id: 'b', progress: '2' })).rejects.toThrow('progress "2" is not between 0 and 1')
  })

  it('leaves the screens when its budget is closed, and is found again by asking for all', async () => {
    const { handlers } = await opened()
    await handlers['budget.allocate']({ id: 'task' })
    const listed = async (): Promise<string[]> => (await handlers['budget.list']({})).budgets.map(({ id }) => id)
    expect([await listed(), (await handlers.status({})).budgets.map(({ id }) => id)]).toEqual([['day', 'task'], ['day', 'task']])
    await handlers['budget.close']({ id: 'task' })
    expect([await listed(), (await handlers.status({})).budgets.map(({ id }) => id)]).toEqual([['day'], ['day']])
    expect((await handlers['budget.list']({ all: true })).budgets.map(({ id, state }) => [id, state])).toEqual([['day', 'active'], ['task', 'closed']])
  })

  it('belongs to a process or session that is known, and to nobody that is not', async () => {
    const { handlers } = await opened()
    expect(await handlers['budget.reserve']({ id: 'a', amount: '1', owner: { pid: 99_999 } })).toMatchObject({ ok: false, refused: 'unproven' })
    expect(await handlers['budget.reserve']({ id: 'a', amount: '1', owner: { agent: 'claude-code', session: 'who' } })).toMatchObject({ ok: false, refused: 'unproven' })
    await open?.spend({ session: 's1' })
    expect(await handlers['budget.reserve']({ id: 'a', amount: '1', owner: { agent: 'claude-code', session: 's1' } })).toMatchObject({ ok: true, reservation: { owner: 'session claude-code/s1' } })
  })

  it('comes in batches of one commit, each answered for itself', async () => {
    const { handlers } = await opened()
    const { answers } = await handlers['budget.reserveBatch']({ requests: [{ id: 'a', amount: '6' }, { id: 'b', amount: '6' }, { id: 'c', amount: '4', owner: { pid: 99_999 } }, { id: 'd', amount: '4' }] })
    expect(answers.map(answer => (answer.ok ? answer.reservation.id : answer.refused))).toEqual(['a', 'over_budget', 'unproven', 'd'])
    expect((await handlers['budget.settleBatch']({ requests: [{ id: 'a' }, { id: 'd', amount: '0' }] })).answers.map(({ ok }) => ok)).toEqual([true, true])
    expect((await handlers['budget.report']({ id: 'day' }))).toMatchObject({ spent: '6.00', reserved: '0.00', remaining: '4.00', entryCount: 1 })
  })

  it('ends with a budget that is closed, and goes on when it is open again', async () => {
    const { handlers } = await opened()
    expect(await handlers['budget.close']({ id: 'day' })).toMatchObject({ ok: true, state: 'closed', spent: '0.00' })
    expect((await handlers['budget.show']({ id: 'day' })).budgets).toMatchObject([{ state: 'closed' }])
    expect(await handlers['budget.reserve']({ id: 'a', amount: '1' })).toMatchObject({ refused: 'closed' })
    expect(await handlers['budget.reopen']({ id: 'day' })).toEqual({ ok: true, fresh: true })
    expect(await handlers['budget.topUp']({ id: 'm', budget: 'day', amount: '5', by: 'dev' })).toEqual({ ok: true, fresh: true, limit: '15.00' })
    expect(await handlers['budget.reserve']({ id: 'a', amount: '1' })).toMatchObject({ ok: true, remaining: '14.00' })
    expect(await handlers['budget.extend']({ id: 'a', ttl: '1h' })).toMatchObject({ ok: true, reservation: { expiresAt: '2026-11-21T13:00:00.000Z' } })
    expect(await handlers['budget.release']({ id: 'a' })).toMatchObject({ ok: true, reservation: { state: 'released' } })
  })

  it('is measured: rate, forecast, record', async () => {
    const { handlers } = await opened()
    expect(await handlers['budget.record']({ id: 'r', amount: '0.60' })).toEqual({ ok: true, fresh: true, entry: 'recorded:r', late: false })
    expect(await handlers['budget.burnRate']({ id: 'day' })).toEqual({ perMinute: '0.01', overMs: 3_600_000 })
    expect(await handlers['budget.forecast']({ id: 'day' })).toMatchObject({ atCompletion: null, fits: null, runsOutAt: '2026-11-22T03:40:00.000Z' })
  })
})
