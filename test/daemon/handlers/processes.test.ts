import { afterEach, describe, expect, it } from 'vitest'
import { aProcess } from '../../support/fake-processes.ts'
import { OpenWorld } from '../../support/open-world.ts'

describe('ps', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  it('lists agents and nothing else, each with why it would or would not be stopped', async () => {
    const { handlers, table } = open = await OpenWorld.open()
    expect(await handlers.ps({})).toEqual({ processes: [] })
    table.processes.push(aProcess({ cwd: open.project() }), aProcess({ pid: 4712, name: 'vim', exe: '/usr/bin/vim', argv: ['vim', 'claude.md'] }))
    const { processes } = await handlers.ps({})
    expect(processes).toMatchObject([{ pid: 4711, agent: 'claude-code', session: '', cwd: open.project(), target: true, startedAt: '1970-01-01T00:00:00.000Z' }])
    expect(processes[0]?.because).toContain('a lock on one session would not')
    table.change(4711, { uid: 1001 })
    expect((await handlers.ps({})).processes).toMatchObject([{ target: false, because: 'it belongs to uid 1001, purser runs as uid 1000' }])
  })

  it('knows the session that the client registered, by pid and start time', async () => {
    const { handlers, table } = open = await OpenWorld.open()
    table.processes.push(aProcess({ cwd: open.project() }))
    open.register({ session: 's1', pid: 4711, startTime: '1' })
    expect((await handlers.ps({})).processes).toMatchObject([{ session: '' }])
    open.register({ session: 's1', pid: 4711, startTime: '395962' })
    expect((await handlers.ps({})).processes).toMatchObject([{ session: 's1' }])
  })

  it('names the lock that holds a session, and none for its sibling folder', async () => {
    const { handlers, table } = open = await OpenWorld.open()
    const web = open.project('web')
    table.processes.push(aProcess({ cwd: web }), aProcess({ pid: 4712, startTime: '5', cwd: open.project('web2') }))
    open.register({ session: 's1', pid: 4711, cwd: web })
    open.register({ session: 's2', pid: 4712, startTime: '5', cwd: open.project('web2') })
    await open.spend({ project: 'web' })
    await handlers['budget.set']({ id: 'web', project: web, limit: '0.50', onBreach: 'terminate' })
    const held = async () => (await handlers.ps({})).processes.map(({ pid, because }) => [pid, /lock L\w+ \(web\) holds/.test(because), because.includes('purser arm --confirm web')])
    expect(await held()).toEqual([[4711, true, true], [4712, false, false]])
    await handlers.arm({ by: 'dev' })
    await handlers.arm({ confirm: 'web', by: 'dev' })
    expect(await held()).toEqual([[4711, true, false], [4712, false, false]])
  })
})
