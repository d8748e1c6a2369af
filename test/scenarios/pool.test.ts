// The pool with the built program, a real tmux and a daemon that is killed: what it opened is found again, shown to a
// person in their own terminal, and ended; terminals of others, on their server and on ours, live on.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtCli } from '../support/built-cli.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'
import { noteNotRun } from '../support/not-run.ts'
import { hasTmux, Tmux } from '../support/tmux.ts'
import { until } from '../support/until.ts'

if (!hasTmux) noteNotRun('the pool in tmux: tmux is not installed')
let built: TempHome, cli: string
beforeAll(() => {
  built = tempHome('pool-cli')
  cli = builtCli(join(built.path, 'purser'))
})
afterAll(() => built.remove())

it.runIf(hasTmux)('finds its sessions after a restart, shows them by their exact name, and ends nobody else\'s', async () => {
  const purser = new LonePurser(cli)
  const bin = join(purser.home.path, 'bin'), folder = join(purser.home.path, 'src', 'web')
  for (const each of [bin, folder]) mkdirSync(each, { recursive: true })
  writeFileSync(join(bin, 'claude'), '#!/bin/sh\necho "hello from $PURSER_SESSION_ID"\nwhile read -r line; do echo "heard $line"; done\n')
  chmodSync(join(bin, 'claude'), 0o755)
  purser.env['PATH'] = `${bin}:${purser.env['PATH'] ?? ''}`
  purser.configure('[pool]\nprefix = "x-"\nstart_index = 1\nmax = 12\nproject = "~/src/web"\n')
  const socket = join(purser.state, 'tmux.sock')
  const ours = (...args: readonly string[]): string => spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env: purser.env, encoding: 'utf8' }).stdout
  const theirs = new Tmux(purser.home.path, purser.env)
  try {
    theirs.open(['/bin/cat'], { columns: 80, rows: 24 })
    const first = await purser.up()
    expect((await purser.plane().call('pool.scale', { size: 1 })).opened).toEqual(['x-1'])
    ours('new-session', '-d', '-s', 'x-10', '/bin/sh', '-c', 'exec cat')
    first.signal('SIGKILL')
    await first.exited
    await purser.up()
    const again = await purser.plane().call('pool.up', {})
    expect(again).toMatchObject({ opened: [], left: [], seats: [{ name: 'x-1', kind: 'pool', state: 'running' }] })
    const screen = new Tmux(purser.home.path, purser.env)
    screen.open([process.execPath, cli, 'session', 'attach', 'x-1'], { columns: 100, rows: 30 })
    await until(() => screen.screen().join('\n').includes(`hello from ${again.seats[0]?.session}`))
    screen.send('hi', 'Enter')
    await until(() => screen.screen().join('\n').includes('heard hi'))
    screen.close()
    expect((await purser.plane().call('pool.down', { force: true })).closed).toEqual(['x-1'])
    expect(ours('list-sessions', '-F', '#{session_name}').trim()).toBe('x-10')
    expect(theirs.state().dead).toBe(false)
  } finally {
    await purser.run('down')
    ours('kill-server')
    theirs.close()
    await purser.end()
  }
})
