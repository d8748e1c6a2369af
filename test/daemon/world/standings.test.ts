import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { judgeAfterEdit } from '../../../src/daemon/world/judge-edit.ts'
import { currentStandings, forgetUnkept } from '../../../src/daemon/world/standings.ts'
import { tempHome } from '../../support/home.ts'
import { DOLLAR, NOON, OpenWorld } from '../../support/open-world.ts'

const HOUR = 3_600_000
const budget = (lines: string): string => `zone = "UTC"\n[[budget]]\nid = "b"\nlimit = "20"\n${lines}\n`

describe('what a budget has spent by now', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (config: string, options = {}): Promise<OpenWorld> => {
    open = await OpenWorld.open({ config, ...options })
    await judgeAfterEdit(open.world, open.world.budgets())
    return open
  }
  const shown = async () => (await open?.handlers['budget.list']({}))?.budgets ?? []

  it('lets spending fall out of a rolling window while nothing is read', async () => {
    await opened(budget('window = "5h"'))
    await open?.spend({ at: NOON - 4 * HOUR }, { at: NOON - HOUR, output: 2 * DOLLAR })
    expect(await shown()).toMatchObject([{ spent: '3.00' }])
    open?.clock.advance(2 * HOUR)
    expect(await shown()).toMatchObject([{ spent: '2.00' }])
    open?.clock.advance(24 * HOUR)
    expect(await shown()).toMatchObject([{ spent: '0.00' }])
  })

  it('knows what a budget that was just written by hand has spent, before any daemon counts it', async () => {
    open = await OpenWorld.open({ config: 'zone = "UTC"\n' })
    await open.spend({})
    writeFileSync(open.world.places.configFile, budget('per = "project"\nwindow = "month"'))
    open.world.config.reload()
    await open.spend({ output: 2 * DOLLAR })
    expect(await shown()).toMatchObject([{ spent: '3.00', perValue: open.project() }])
  })

  it('counts on while purser only observes, and is whole when it enforces again', async () => {
    const home = tempHome('observe')
    mkdirSync(path.join(home.path, '.config', 'purser'), { recursive: true })
    writeFileSync(path.join(home.path, '.config', 'purser', 'config.toml'), budget('window = "lifetime"'))
    for (const [observe, spent] of [[false, '1.00'], [true, '2.00'], [false, '3.00']] as const) {
      open = await OpenWorld.open({ home, observe })
      await open.spend({})
      expect(await shown(), String(observe)).toMatchObject([{ spent }])
      if (!observe) await judgeAfterEdit(open.world, open.world.budgets())
      expect(await shown(), String(observe)).toMatchObject([{ spent }])
      await open.close()
    }
    open = undefined
    home.remove()
  })

  it('agrees with the sum of the entries at every hour of a day, whichever way it is read', async () => {
    await opened(budget('window = "5h"\nper = "project"'))
    const at = [-6, -4, -3, 0].map(hours => NOON + hours * HOUR)
    await open?.spend(...at.map((each, index) => ({ at: each, output: 2 ** index * DOLLAR })))
    const { world, clock } = open as OpenWorld
    for (let hour = 0; hour < 7; hour++, clock.advance(HOUR)) {
      const slow = at.reduce((sum, each, index) => sum + (each >= clock.now() - 5 * HOUR ? 2 ** index : 0), 0)
      const read = await world.stores.read(() => currentStandings(world, world.budgets(), clock.now()))
      expect(Number(read.reduce((sum, each) => sum + each.spent, 0n)) / 1e9, `${hour} h later`).toBe(slow)
    }
  })

  it('forgets only what the budgets in force do not keep', async () => {
    const { world } = await opened(`${budget('window = "day"')}[[budget]]\nid = "c"\nlimit = "1"\nwindow = "week"\n`)
    const kept = () => world.stores.read(() => world.stores.balances.measures())
    await forgetUnkept(world)
    expect((await kept()).size).toBe(2)
    await forgetUnkept({ stores: world.stores, budgets: () => world.budgets().slice(0, 1) })
    expect([...await kept()]).toEqual([world.budgets()[0]?.measure])
  })
})
