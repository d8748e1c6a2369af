// The daemon in this very process: what it holds while it runs and gives back when it stops. As a process of its own,
// killed and started eight at a time, it is in test/scenarios/daemon.test.ts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectSocket } from '../../src/api/client.ts'
import type { ControlPlane } from '../../src/api/control-plane.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import { openInProcess } from '../../src/daemon/in-process.ts'
import { runDaemon } from '../../src/daemon/main.ts'
import { placesFor, type Places } from '../../src/os/paths.ts'
import { aMessage, aRecord, aUsage } from '../support/claude-lines.ts'
import { aProcess, FakeSignals, FakeTable } from '../support/fake-processes.ts'
import { tempHome, type TempHome } from '../support/home.ts'

describe('the daemon', () => {
  let home: TempHome
  let environment: Environment
  let places: Places
  const running: { stop: AbortController; ended: Promise<number> }[] = []
  beforeEach(() => {
    home = tempHome('daemon')
    environment = { home: home.path, platform: 'linux', variables: { HOME: home.path, PATH: home.env.PATH } }
    places = placesFor(environment.variables)
  })
  afterEach(async () => {
    for (const { stop, ended } of running.splice(0)) { stop.abort(); await ended.catch(() => undefined) }
    home.remove()
  })
  /** Starts one; resolves when it answers, or rejects as it refused. `pid` is who it takes itself for. */
  const start = async ({ observe = false, pid = 500 } = {}): Promise<{ plane: ControlPlane; stop: () => Promise<number>; ended: Promise<number>; signals: FakeSignals }> => {
    const us = { pid, uid: 1000, namespace: 'pid:[1]', ancestors: [1] }
    const table = new FakeTable([aProcess({ pid: 500, startTime: '7', name: 'node', exe: '/usr/bin/node', argv: ['node'] })], us)
    const signals = new FakeSignals(table)
    const stop = new AbortController()
    let ready: (plane: ControlPlane) => void = () => undefined
    const answers = new Promise<ControlPlane>(resolve => { ready = resolve })
    const ended = runDaemon({ environment, observe, signal: stop.signal, onProgress: () => undefined, onReady: plane => ready(plane) }, { processes: table, signaller: signals, notifiers: [] })
    running.push({ stop, ended })
    const plane = await Promise.race([answers, ended.then(code => { throw new Error(`it ended with ${code} before it was ready`) })])
    return { plane, ended, signals, stop: () => { stop.abort(); return ended } }
  }
  /** Two dollars of today, on disk before the daemon starts. */
  const spendTwo = (): void => {
    const folder = path.join(home.path, '.claude', 'projects', '-web')
    mkdirSync(folder, { recursive: true })
    const usage = aUsage({ input_tokens: 0, output_tokens: 80_000, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 } })
    writeFileSync(path.join(folder, 's1.jsonl'), `${JSON.stringify(aRecord({ cwd: home.path, sessionId: 's1', timestamp: new Date().toISOString(), message: aMessage({ usage }) }))}\n`)
  }
  const configure = (text: string): void => {
    mkdirSync(path.dirname(places.configFile), { recursive: true })
    writeFileSync(places.configFile, text)
  }

  it('answers on its socket when history is read, and gives back socket, lease and heartbeat when it stops', async () => {
    spendTwo()
    const { plane, stop } = await start()
    expect(await connectSocket({ path: places.socket }).call('status', {})).toMatchObject({ daemon: { running: true, pid: 500, catchingUp: false }, today: { cost: '2.00' } })
    expect((await plane.call('config.show', {})).problem).toBeNull()
    expect(readFileSync(places.configFile, 'utf8')).toContain('#')
    expect(await stop()).toBe(0)
    expect([existsSync(places.socket), existsSync(path.join(places.locks, 'heartbeat'))]).toEqual([false, false])
    const again = await start({ pid: 501 })
    await again.stop()
  })

  it('refuses to be a second one, names the first, and leaves its socket alone', async () => {
    const { stop } = await start()
    await expect(start({ pid: 501 })).rejects.toMatchObject({ code: 'already_running', message: expect.stringContaining('500') as string })
    expect(await connectSocket({ path: places.socket }).call('hello', {})).toMatchObject({ pid: 500 })
    await stop()
  })

  it('stops when it is asked to, after the answer', async () => {
    const { ended } = await start()
    expect(await connectSocket({ path: places.socket }).call('down', {})).toEqual({ stopping: true })
    expect(await ended).toBe(0)
  })

  it('locks at its start what a rule of the file has spent already, tells it to hooks, and signals nobody unarmed', async () => {
    spendTwo()
    configure('[[budget]]\nid = "all"\nlimit = "1"\non_breach = "terminate"\n')
    const { plane, signals } = await start()
    expect((await plane.call('lock.list', {})).locks).toMatchObject([{ rule: 'all', spent: '2.00', needsConfirmation: true }])
    expect(signals.sent).toEqual([])
  })

  it('only counts while it observes', async () => {
    spendTwo()
    configure('[[budget]]\nid = "all"\nlimit = "1"\non_breach = "terminate"\n')
    const { plane, stop } = await start({ observe: true })
    expect(await plane.call('status', {})).toMatchObject({ daemon: { observe: true }, today: { cost: '2.00' }, locks: [], budgets: [{ spent: '2.00' }] })
    await stop()
    const after = await openInProcess({ environment })
    expect((await after.call('budget.list', {})).budgets).toMatchObject([{ spent: '2.00' }])
    await after.close()
  })

  it('does not start on a damaged configuration, and leaves no lease behind', async () => {
    configure('zone = 3\n')
    await expect(start()).rejects.toMatchObject({ code: 'config_invalid' })
    configure('zone = "UTC"\n')
    await (await start()).stop()
  })
})
