// Sessions in seats, as people ask for them: opened in their range, ended when idle, never anybody else's.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { instant } from '../../../src/core/time.ts'
import { poolPorts } from '../../../src/daemon/world/pool.ts'
import { learnSessions } from '../../../src/flows/sessions/pool.ts'
import { FakeTerminals } from '../../support/fake-terminals.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { OpenWorld } from '../../support/open-world.ts'

const POOL = '[pool]\nprefix = "x-"\nstart_index = 1\nmin = 2\nmax = 10\nproject = "~/src/web"\n'
const MAIN = '[[session]]\nname = "main"\nproject = "~/src/web"\n'

describe('the pool', () => {
  let open: OpenWorld, terminals: FakeTerminals, home: TempHome
  const begin = async (config = POOL): Promise<void> => {
    home = tempHome('pool')
    const bin = join(home.path, 'bin')
    for (const folder of [bin, join(home.path, 'src', 'web')]) mkdirSync(folder, { recursive: true })
    writeFileSync(join(bin, 'claude'), '#!/bin/sh\n')
    chmodSync(join(bin, 'claude'), 0o755)
    terminals = new FakeTerminals()
    open = await OpenWorld.open({ role: 'daemon', home, config: `zone = "UTC"\n${config}`, terminals: [terminals], variables: { PATH: `${bin}:${home.env['PATH'] ?? ''}`, CLAUDECODE: '1', CLAUDE_CODE_CHILD_SESSION: '1' } })
    terminals.live(open.table)
  }
  afterEach(async () => {
    await open.close()
    home.remove()
  })
  /** Its client says so in its own registry. */
  const says = (name: string, status: string): void => { open.register({ session: idOf(name), pid: terminals.pid(name), startTime: String(terminals.pid(name) * 7), cwd: open.project(), status }) }
  const idOf = (name: string): string => terminals.opened.filter(spec => spec.name === name).at(-1)?.argv.find(word => /^[0-9a-f-]{36}$/.test(word)) ?? ''
  const up = () => open.handlers['pool.up']({})

  it('opens as many as it shall have, the lowest names first, and no more the second time', async () => {
    await begin(POOL + MAIN)
    expect(await up()).toMatchObject({ opened: ['x-1', 'x-2', 'main'], closed: [], left: [], max: 10 })
    expect(await up()).toMatchObject({ opened: [], closed: [], left: [] })
    expect(terminals.names()).toEqual(['main', 'x-1', 'x-2'])
  })

  it('starts the client itself, with an id of its own, in its folder, without what another session left behind', async () => {
    await begin()
    await up()
    const [first] = terminals.opened
    expect(first).toMatchObject({ argv: [join(home.path, 'bin', 'claude'), '--session-id', idOf('x-1')], cwd: open.project() })
    expect(Object.keys(first?.variables ?? {})).not.toEqual(expect.arrayContaining(['CLAUDECODE']))
    expect(first?.variables).not.toHaveProperty('CLAUDE_CODE_CHILD_SESSION')
    expect(first?.variables).toMatchObject({ CLAUDE_CODE_FORCE_SESSION_PERSISTENCE: '1', PURSER_SESSION_ID: idOf('x-1') })
  })

  it('touches nobody else\'s terminal, whatever it is called, and nothing outside of its range', async () => {
    await begin(POOL.replace('max = 10', 'max = 3'))
    for (const name of ['x-1', 'x-10', 'x-0', 'other']) terminals.stranger(name)
    expect(await up()).toMatchObject({ opened: ['x-2', 'x-3'] })
    for (const name of ['x-2', 'x-3']) says(name, 'idle')
    expect(await open.handlers['pool.down']({ force: true })).toMatchObject({ closed: ['x-2', 'x-3'] })
    expect([terminals.names(), terminals.closed.toSorted()]).toEqual([['other', 'x-0', 'x-1', 'x-10'], ['x-2', 'x-3']])
    expect(await open.handlers['pool.scale']({ size: 3 })).toMatchObject({ opened: ['x-2', 'x-3'], left: [{ name: '1 more', because: 'every name of the pool\'s range is taken, by tasks or by others' }] })
  })

  it('ends what is idle and nothing that works, and says so', async () => {
    await begin()
    await open.handlers['pool.scale']({ size: 4 })
    says('x-1', 'idle')
    says('x-2', 'busy')
    says('x-3', 'waiting')
    says('x-4', 'idle')
    expect(await open.handlers['pool.scale']({ size: 1 })).toMatchObject({ closed: ['x-4', 'x-1'], left: [{ name: 'x-3', because: 'it waits for a person' }] })
    expect(await open.handlers['pool.down']({})).toMatchObject({ closed: [], left: [{ name: 'x-2', because: 'it is at work' }, { name: 'x-3', because: 'it waits for a person' }] })
    expect(await open.handlers['pool.down']({ force: true })).toMatchObject({ closed: ['x-2', 'x-3'], seats: [] })
  })

  it('shows in which pane a session sits, by its very process', async () => {
    await begin()
    await up()
    says('x-1', 'busy')
    const panes = async () => (await open.handlers['session.list']({})).sessions.map(({ session, pane }) => [session, pane])
    expect(await panes()).toContainEqual([idOf('x-1'), 'x-1'])
    expect((await open.handlers['session.show']({ session: idOf('x-1') })).session.pane).toBe('x-1')
  })

  it('knows which conversation sits in a seat, also after its client has begun another one', async () => {
    await begin(POOL.replace('min = 2', 'min = 0') + MAIN)
    await up()
    open.clock.advance(60_000)
    const { stores, clock } = open.world, pid = terminals.pid('main')
    await stores.transaction(() => stores.sessions.bind({ agent: 'claude-code', id: 'begun-anew', cwd: open.project(), project: open.project(), transcript: '', pid, startTime: String(pid * 7), proof: 'hook' }, clock.now()))
    await learnSessions(poolPorts(open.world), instant(0))
    expect((await open.world.stores.read(() => open.world.stores.seats.open(open.world.node)))[0]).toMatchObject({ name: 'main', session: 'begun-anew' })
  })

  it.each([['plan', ['--permission-mode', 'plan']], ['acceptEdits', ['--permission-mode', 'acceptEdits']], ['bypassPermissions', ['--permission-mode', 'manual']]])('takes a named session up where it was, and one in %s with no fewer checks', async (mode, words) => {
    await begin(POOL.replace('min = 2', 'min = 0') + MAIN)
    await up()
    const id = idOf('main')
    open.appendLine('web', id, JSON.stringify({ type: 'permission-mode', permissionMode: mode, sessionId: id }))
    await open.spend({ session: id })
    terminals.ends('main', 0)
    expect(await up()).toMatchObject({ opened: ['main'], left: [] })
    expect(terminals.opened.at(-1)).toMatchObject({ name: 'main', cwd: open.project(), argv: [join(home.path, 'bin', 'claude'), ...words, '--resume', id] })
    expect(terminals.opened.map(({ name }) => name)).toEqual(['main', 'main'])
  })

  it('begins a named session anew where nothing was ever said in it', async () => {
    await begin(POOL.replace('min = 2', 'min = 0') + MAIN)
    await up()
    const first = idOf('main')
    terminals.ends('main', 0)
    await up()
    expect(idOf('main')).not.toBe(first)
    expect(terminals.opened.at(-1)?.argv).toContain('--session-id')
  })

  it('opens nothing for a project that is locked', async () => {
    await begin(`${POOL}[[budget]]\nid = "none"\nlimit = "0.50"\nwindow = "day"\non_breach = "deny"\n`)
    await open.spend({})
    expect(await up()).toMatchObject({ opened: [], left: [{ name: 'x-1', because: expect.stringContaining('none') as string }, { name: 'x-2' }] })
    expect(terminals.opened).toEqual([])
  })

  it('refuses without a tmux it can rely on, and says what to do', async () => {
    await begin()
    terminals.why = 'this is tmux 3.2a; purser needs tmux 3.3 or newer'
    await expect(up()).rejects.toMatchObject({ code: 'unavailable', message: 'this is tmux 3.2a; purser needs tmux 3.3 or newer' })
    await expect(open.handlers['pool.scale']({ size: 99 })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('max = 99') as string })
  })

  it('shows one by its exact name or its session: x-1 is never x-10', async () => {
    await begin()
    await open.handlers['pool.scale']({ size: 10 })
    expect((await open.handlers['session.attach']({ target: 'x-1' })).argv).toEqual(['tmux', 'attach-session', '-t', '=x-1'])
    expect((await open.handlers['session.attach']({ target: idOf('x-10') })).name).toBe('x-10')
    await expect(open.handlers['session.attach']({ target: 'x-' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('there are: x-1, x-10, x-2') as string })
  })
})
