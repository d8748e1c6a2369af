import { afterEach, describe, expect, it } from 'vitest'
import { reprice } from '../../../src/daemon/handlers/pricing.ts'
import { nanoUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { NO_TOKENS } from '../../../src/core/usage/tokens.ts'
import { DOLLAR, NOON, OpenWorld } from '../../support/open-world.ts'

describe('pricing', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (options = {}): Promise<OpenWorld> => (open = await OpenWorld.open(options))

  it('shows the models that were used, or the one that is named', async () => {
    const { handlers, world } = await opened()
    await expect(handlers['pricing.show']({})).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('purser pricing show claude') as string })
    await open?.spend({}, { model: 'claude-nobody-9' })
    const { card, models } = await handlers['pricing.show']({})
    expect([card, models.length]).toEqual([world.card.version, 2])
    expect((await handlers['pricing.show']({ model: 'claude-haiku-4-5' })).models).toHaveLength(1)
  })

  it('names models without a price, with what was used of them', async () => {
    const { handlers } = await opened()
    await open?.spend({}, { model: 'claude-nobody-9', output: 7 }, { model: 'claude-nobody-9', output: 5 })
    expect(await handlers['pricing.diagnose']({})).toMatchObject({ unpriced: [{ model: 'claude-nobody-9', responses: 2, tokens: 12 }], disagreements: [] })
  })

  it('names a model on which the client and we differ by more than a hundredth', async () => {
    const { handlers, world } = await opened()
    await open?.spend({ output: DOLLAR })
    const meter = (dollars: string) => world.stores.transaction(() => world.stores.meters.save({
      agent: 'claude-code', session: 's1', model: 'claude-opus-4-5-20251101', path: '/x', at: instant(NOON), tokens: { ...NO_TOKENS, output: DOLLAR }, cost: nanoUsd(BigInt(Math.round(Number(dollars) * 1e9))),
    }))
    await meter('0.9902')
    expect((await handlers['pricing.diagnose']({})).disagreements).toEqual([])
    await meter('1.25')
    expect((await handlers['pricing.diagnose']({})).disagreements).toEqual([{ model: 'claude-opus-4-5-20251101', clientCost: '1.25', ourCost: '1.00', percent: '-20.00 %' }])
  })

  it('prices the backlog once the card has learned, in pages, once, into the budgets too', async () => {
    const { world, handlers } = await opened({ role: 'daemon', config: 'zone = "UTC"\n[[budget]]\nid = "all"\nlimit = "1"\non_breach = "deny"\nunpriced = "warn"\n' })
    await open?.spend({ model: 'claude-a' }, { model: 'claude-b' }, { model: 'claude-c' })
    expect((await handlers['pricing.reprice']({}))).toEqual({ repriced: 0, cost: '0.00', stillUnpriced: 3 })
    const learned = { ...world, price: ({ model }: { model: string }) => (model === 'claude-c' ? { price: 'unknown', why: 'unknown_model' } as const : { price: 'known', cost: nanoUsd(2_000_000_000n), card: 'new' } as const) }
    expect(await reprice(learned)).toEqual({ repriced: 2, cost: '4.00', stillUnpriced: 1 })
    expect(await reprice(learned)).toEqual({ repriced: 0, cost: '0.00', stillUnpriced: 1 })
    expect((await handlers.report({ kind: 'total' })).total).toMatchObject({ cost: '4.00', unpriced: { models: ['claude-c'] } })
    expect((await handlers['budget.list']({})).budgets).toMatchObject([{ spent: '4.00', atLeast: true }])
    expect((await handlers['lock.list']({})).locks).toHaveLength(1)
  })
})
