import { writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { judgeAfterEdit } from '../../../src/daemon/world/judge-edit.ts'
import { DOLLAR, OpenWorld } from '../../support/open-world.ts'

const budget = (limit: string, onBreach = 'terminate'): string => `zone = "UTC"\n[[budget]]\nid = "all"\nlimit = "${limit}"\non_breach = "${onBreach}"\n`

describe('judging after the rules changed', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  /** Three dollars spent, then this text in the file. */
  const edited = async (text: string, options = {}): Promise<OpenWorld> => {
    open = await OpenWorld.open({ config: 'zone = "UTC"\n', ...options })
    await open.spend({ output: 3 * DOLLAR })
    writeFileSync(open.world.places.configFile, text)
    open.world.config.reload()
    return open
  }

  it('locks at once what is spent already, and leaves its signals to a person', async () => {
    const { world } = await edited(budget('2'))
    expect(await judgeAfterEdit(world, world.budgets())).toMatchObject([{ rule: 'all', spent: 3_000_000_000n, needsConfirmation: true }])
    expect(await judgeAfterEdit(world, world.budgets())).toEqual([])
  })

  it('tells of the breach once, in the transaction that locks', async () => {
    const { world } = await edited(budget('2'))
    await judgeAfterEdit(world, world.budgets())
    await judgeAfterEdit(world, world.budgets())
    expect((await open?.codes())?.filter(code => code === 'lock.taken')).toHaveLength(1)
  })

  it('locks again when the limit is lowered further, and not when it is raised', async () => {
    const { world } = await edited(budget('2'))
    await judgeAfterEdit(world, world.budgets())
    for (const [limit, locks] of [['1', 1], ['10', 0]] as const) {
      writeFileSync(world.places.configFile, budget(limit))
      world.config.reload()
      expect(await judgeAfterEdit(world, world.budgets()), limit).toHaveLength(locks)
    }
  })

  it('does nothing for a rule that only warns but tell, and nothing at all while observing', async () => {
    const { world } = await edited(budget('2', 'warn'))
    expect(await judgeAfterEdit(world, world.budgets())).toEqual([])
    expect(await open?.codes()).toContain('budget.overspent')
    await open?.close()
    const observing = await edited(budget('2'), { observe: true })
    expect([observing.world.budgets(), await judgeAfterEdit(observing.world, observing.world.config.current().settings.budgets), await observing.codes()]).toEqual([[], [], []])
  })

  it('takes a rule it has judged before for no edit: what was spent while nobody watched may be signalled', async () => {
    const { world } = await edited(budget('4'))
    expect(await judgeAfterEdit(world, world.budgets())).toEqual([])
    await open?.spend({ output: 3 * DOLLAR })
    expect(await judgeAfterEdit(world, world.budgets())).toMatchObject([{ rule: 'all', needsConfirmation: false }])
  })

  it('knows an edit made while no daemon ran, although the measure is the same', async () => {
    const { world } = await edited(budget('10'))
    await judgeAfterEdit(world, world.budgets())
    writeFileSync(world.places.configFile, budget('1'))
    world.config.reload()
    expect(await judgeAfterEdit(world, world.budgets())).toMatchObject([{ needsConfirmation: true }])
  })
})
