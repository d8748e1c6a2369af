import { describe, expect, it } from 'vitest'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'
import { pool } from '../../support/pool-samples.ts'

const said = async (line: string, daemon = new FakeControlPlane(), tty = false) => {
  const world = new FakeWorld({ daemon, ...(tty ? { screen: { tty: true, columns: 100 } } : {}) })
  return { exit: await world.run(line), out: world.out, err: world.err, daemon, opened: world.opened }
}

describe('purser pool', () => {
  it('says what was opened, ended and left, and what sits where', async () => {
    expect((await said('pool up')).out).toMatchInlineSnapshot(`
      "opened purser-11
      ended  purser-12
      left   purser-10: it is at work

      PANE       STATE    FOR        PROJECT  SESSION                               PROCESS   SINCE       AGENT
      purser-10  busy     pool       web-app  7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001  pid 4121  1h 10m ago  claude-code
      main       idle     dedicated  web-app  –                                     –         1h 10m ago  claude-code
      purser-13  running  task       web-app  7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001  pid 4121  1h 10m ago  claude-code

      look at one: purser session attach purser-10; leave it again: Ctrl-b d
      "
    `)
  })
  it('asks for exactly what was typed', async () => {
    expect((await said('pool down --force')).daemon.lastInput('pool.down')).toEqual({ force: true })
    expect((await said('pool down')).daemon.lastInput('pool.down')).toEqual({})
    expect((await said('pool scale 3')).daemon.lastInput('pool.scale')).toEqual({ size: 3 })
  })
  it('takes whole numbers only', async () => {
    expect(await said('pool scale many')).toMatchObject({ exit: 2, err: expect.stringContaining('not "many"') as string })
  })
  it('says what to type where there is nothing to open', async () => {
    const none = new FakeControlPlane({ 'pool.up': { ...pool, opened: [], closed: [], left: [], seats: [] } })
    expect((await said('pool up', none)).out).toContain('purser pool scale 2')
  })
})

describe('purser session attach', () => {
  it('shows it in this terminal, by the words of the daemon', async () => {
    const { exit, opened } = await said('session attach purser-10', new FakeControlPlane(), true)
    expect([exit, opened.at(-1)]).toEqual([0, 'attach tmux -S /run/purser/tmux.sock -f /dev/null attach-session -t =purser-10'])
  })
  it('says so where there is no terminal, and asks nobody', async () => {
    const { exit, err, daemon } = await said('session attach purser-10')
    expect([exit, daemon.names]).toEqual([69, []])
    expect(err).toContain('a session is shown in a terminal, and this is none; type it in one')
  })
})
