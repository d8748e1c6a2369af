import { existsSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { DOLLAR, OpenWorld } from '../../support/open-world.ts'

describe('budgets on request', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (config?: string): Promise<OpenWorld> => (open = await OpenWorld.open(config === undefined ? {} : { config }))

  it('writes a budget into the file, counts what is spent already, and tells that rules changed', async () => {
    const { handlers, world } = await opened()
    await open?.spend({}, { project: 'api' })
    const { budget, created, warning } = await handlers['budget.set']({ id: 'web', project: `${open?.project()}`, limit: '20' })
    expect({ ...budget, created, warning }).toMatchObject({ id: 'web', limit: '20.00', spent: '1.00', remaining: '19.00', state: 'active', created: true, warning: null })
    expect(readFileSync(world.places.configFile, 'utf8')).toContain('id = "web"')
    expect(open?.changes).toBe(1)
    expect(await open?.codes()).toEqual(['budget.created'])
  })

  it('changes only what is named, under the id or under the same scope and window', async () => {
    const { handlers } = await opened('# mine\n[[budget]]\nid = "all"\nlimit = "20"\non_breach = "deny"\n')
    expect(await handlers['budget.set']({ id: 'all', limit: '5' })).toMatchObject({ created: false, budget: { limit: '5.00', onBreach: 'deny' } })
    expect(await handlers['budget.set']({ window: 'day', limit: '6' })).toMatchObject({ created: false, budget: { id: 'all', limit: '6.00' } })
    expect((await handlers['budget.list']({})).budgets).toHaveLength(1)
    expect(readFileSync(open?.world.places.configFile ?? '', 'utf8')).toContain('# mine')
    expect(await open?.codes()).toEqual(['budget.changed', 'budget.changed'])
  })

  it('takes an empty pattern out of a budget that is named, and never makes a new or nameless one of it', async () => {
    const { handlers } = await opened('[[budget]]\nid = "all"\nlimit = "20"\n[[budget]]\nid = "web"\nproject = "web"\nlimit = "20"\n')
    await expect(handlers['budget.set']({ id: 'new', project: '', limit: '5' })).rejects.toThrow('--project is empty; leave it out to match everything')
    await expect(handlers['budget.set']({ branch: '', window: 'day', limit: '5' })).rejects.toThrow('--branch is empty')
    expect((await handlers['budget.list']({})).budgets.map(({ limit }) => limit)).toEqual(['20.00', '20.00'])
    expect(await handlers['budget.set']({ id: 'web', project: '', limit: '5' })).toMatchObject({ created: false, budget: { scope: {}, limit: '5.00' } })
  })

  it('locks at once what is spent already, without letting an edit send signals', async () => {
    const { handlers } = await opened()
    await open?.spend({ output: 3 * DOLLAR })
    const { warning } = await handlers['budget.set']({ id: 'all', limit: '2', onBreach: 'terminate' })
    expect(warning).toContain('$3.00 is spent already')
    expect(warning).toContain('purser arm --confirm all')
    expect((await handlers['lock.list']({})).locks).toMatchObject([{ rule: 'all', needsConfirmation: true }])
  })

  it('leaves file, rules and trail as they were when a value is wrong', async () => {
    const { handlers, world } = await opened()
    await expect(handlers['budget.set']({ id: 'x', limit: '-1' })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(handlers['budget.set']({ id: 'x', limit: '1', onBreach: 'explode' })).rejects.toMatchObject({ code: 'invalid_input' })
    expect([existsSync(world.places.configFile), world.config.current().settings.budgets, await open?.codes(), open?.changes]).toEqual([false, [], [], 0])
  })

  it('removes by id, and says of an unknown one what to type', async () => {
    const { handlers } = await opened('[[budget]]\nid = "all"\nlimit = "20"\n')
    await expect(handlers['budget.remove']({ id: 'al' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('purser budget list') as string })
    await expect(handlers['budget.show']({ id: 'al' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await handlers['budget.remove']({ id: 'all' })).toEqual({ removed: 'all' })
    expect((await handlers['budget.list']({})).budgets).toEqual([])
    expect(await open?.codes()).toEqual(['budget.removed'])
  })

  it('forgets nothing that was spent between removing a budget and setting it again', async () => {
    const { handlers, world } = await opened('[[budget]]\nid = "all"\nlimit = "20"\nwindow = "lifetime"\n')
    await handlers['budget.set']({ id: 'all', limit: '21' })
    await open?.spend({})
    await handlers['budget.remove']({ id: 'all' })
    // At once: a daemon that follows posts without ever catching up again.
    expect(await world.stores.read(() => world.stores.balances.measures())).toEqual(new Set())
    await open?.spend({ output: 2 * DOLLAR })
    expect(await handlers['budget.set']({ id: 'all', window: 'lifetime', limit: '20' })).toMatchObject({ budget: { spent: '3.00' } })
  })
})
