import { afterEach, describe, expect, it } from 'vitest'
import { judgeAfterEdit } from '../../../src/daemon/world/judge-edit.ts'
import { DOLLAR, NOON, OpenWorld } from '../../support/open-world.ts'

const HOUR = 3_600_000
const budget = (lines: string): string => `zone = "UTC"\n[[budget]]\nid = "b"\nlimit = "20"\n${lines}\n`

describe('a budget as it is shown', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (config: string, options = {}): Promise<OpenWorld> => {
    open = await OpenWorld.open({ config, ...options })
    await judgeAfterEdit(open.world, open.world.budgets())
    return open
  }
  const shown = async () => (await open?.handlers['budget.list']({}))?.budgets ?? []

  it('has the window of now, with its edges and zone', async () => {
    await opened(budget('window = "day"'))
    await open?.spend({}, { at: NOON - 24 * HOUR, output: 7 * DOLLAR })
    expect(await shown()).toMatchObject([{ spent: '1.00', remaining: '19.00', reserved: '0.00', window: { kind: 'day', start: '2026-11-21T00:00:00.000Z', end: '2026-11-22T00:00:00.000Z', zone: 'UTC' } }])
  })

  it('starts the next day at nothing, without anything being read', async () => {
    await opened(budget('window = "day"'))
    await open?.spend({})
    open?.clock.advance(12 * HOUR)
    expect(await shown()).toMatchObject([{ spent: '0.00' }])
  })

  it('has one row per value that was spent on', async () => {
    await opened(budget('per = "branch"'))
    await open?.spend({ branch: 'a' }, { branch: 'b', output: 2 * DOLLAR })
    expect((await shown()).map(each => `${each.perValue} ${each.spent}`).sort()).toEqual(['a 1.00', 'b 2.00'])
  })

  it('is exhausted when nothing remains, and shows what is overspent as negative', async () => {
    await opened(budget('window = "lifetime"'))
    await open?.spend({ output: 20 * DOLLAR })
    expect(await shown()).toMatchObject([{ remaining: '0.00', state: 'exhausted', window: { start: null, end: null } }])
    await open?.spend({ output: 1 })
    expect(await shown()).toMatchObject([{ remaining: '-0.000025', state: 'exhausted' }])
  })

  it('says at least where a model has no price', async () => {
    await opened(budget(''))
    await open?.spend({ model: 'claude-nobody-9' })
    expect(await shown()).toMatchObject([{ spent: '0.00', atLeast: true }])
  })

  it('says at least where a response was cut off, for as long as that response is in the window', async () => {
    for (const window of ['day', '5h']) {
      await opened(budget(`window = "${window}"`))
      await open?.spend({ cutOff: true }, {})
      expect(await shown(), window).toMatchObject([{ spent: '2.00', atLeast: true }])
      open?.clock.advance(4 * HOUR)
      await open?.spend({ at: NOON + 4 * HOUR })
      expect(await shown(), window).toMatchObject([{ spent: '3.00', atLeast: true }])
      open?.clock.advance(2 * HOUR)
      expect(await shown(), window).toMatchObject([window === 'day' ? { spent: '3.00', atLeast: true } : { spent: '1.00', atLeast: false }])
      await open?.spend({ at: NOON + 6 * HOUR })
      expect(await shown(), window).toMatchObject([window === 'day' ? { spent: '4.00', atLeast: true } : { spent: '2.00', atLeast: false }])
      await open?.close()
    }
  })

  it('says so of a budget whose balance nobody keeps yet', async () => {
    open = await OpenWorld.open({ config: budget('') })
    await open.spend({ cutOff: true })
    expect(await shown()).toMatchObject([{ spent: '1.00', atLeast: true }])
  })

  it('adds a raise that a release gave to the limit of this window', async () => {
    await opened(budget('on_breach = "deny"'), { role: 'daemon' })
    open?.log({ output: 21 * DOLLAR })
    await open?.handlers.index({})
    const id = (await open?.handlers['lock.list']({}))?.locks[0]?.id ?? ''
    await open?.handlers['lock.release']({ id, reason: 'demo', raise: '5', by: 'dev' })
    expect(await shown()).toMatchObject([{ limit: '25.00', remaining: '4.00', state: 'active' }])
    open?.clock.advance(24 * HOUR)
    expect(await shown()).toMatchObject([{ limit: '20.00' }])
  })
})
