import { afterEach, describe, expect, it } from 'vitest'
import { tempHome } from '../../support/home.ts'
import { OpenWorld } from '../../support/open-world.ts'

const DAY = 86_400_000
const CONFIG = 'zone = "UTC"\n[[budget]]\nid = "all"\nlimit = "1"\non_breach = "terminate"\n'

describe('decisions about locks', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  /** Two dollars spent of one: one lock. */
  const locked = async (options = {}): Promise<{ open: OpenWorld; id: string }> => {
    open = await OpenWorld.open({ role: 'daemon', config: CONFIG, ...options })
    open.log({}, {})
    await open.handlers.index({})
    const [lock] = (await open.handlers['lock.list']({})).locks
    return { open, id: lock?.id ?? '' }
  }

  it('shows a lock with its scope, window, money and what was done', async () => {
    const { open: { handlers }, id } = await locked()
    expect((await handlers['lock.show']({ id })).lock).toMatchObject({
      id, rule: 'all', scope: {}, window: { kind: 'day', start: '2026-11-21T00:00:00.000Z', end: '2026-11-22T00:00:00.000Z', zone: 'UTC' },
      limit: '1.00', spent: '2.00', lockedAt: '2026-11-21T12:00:00.000Z', expiresAt: '2026-11-22T00:00:00.000Z', actions: [{ kind: 'notify', state: 'done' }],
    })
    await expect(handlers['lock.show']({ id: 'L0' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('purser lock list --all') as string })
  })

  it('releases with a reason, who and how much more, once', async () => {
    const { open: { handlers, world }, id } = await locked()
    await expect(handlers['lock.release']({ id, reason: '  ', by: 'dev' })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(handlers['lock.release']({ id, reason: 'demo', raise: '1e3', by: 'dev' })).rejects.toMatchObject({ code: 'invalid_input' })
    expect((await handlers['lock.list']({})).locks).toHaveLength(1)
    expect(await handlers['lock.release']({ id, reason: 'demo', raise: '5', by: 'dev' })).toMatchObject({ raised: '5.00', lock: { released: { by: 'dev', reason: 'demo', at: '2026-11-21T12:00:00.000Z' } } })
    expect([(await handlers['lock.list']({})).locks, (await handlers['lock.list']({ all: true })).locks.length, open?.changes]).toEqual([[], 1, 1])
    await expect(handlers['lock.release']({ id, reason: 'again', by: 'dev' })).rejects.toMatchObject({ code: 'refused' })
    expect(world.config.current().settings.budgets[0]?.limit).toBe(1_000_000_000n)
  })

  it('prunes what was released long ago, never what is in force', async () => {
    const { open: { handlers, clock }, id } = await locked()
    expect(await handlers['lock.prune']({ before: '0s' })).toEqual({ removed: 0 })
    await handlers['lock.release']({ id, reason: 'demo', by: 'dev' })
    expect(await handlers['lock.prune']({})).toEqual({ removed: 0 })
    clock.advance(91 * DAY)
    expect(await handlers['lock.prune']({ before: '2026-11-21' })).toEqual({ removed: 0 })
    expect(await handlers['lock.prune']({})).toEqual({ removed: 1 })
    expect((await handlers['lock.list']({ all: true })).locks).toEqual([])
    await expect(handlers['lock.prune']({ before: 'soon' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('90d') as string })
  })

  it('arms once, holds what is already locked for a confirmation, and disarms', async () => {
    const { open: { handlers, clock } } = await locked()
    const since = '2026-11-21T12:00:00.000Z'
    expect(await handlers.arm({ by: 'dev' })).toEqual({ armed: true, since, waiting: ['all'], confirmed: 0, signalsFrom: null })
    clock.advance(1_000)
    expect(await handlers.arm({ by: 'dev' })).toMatchObject({ since })
    await expect(handlers.arm({ confirm: 'al', by: 'dev' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await handlers.arm({ confirm: 'all', by: 'dev' })).toMatchObject({ waiting: [], confirmed: 1, signalsFrom: '2026-11-21T12:00:30.000Z' })
    expect((await handlers.status({})).daemon.armed).toBe(true)
    expect(await handlers.disarm({ by: 'dev' })).toEqual({ armed: false })
    expect((await handlers.status({})).daemon.armed).toBe(false)
    expect((await open?.codes())?.filter(code => code !== 'lock.taken')).toEqual(expect.arrayContaining(['enforcement.armed', 'lock.confirmed', 'enforcement.disarmed']))
  })

  it('tells from when signals may follow, and whether they are only noted; nothing of it where hooks alone deny', async () => {
    const { open: { handlers }, id } = await locked()
    expect((await handlers['lock.show']({ id })).lock.signals).toEqual({ from: '2026-11-21T12:00:30.000Z', armed: false })
    await handlers.arm({ by: 'dev' })
    expect((await handlers['lock.list']({})).locks).toMatchObject([{ signals: { armed: true } }])
    await open?.close()
    const denying = await locked({ config: CONFIG.replace('terminate', 'deny') })
    expect((await denying.open.handlers['lock.show']({ id: denying.id })).lock.signals).toBeUndefined()
  })

  it('never tells of a signal in the past when a confirmation comes late', async () => {
    const { open: { handlers, clock } } = await locked()
    await handlers.arm({ by: 'dev' })
    clock.advance(120_000)
    expect((await handlers.arm({ confirm: 'all', by: 'dev' })).signalsFrom).toBe('2026-11-21T12:02:00.000Z')
  })

  it('promises no signal where no daemon runs', async () => {
    const home = tempHome('locks')
    await (await locked({ home })).open.close()
    open = await OpenWorld.open({ role: 'command', config: CONFIG, home })
    await open.handlers.arm({ by: 'dev' })
    expect(await open.handlers.arm({ confirm: 'all', by: 'dev' })).toMatchObject({ confirmed: 1, signalsFrom: null })
    home.remove()
  })

  it('refuses to arm where stopping was never proven, and says that hooks deny all the same', async () => {
    for (const platform of ['darwin', 'win32'] as const) {
      open = await OpenWorld.open({ platform })
      await expect(open.handlers.arm({ by: 'dev' })).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('purser hooks install') as string })
      expect((await open.handlers.status({})).daemon.armed).toBe(false)
      await open.close()
    }
    open = undefined
  })
})
