import { writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Notice, Notifier } from '../../../src/core/machine/notifier.ts'
import { instant } from '../../../src/core/time.ts'
import { NOON, OpenWorld } from '../../support/open-world.ts'

const told: Notice[] = []
const channel = (name: string, fault = ''): Notifier => ({
  channel: name, label: `${name} (a test)`, minLevel: 'error',
  send: async notice => {
    if (fault !== '') return { result: 'failed', permanent: false, why: fault }
    told.push(notice)
    return { result: 'sent' }
  },
})

describe('small answers', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined; told.length = 0 })
  const opened = async (options = {}): Promise<OpenWorld> => (open = await OpenWorld.open(options))

  it('says which version answers, and under which pid', async () => {
    const { handlers, world, table } = await opened()
    expect(await handlers.hello({})).toEqual({ version: world.version, pid: table.us.pid })
  })

  it('pages events by id, and tells the last id even of an empty page', async () => {
    const { handlers, world } = await opened()
    expect(await handlers.events({})).toEqual({ events: [], last: 0 })
    for (const code of ['a', 'b', 'c']) await world.enforcement.audit([{ code, level: 'info', fields: { n: 1 } }], instant(NOON))
    expect(await handlers.events({ limit: 2 })).toMatchObject({ events: [{ id: 1, at: '2026-11-21T12:00:00.000Z', code: 'a', level: 'info', fields: { n: 1 } }, { code: 'b' }], last: 2 })
    expect(await handlers.events({ after: 2 })).toMatchObject({ events: [{ code: 'c' }], last: 3 })
    expect(await handlers.events({ after: 3 })).toEqual({ events: [], last: 3 })
    expect((await handlers.events({ limit: -5 })).events).toHaveLength(1)
  })

  it('says when a hook was last heard', async () => {
    const { handlers, world } = await opened()
    expect(await handlers['hooks.heard']({})).toEqual({ lastHeardAt: null })
    world.running.hookHeardAt = instant(NOON)
    expect(await handlers['hooks.heard']({})).toEqual({ lastHeardAt: '2026-11-21T12:00:00.000Z' })
  })

  it('tests the channel that is named, whatever its level, and tells of the others nothing', async () => {
    const { handlers } = await opened({ notifiers: [channel('ntfy:one'), channel('slack')] })
    expect((await handlers['notify.test']({ channel: 'ntfy' })).results).toMatchObject([{ channel: 'ntfy:one (a test)', ok: true }])
    expect(told).toHaveLength(1)
    await expect(handlers['notify.test']({ channel: 'nt' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('purser config show') as string })
  })

  it('shows one channel\'s failure and still tests the others', async () => {
    const { handlers } = await opened({ notifiers: [channel('slack', 'no route'), channel('ntfy')] })
    expect((await handlers['notify.test']({})).results.map(({ ok, detail }) => [ok, detail.includes('no route')])).toEqual([[false, true], [true, false]])
  })

  it('says where to configure a channel when there is none', async () => {
    const { handlers } = await opened()
    await expect(handlers['notify.test']({})).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('purser config edit') as string })
  })

  it('shows each value with where it comes from, and a damaged file beside the config in force', async () => {
    const { handlers, world } = await opened({ config: '# mine\nzone = "Europe/Paris"\n' })
    const { values, problem } = await handlers['config.show']({})
    expect([values.find(({ key }) => key === 'zone'), problem]).toEqual([{ key: 'zone', value: expect.stringContaining('Europe/Paris') as string, from: expect.stringMatching(/line 2$/) as string }, null])
    writeFileSync(world.places.configFile, 'zone = 3\nlimit = "1"\n')
    world.config.reload()
    expect((await handlers['config.show']({})).problem).toContain('zone')
    expect((await handlers['config.show']({})).values.find(({ key }) => key === 'zone')?.value).toContain('Europe/Paris')
  })

  it('stops a daemon after it has answered, and nothing where none runs', async () => {
    const { handlers } = await opened()
    await expect(handlers.down({})).rejects.toMatchObject({ code: 'daemon_unreachable' })
    await open?.close()
    const daemon = await opened({ role: 'daemon' })
    const order: string[] = []
    const stopped = new Promise<void>(resolve => { daemon.world.running.stop = () => { order.push('stopped'); resolve() } })
    expect(await daemon.handlers.down({})).toEqual({ stopping: true })
    order.push('answered')
    await stopped
    expect(order).toEqual(['answered', 'stopped'])
  })
})
