// Tasks with the built program, a real daemon that is killed, real terminals and a client that writes down each time it
// is started. A quick subset of the points; every point is in test/flows/dispatch, without processes.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Operations } from '../../src/api/control-plane.ts'
import { builtCli } from '../support/built-cli.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'

let built: TempHome, cli: string
beforeAll(() => {
  built = tempHome('tasks-cli')
  cli = builtCli(join(built.path, 'purser'))
})
afterAll(() => built.remove())

describe.runIf(process.platform !== 'win32')('a task', () => {
  let purser: LonePurser
  beforeEach(() => { purser = new LonePurser(cli) })
  afterEach(async () => {
    await purser.run('down')
    // Nothing of a test that failed lives on.
    spawnSync('tmux', ['-S', join(purser.state, 'tmux.sock'), 'kill-server'], { env: purser.env })
    await purser.end()
  })
  const ran = (): readonly string[] => (existsSync(join(purser.home.path, 'ran')) ? readFileSync(join(purser.home.path, 'ran'), 'utf8').trim().split('\n') : [])
  /** Installs a client that notes its start and its words, reads its prompt, and ends as it is told. */
  const client = (script: string): void => {
    const bin = join(purser.home.path, 'bin'), file = join(bin, 'claude')
    mkdirSync(bin, { recursive: true })
    writeFileSync(file, `#!/bin/sh\nprintf '%s|%s\\n' "$*" "$(cat)" >> "$HOME/ran"\n${script}\n`)
    chmodSync(file, 0o755)
    purser.env['PATH'] = `${bin}:${purser.env['PATH'] ?? ''}`
  }
  const show = (id: string) => purser.plane().call('task.show', { id })
  const add = async (...args: readonly string[]) => {
    const { out, err } = await purser.run('task', 'add', '--json', '--project', purser.project, ...args)
    if (out === '') throw new Error(err)
    return (JSON.parse(out) as Operations['task.add']['out']).task.id
  }
  const until = async (id: string, state: string) => purser.until(async () => (await show(id)).task.state === state)

  it('gets its text on standard input, its budget and mode as words, and is done when its verification says so', async () => {
    client('exit 0')
    await purser.up()
    const id = await add('--budget', '0.5', '--mode', 'acceptEdits', 'say $(id) "hi"; #x', '--', 'test', '-f', '../../ran')
    await until(id, 'done')
    const { attempts } = await show(id)
    expect(ran()).toEqual([`--session-id ${attempts[0]?.session} --max-budget-usd 0.50 --print --permission-mode acceptEdits|say $(id) "hi"; #x`])
    expect(attempts).toMatchObject([{ outcome: 'done', exitCode: 0 }])
    expect(readdirSync(join(purser.state, 'tasks'))).toEqual([])
  })

  it.each(['seat.opened', 'task.reserved', 'task.let-go', 'task.ended'])('is begun exactly once by a daemon that is killed at %s and another that comes after it', async point => {
    client('exit 0')
    purser.env['PURSER_CRASH_AT'] = point
    const dies = await purser.up()
    const id = await add('--claim', 'deploy', 'do it')
    await dies.exited
    delete purser.env['PURSER_CRASH_AT']
    await purser.up()
    await purser.until(async () => (await show(id)).task.state === 'done' || (await show(id)).task.state === 'queued')
    await purser.plane().call('task.retry', { id, by: 'test' }).catch(() => undefined)
    await until(id, 'done')
    expect([ran().length, (await show(id)).task.attempts]).toEqual([1, 1])
    expect((await purser.plane().call('session.list', {})).sessions.filter(({ state }) => state === 'busy')).toEqual([])
  })

  it('goes on while no daemon runs, and its exit code is known to the next', async () => {
    client('while [ ! -f "$HOME/go" ]; do sleep 0.05; done; exit 7')
    const first = await purser.up()
    const id = await add('--attempts', '1', 'do it')
    await purser.until(() => Promise.resolve(ran().length === 1))
    first.signal('SIGKILL')
    await first.exited
    writeFileSync(join(purser.home.path, 'go'), '')
    await purser.up()
    await until(id, 'dead')
    expect((await show(id)).attempts).toMatchObject([{ outcome: 'failed', exitCode: 7 }])
    expect(ran().length).toBe(1)
  })
})
