import { afterEach, describe, expect, it } from 'vitest'
import { aProcess } from '../../support/fake-processes.ts'
import { DOLLAR, NOON, OpenWorld } from '../../support/open-world.ts'

const MINUTE = 60_000

describe('status', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (options = {}): Promise<OpenWorld> => (open = await OpenWorld.open({ config: 'zone = "UTC"\n', ...options }))

  it('answers on a fresh machine with nothing, not with a guess', async () => {
    const { handlers, world } = await opened({ config: undefined })
    expect(await handlers.status({})).toMatchObject({
      today: { responses: 0, cost: '0.00', atLeast: false }, projects: [], sessions: [], budgets: [], locks: [], claims: [], quota: [],
      daemon: { running: false, pid: null, version: null, armed: false, socket: world.places.socket }, config: { file: world.places.configFile, problem: null },
    })
  })

  it('counts today alone, by project and branch, the dearest first', async () => {
    const { handlers } = await opened()
    await open?.spend({ branch: 'a' }, { branch: 'b', output: 3 * DOLLAR }, { project: 'api', output: 2 * DOLLAR }, { at: NOON - 13 * 60 * MINUTE })
    const { today, projects } = await handlers.status({})
    expect(today).toMatchObject({ responses: 3, cost: '6.00' })
    expect(projects.map(({ name, branch, cost }) => `${name} ${branch} ${cost}`)).toEqual(['web b 3.00', 'api main 2.00', 'web a 1.00'])
  })

  it('says who answers: a daemon with its pid, or no daemon', async () => {
    const { handlers, world, table } = await opened({ role: 'daemon' })
    expect((await handlers.status({})).daemon).toMatchObject({ running: true, pid: table.us.pid, version: world.version, observe: false })
  })

  it('shows a session from its log for ten minutes', async () => {
    const { handlers, clock } = await opened()
    await open?.spend({ session: 'new' }, { session: 'old', at: NOON - 11 * MINUTE })
    expect((await handlers.status({})).sessions).toMatchObject([{ session: 'new', pid: null, state: 'active', branch: 'main', cost: '1.00' }])
    clock.advance(11 * MINUTE)
    expect((await handlers.status({})).sessions).toEqual([])
  })

  it('takes pid and state from the registry while that very process lives', async () => {
    const { handlers, table } = await opened()
    await open?.spend({ session: 's1' })
    table.processes.push(aProcess({ pid: 4711, startTime: '77' }))
    open?.register({ session: 's1', pid: 4711, startTime: '77', status: 'busy' })
    open?.register({ session: 'quiet', pid: 4712, startTime: '78', status: 'idle' })
    table.processes.push(aProcess({ pid: 4712, startTime: '78' }))
    expect((await handlers.status({})).sessions).toMatchObject([{ session: 's1', pid: 4711, state: 'busy', cost: '1.00' }, { session: 'quiet', pid: 4712, state: 'idle', cost: '0.00' }])
  })

  it('does not believe the entry a killed client left behind, not even when its pid lives on as another', async () => {
    const { handlers, table } = await opened()
    open?.register({ session: 'killed', pid: 4711, startTime: '77' })
    expect((await handlers.status({})).sessions).toEqual([])
    table.processes.push(aProcess({ pid: 4711, startTime: '99' }))
    expect((await handlers.status({})).sessions).toEqual([])
    table.change(4711, { startTime: '77', state: 'Z' })
    expect((await handlers.status({})).sessions).toEqual([])
    table.change(4711, { state: 'S' })
    expect((await handlers.status({})).sessions).toHaveLength(1)
  })

  it('carries the budgets and the locks in force', async () => {
    const { handlers } = await opened({ role: 'daemon', config: 'zone = "UTC"\n[[budget]]\nid = "all"\nlimit = "1"\non_breach = "deny"\n' })
    open?.log({}, {})
    await handlers.index({})
    expect(await handlers.status({})).toMatchObject({ budgets: [{ id: 'all', spent: '2.00', remaining: '-1.00' }], locks: [{ rule: 'all', spent: '2.00' }] })
    open?.clock.advance(12 * 60 * MINUTE)
    expect((await handlers.status({})).locks).toEqual([])
  })
})
