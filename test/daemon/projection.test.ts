import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { project } from '../../src/daemon/projection.ts'
import { judgeAfterEdit } from '../../src/daemon/world/judge-edit.ts'
import { readProjection } from '../../src/os/files/lock-files.ts'
import { DOLLAR, OpenWorld } from '../support/open-world.ts'

const budget = (lines: string): string => `zone = "UTC"\n[[budget]]\nid = "all"\nlimit = "20"\n${lines}\n`
const HOUR = 3_600_000

describe('locks as files', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  /** This much spent under this budget, judged and projected. */
  const spent = async (dollars: number, lines: string): Promise<OpenWorld> => {
    open = await OpenWorld.open({ role: 'daemon', config: budget(lines) })
    if (dollars > 0) open.log({ output: dollars * DOLLAR })
    await open.handlers.index({})
    await judgeAfterEdit(open.world, open.world.budgets())
    await project(open.world)
    return open
  }
  const read = () => readProjection(open?.world.places.locks ?? '')

  it('appear with the lock, say what a hook needs, and go with the release', async () => {
    const { handlers, world } = await spent(21, 'on_breach = "deny"\n[enforcement]\nsave_work = ["none"]')
    const [held] = read().locks
    expect(held).toMatchObject({ lock: { rule: 'all', spent: 21_000_000_000n }, saveWork: { entries: [] }, node: world.node })
    await handlers['lock.release']({ id: held?.lock.id ?? '', reason: 'demo', raise: '20', by: 'dev' })
    expect((await project(world)).removed).toContain(`${held?.lock.id}.lock`)
    expect(read().locks).toEqual([])
  })

  it('make every hook ask where a budget reserves, and refuse without a daemon only where it is fail-closed', async () => {
    await spent(0, 'reserve = "hooks"\nper = "branch"')
    expect(read().markers).toMatchObject([{ why: 'reservation', rule: 'all', per: '', perValue: '' }])
    await open?.close()
    await spent(0, 'reserve = "hooks"\nfail_mode = "closed"')
    expect(read().markers.map(({ why }) => why).toSorted()).toEqual(['closed', 'reservation'])
  })

  it('go when the window ends, although nobody released anything', async () => {
    const { world, clock } = await spent(21, 'on_breach = "deny"')
    clock.advance(12 * HOUR)
    await project(world)
    expect(read().locks).toEqual([])
  })

  it('are not written for a rule that only warns', async () => {
    await spent(21, 'on_breach = "warn"')
    expect(read().locks).toEqual([])
  })

  it('name every project that a pattern covers, by folder or by name, and no sibling', async () => {
    const { world } = await spent(21, 'on_breach = "deny"\nproject = "we?"')
    expect(read().locks[0]?.roots).toEqual([open?.project('web')])
    await open?.spend({ project: 'web2' }, { project: 'wed' })
    await project(world)
    expect(read().locks[0]?.roots).toEqual([open?.project('web'), open?.project('wed')])
  })

  it('are repaired when damaged, once reported, and never hide their neighbours', async () => {
    const { world } = await spent(21, 'on_breach = "deny"')
    const [file = ''] = readdirSync(world.places.locks).filter(name => name.endsWith('.lock'))
    writeFileSync(path.join(world.places.locks, file), '{"kind":')
    expect((await project(world)).damaged).toMatchObject([{ file, problem: 'not JSON' }])
    expect((await project(world)).damaged).toEqual([])
    expect(read().locks).toHaveLength(1)
    expect((await open?.codes())?.filter(code => code === 'lock.file_damaged')).toHaveLength(1)
  })

  it('let the daemon be asked where a fail-closed rule stops, and where a budget is nearly spent', async () => {
    await spent(0, 'on_breach = "deny"\nfail_mode = "closed"\nper = "branch"')
    expect(read().markers).toMatchObject([{ why: 'closed', rule: 'all', per: '', perValue: '' }])
    await open?.close()
    await spent(19, 'on_breach = "deny"\nper = "branch"')
    expect(read().markers).toMatchObject([{ why: 'near', rule: 'all', per: 'branch', perValue: 'main' }])
    await open?.close()
    await spent(18, 'on_breach = "deny"\nfail_mode = "open"')
    expect(read().markers).toEqual([])
  })

  it('stand alone where a lock holds: its file makes hooks ask, another rule\'s does not', async () => {
    await spent(21, 'on_breach = "deny"\n[[budget]]\nid = "more"\nlimit = "22"\non_breach = "deny"')
    expect(read().locks.map(({ lock }) => lock.rule)).toEqual(['all'])
    expect(read().markers).toMatchObject([{ why: 'near', rule: 'more' }])
  })

  it('stay near beside a lock that a rule took while it covered something else', async () => {
    const { world } = await spent(21, 'on_breach = "deny"\nproject = "web"')
    writeFileSync(world.places.configFile, budget('on_breach = "deny"\nproject = "w*"').replace('"20"', '"22"'), { mode: 0o600 })
    world.config.reload()
    await judgeAfterEdit(world, world.budgets())
    await project(world)
    expect(read().markers).toMatchObject([{ why: 'near', rule: 'all', selector: { project: 'w*' } }])
  })

  it('are not near any more once a raise or time has made room', async () => {
    const { world, clock } = await spent(19, 'window = "5h"\non_breach = "deny"')
    expect(read().markers).toHaveLength(1)
    clock.advance(6 * HOUR)
    await project(world)
    expect(read().markers).toEqual([])
    expect(existsSync(world.places.locks)).toBe(true)
  })
})
