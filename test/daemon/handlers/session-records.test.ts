// Sessions as people ask for them, on the real stores: who runs which, how one is taken up, and that only one does.
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { OpenWorld } from '../../support/open-world.ts'
import { aProcess } from '../../support/fake-processes.ts'

const X1 = 'x-1', X10 = 'x-10'

describe('sessions', () => {
  let open: OpenWorld
  afterEach(async () => { await open.close() })
  const world = async (): Promise<OpenWorld> => {
    open = await OpenWorld.open({ role: 'daemon', config: 'zone = "UTC"\n' })
    open.log({ session: X1 }, { session: X10 })
    await open.handlers.index({})
    return open
  }
  const bind = (session: string, pid: number, startTime = '395962') => open.world.stores.transaction(() => open.world.stores.sessions.bind({ agent: 'claude-code', id: session, cwd: open.project(), project: open.project(), transcript: '', pid, startTime, proof: 'hook' }, open.clock.now()))
  const show = async (session: string) => (await open.handlers['session.show']({ session })).session

  it('are listed with what they do, those that run first, and with how they come back', async () => {
    await world()
    open.table.processes.push(aProcess({ pid: 77, cwd: open.project() }))
    open.register({ session: X10, pid: 77, status: 'waiting' })
    await bind(X1, 78)
    const { sessions } = await open.handlers['session.list']({})
    expect(sessions).toMatchObject([
      { session: X10, state: 'waiting', process: { pid: 77 }, generation: 1, resume: null, because: 'it is running already, as pid 77' },
      { session: X1, state: 'lost', process: { pid: 78, startTime: '395962' }, generation: 1, account: '~/.claude', cwd: open.project(), worktree: '', pane: null, resume: { argv: ['claude', '--resume', X1], cwd: open.project() } },
    ])
  })

  it('that only the registry tells of are listed too', async () => {
    await world()
    open.table.processes.push(aProcess({ pid: 79, cwd: open.project() }))
    open.register({ session: 'fresh', pid: 79 })
    expect(await show('fresh')).toMatchObject({ state: 'busy', process: { pid: 79 }, generation: 1, seenAt: '2026-11-21T12:00:00.000Z' })
  })

  it('count a generation for each process, and none for another word of the same', async () => {
    await world()
    await bind(X1, 78)
    await bind(X1, 78)
    await open.world.stores.transaction(() => open.world.stores.sessions.end('claude-code', X1, open.clock.now()))
    await bind(X1, 78)
    expect((await show(X1)).generation).toBe(1)
    await bind(X1, 78, '400000')
    expect((await show(X1)).generation).toBe(2)
  })

  it('are named exactly: x-1 is never x-10', async () => {
    await world()
    await bind(X10, 78)
    expect(await show(X1)).toMatchObject({ session: X1, process: null, generation: 0 })
    await expect(show('x-')).rejects.toMatchObject({ code: 'not_found', message: expect.stringMatching(/did you mean x-10? or x-10?$/) as string })
    await expect(show('')).rejects.toMatchObject({ code: 'not_found' })
    await expect(open.handlers['session.show']({ session: X1, agent: 'clod' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('no agent') as string })
  })

  it('come back on their own login, with the mode their log told last', async () => {
    await world()
    open.appendLine('web', X1, JSON.stringify({ type: 'permission-mode', permissionMode: 'acceptEdits', sessionId: X1 }))
    open.appendLine('web', X1, JSON.stringify({ type: 'permission-mode', permissionMode: 'plan', sessionId: X1 }))
    const granted = await open.handlers['session.resume']({ session: X1 })
    expect(granted).toMatchObject({ agent: 'claude-code', argv: ['claude', '--permission-mode', 'plan', '--resume', X1], cwd: open.project(), variables: { CLAUDE_CONFIG_DIR: null }, differs: '' })
    expect(await open.codes()).toContain('session.resume')
  })

  it('are taken up by one of two who ask at once, and again when nothing came of it', async () => {
    await world()
    const asked = await Promise.allSettled([1, 2, 3].map(() => open.handlers['session.resume']({ session: X1 })))
    expect(asked.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
    await expect(open.handlers['session.resume']({ session: X10 })).resolves.toMatchObject({ session: X10 })
    open.clock.advance(29_999)
    await expect(open.handlers['session.resume']({ session: X1 })).rejects.toMatchObject({ code: 'refused' })
    open.clock.advance(1)
    await expect(open.handlers['session.resume']({ session: X1 })).resolves.toMatchObject({ session: X1 })
  })

  it('are not taken up while they run, while they are locked, or where their folder is gone', async () => {
    await world()
    const { lock } = await open.handlers['session.stop']({ agent: 'claude-code', session: X1, reason: 'it loops', by: 'ada' })
    await expect(open.handlers['session.resume']({ session: X1 })).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining(`purser lock show ${lock?.id ?? '?'}`) as string })
    await expect(open.handlers['session.resume']({ session: X10 })).resolves.toMatchObject({ session: X10 })
    await open.handlers['lock.release']({ id: lock?.id ?? '', reason: 'fine', by: 'ada' })
    rmSync(open.project(), { recursive: true })
    await expect(open.handlers['session.resume']({ session: X1 })).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('is gone') as string })
    mkdirSync(path.join(open.home.path, 'src', 'web'), { recursive: true })
    open.table.processes.push(aProcess({ pid: 77, cwd: open.project() }))
    open.register({ session: X1, pid: 77 })
    await expect(open.handlers['session.resume']({ session: X1 })).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('running already') as string })
  })
})
