import { describe, expect, it } from 'vitest'
import type { ControlPlane } from '../../../src/api/control-plane.ts'
import type { DaemonOptions } from '../../../src/api/daemon-options.ts'
import type { Doors } from '../../../src/cli/doors.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { absentDaemon, FakeWorld, nobodyThere, type FakeWorldOptions } from '../../support/fake-world.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { hooksAnswer, progress, samples } from '../../support/sample-answers.ts'

/** A daemon in this process: reports, is ready, and runs until its signal. */
function daemonDoor(plane: ControlPlane = new FakeControlPlane({ events: { events: [], last: 0 } })) {
  const seen: DaemonOptions[] = []
  const door: Doors['daemon'] = options => {
    seen.push(options)
    options.onProgress(progress)
    options.onReady(plane)
    return new Promise(resolve => {
      if (options.signal.aborted) resolve(0)
      options.signal.addEventListener('abort', () => resolve(0), { once: true })
    })
  }
  return { door, seen }
}

describe('purser up', () => {
  it('shows the first screen, follows, and stops cleanly when asked to', async () => {
    const { door, seen } = daemonDoor()
    const clock = new ManualClock(Date.UTC(2026, 10, 21, 15, 12))
    const world = new FakeWorld({ daemon: null, clock, doors: { daemon: door } })
    const running = world.run('up')
    await clock.sleeping(250)
    expect(world.out).toMatch(/^Indexed 1,534 responses, \$31\.94\+ since 2026-11-20\n\npurser 0\.1\.0 · following/)
    expect(world.err).toContain('following; Ctrl-C stops it')
    world.stop.abort()
    expect(await running).toBe(0)
    expect(world.err).toContain('purser has stopped')
    expect(seen[0]?.observe).toBe(false)
  })
  it('says so when no agent has logged anything yet', async () => {
    const clock = new ManualClock(), empty = { ...samples.report, rows: [], total: { ...samples.report.total, responses: 0, cost: '0.00' } }
    const world = new FakeWorld({ daemon: null, clock, doors: { daemon: daemonDoor(new FakeControlPlane({ events: { events: [], last: 0 }, report: empty })).door } })
    const running = world.run('up')
    await clock.sleeping(250)
    world.stop.abort()
    await running
    expect(world.out).toMatch(/^no agent has logged anything yet\n\npurser/)
  })
  it('advises hooks only while they are not installed', async () => {
    for (const [state, advised] of [['absent', true], ['installed', false]] as const) {
      const clock = new ManualClock()
      const world = new FakeWorld({ daemon: null, clock, doors: { daemon: daemonDoor().door, hooks: async () => ({ ...hooksAnswer, state }) } })
      const running = world.run('up')
      await clock.sleeping(250)
      world.stop.abort()
      await running
      expect(world.err.includes('purser hooks install')).toBe(advised)
    }
  })
  it('goes on following when its display fails', async () => {
    const world = new FakeWorld({ daemon: null, doors: { daemon: options => {
      options.onReady(new FakeControlPlane({ status: new Error('cannot draw') }))
      return Promise.resolve(0)
    } } })
    expect(await world.run('up')).toBe(0)
  })
  it('passes --observe on, and prints nothing but errors when quiet', async () => {
    const { door, seen } = daemonDoor()
    const world = new FakeWorld({ daemon: null, doors: { daemon: door } })
    const running = world.run('up --observe --quiet')
    world.stop.abort()
    await running
    expect([seen[0]?.observe, world.out, world.err]).toEqual([true, '', ''])
  })
  it('refuses to be a second one, and says how to see and stop the first', async () => {
    const world = new FakeWorld({ daemon: new FakeControlPlane() })
    expect(await world.run('up')).toBe(69)
    expect(world.err).toBe('purser: purser is already running (pid 4242)\n        see it: purser status   stop it: purser down\n')
    expect(world.opened).not.toContain('daemon')
  })
})

describe('purser up --detach', () => {
  const starting = (options: FakeWorldOptions = {}) => {
    const clock = new ManualClock()
    const answers = { up: false }
    const plane: ControlPlane = { call: async (name, input) => { if (!answers.up) throw nobodyThere(); return new FakeControlPlane().call(name, input) }, close: async () => undefined }
    return { clock, answers, world: new FakeWorld({ clock, daemon: plane, ...options }) }
  }
  it('starts this very program in the background and waits until it answers', async () => {
    const commands: (readonly string[])[] = []
    const { clock, answers, world } = starting({ doors: { detach: async ({ command }) => { commands.push(command); return { pid: 77, exited: new Promise<number>(() => undefined) } } } })
    const running = world.run('up --detach --observe')
    await clock.sleeping(50)
    answers.up = true
    clock.advance(50)
    expect(await running).toBe(0)
    expect(commands).toEqual([['/usr/bin/node', '/opt/purser/cli.cjs', 'up', '--quiet', '--observe']])
    expect(world.out).toBe('purser is running in the background (pid 4242)\nsee it: purser status   stop it: purser down\n')
  })
  it.each([
    ['ends at once', async () => 2, 'the daemon ended at once (exit 2)'],
    ['cannot be started', async () => { throw new Error('ENOENT') }, 'the daemon ended at once (exit 69)'],
  ])('names the log when the daemon %s', async (_, exited, said) => {
    const { world } = starting({ doors: { detach: async () => ({ pid: 77, exited: exited() }) } })
    expect(await world.run('up --detach')).toBe(69)
    expect(world.err).toContain(said)
    expect(world.err).toContain('/home/ada/.local/state/purser/purser.log')
  })
  it('says what the daemon said when it ended at once', async () => {
    const { world } = starting({ doors: { detach: async () => ({ pid: 77, exited: Promise.resolve(2), said: () => 'purser: config.toml, line 6: not TOML\n        see: purser config check' }) } })
    expect(await world.run('up --detach')).toBe(69)
    expect(world.err).toContain('ended at once (exit 2)\n        config.toml, line 6: not TOML\n        see: purser config check\n        its log:')
  })
  it('is content with one that is running already', async () => {
    const world = new FakeWorld({ daemon: new FakeControlPlane() })
    expect(await world.run('up --detach')).toBe(0)
    expect(world.out).toBe('purser is already running (pid 4242)\n')
    expect(world.opened).not.toContain('detach')
  })
})

describe('a running daemon of another version', () => {
  const older = (typed: string | null) => {
    let stopped = false
    const plane: ControlPlane = { call: async (name, input) => {
      if (name === 'down') stopped = true
      else if (stopped) throw nobodyThere()
      return new FakeControlPlane().call(name, input)
    }, close: async () => undefined }
    return new FakeWorld({ daemon: plane, version: '0.2.0', typed, doors: { daemon: async () => 0 } })
  }
  it.each(['', 'y', 'Yes'])('is replaced after a person typed "%s"', async typed => {
    const world = older(typed)
    expect(await world.run('up')).toBe(0)
    expect(world.asked).toEqual(['purser: the running daemon is version 0.1.0, this command line is 0.2.0. Replace it with version 0.2.0? [Y/n] '])
    expect(world.err).toContain('the other daemon has stopped')
  })
  it.each(['n', 'no', null])('stays when the answer is %s, with what to type', async typed => {
    const world = older(typed)
    expect(await world.run('up')).toBe(69)
    expect(world.err).toContain('replace it: purser up --yes   or: purser down && purser up --detach')
  })
  it('is replaced without a question by --yes', async () => {
    const world = older(null)
    expect(await world.run('up --yes')).toBe(0)
    expect(world.asked).toEqual([])
  })
})

it('works when there is no daemon at all', async () => {
  const world = new FakeWorld({ daemon: absentDaemon(), doors: { daemon: async () => 0 } })
  expect(await world.run('up')).toBe(0)
})
