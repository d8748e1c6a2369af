// Work that moves to another login, whole: real sessions of a fake agent in real terminals, the real /proc, real signals, real
// logs in a folder that two homes share. The daemon that carries it is killed at every kind of step, and the next one goes on.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeCode } from '../../src/agents/claude-code/adapter.ts'
import type { FailoverAnswer } from '../../src/api/failover-answers.ts'
import { readLogs } from '../../src/daemon/handlers/reports.ts'
import { handlersOf } from '../../src/daemon/handlers/table.ts'
import { Scope } from '../../src/daemon/scope.ts'
import { wire } from '../../src/daemon/wire.ts'
import { failoverPorts } from '../../src/daemon/world/failover.ts'
import type { World } from '../../src/daemon/world/world.ts'
import { driveSaga } from '../../src/flows/failover/drive.ts'
import { watchPass } from '../../src/flows/failover/watch.ts'
import { linuxProcesses } from '../../src/os/processes/linux.ts'
import { narrowed } from '../../src/os/processes/process-table.ts'
import { signaller } from '../../src/os/processes/signals.ts'
import { AgentHouse } from '../support/fake-agent/fake-agent.ts'
import { noteCount, rounds, roundsTimeoutMs } from '../support/rounds.ts'
import { startTicks } from '../support/processes.ts'
import { hasTmux } from '../support/tmux.ts'

const ONE = '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae1', TWO = '9385e902-9c20-4eb7-a38a-4c5beaf577f2'
const CONFIG = '[[account]]\nid = "main"\nhome = "~/.claude"\nrole = "primary"\n[[account]]\nid = "work"\nhome = "~/.claude-work"\n[failover]\nmode = "MODE"\nconsent = "2026-11-01"\n'

// The first five are run each time: between signal and proof, between row and terminal, and between terminal and row.
const POINTS = [
  'failover.signalled', 'seat.opened', 'failover.end.done', 'failover.start.done', 'failover.save.done', 'seat.written', 'failover.telling',
  ...['ready', 'park', 'save', 'activate', 'end', 'start', 'verify', 'confirm'].flatMap(step => ['begun', 'done', 'written'].map(when => `failover.${step}.${when}`)),
].filter((point, index, all) => all.indexOf(point) === index)

describe.runIf(process.platform === 'linux' && hasTmux)('work that moves to another login', () => {
  let house: AgentHouse, scope: Scope, world: World, dies: string

  const open = async (): Promise<void> => {
    house = new AgentHouse()
    scope = new Scope()
    dies = ''
    const { path: home, env } = house.home
    const web = house.folder('web')
    for (const [folder, person] of [['.claude', 'ann'], ['.claude-work', 'bob']] as const) {
      mkdirSync(path.join(home, folder), { recursive: true })
      const identity = folder === '.claude' ? path.join(home, '.claude.json') : path.join(home, folder, '.claude.json')
      writeFileSync(identity, JSON.stringify({ oauthAccount: { accountUuid: person }, projects: { [web]: { hasTrustDialogAccepted: true } } }))
      writeFileSync(path.join(home, folder, '.credentials.json'), '{}')
    }
    mkdirSync(path.join(home, '.claude', 'projects'))
    symlinkSync(path.join(home, '.claude', 'projects'), path.join(home, '.claude-work', 'projects'))
    mkdirSync(path.join(home, '.config', 'purser'), { recursive: true })
    writeFileSync(path.join(home, '.config', 'purser', 'config.toml'), CONFIG.replace('MODE', 'auto'))
    const isAgent = (each: Parameters<typeof claudeCode.process.role>[0]): boolean => claudeCode.process.role(each) !== null
    const registered = (): ReadonlySet<number> => new Set(readFileSync(process.env['PURSER_TEST_PIDS'] ?? '', 'utf8').split('\n').map(Number))
    const processes = narrowed(linuxProcesses({ detail: isAgent }), pid => registered().has(pid))
    const variables = {
      HOME: home, PATH: `${path.dirname(house.command)}:${env.PATH ?? ''}`, PURSER_TEST_PIDS: process.env['PURSER_TEST_PIDS'] ?? '', FAKE_AGENT: JSON.stringify({ status: 'idle', reads: true }),
    }
    world = await wire({ environment: { home, platform: 'linux', variables }, role: 'daemon', processes, signaller: signaller({ table: processes }) }, scope)
    world = { ...world, environment: world.environment, crashPoint: name => { if (name === dies) { dies = ''; throw new Error(`died at ${name}`) } } }
  }
  const close = async (): Promise<void> => {
    for (const terminals of world.terminals) {
      if (await terminals.shortfall() !== '') continue
      for (const each of await terminals.list()) if (each.stamp !== '') await terminals.close(each)
    }
    await scope.close()
    await house.close()
  }
  beforeEach(open)
  afterEach(close)

  const stopped = (session: string) => house.start(house.folder('web'), { session, status: 'idle', stopped: true })
  /** Registered sessions that live, and the home each is bound to. */
  const running = (): string[] => ['.claude', '.claude-work'].flatMap(folder => {
    const entries = path.join(house.home.path, folder, 'sessions')
    return !existsSync(entries) ? [] : readdirSync(entries).filter(name => name.endsWith('.json')).flatMap(name => {
      const { pid, sessionId, procStart } = JSON.parse(readFileSync(path.join(entries, name), 'utf8')) as { pid: number; sessionId: string; procStart: string }
      return startTicks(pid) === procStart ? [`${sessionId} ${folder}`] : []
    })
  }).sort()
  const log = (session: string): string => readFileSync(path.join(house.home.path, '.claude', 'projects', house.folder('web').replaceAll('/', '-'), `${session}.jsonl`), 'utf8')
  const asDaemon = () => handlersOf({ ...world, running: { ...world.running, role: 'daemon' } }, () => undefined)
  const moves = async (): Promise<readonly FailoverAnswer[]> => (await handlersOf(world, () => undefined)['failover.history']({})).failovers

  async function toEnd(pass: () => Promise<unknown>): Promise<void> {
    for (let count = 0; count < 400; count++) {
      try {
        await pass()
      } catch (error) {
        if (!String(error).includes('died at')) throw error
      }
      const [newest] = await moves()
      if (newest?.endedAt) return
      await world.clock.sleep(50)
    }
    throw new Error('the move does not end')
  }
  const watching = (): Promise<unknown> => watchPass(failoverPorts(world))

  it('goes on there under its id and mode, told to go on once, when its own log says that the quota is spent', async () => {
    await stopped(ONE)
    await readLogs(world)
    // The folder is shared, so history does not say whose quota it was; the daemon heard it live.
    await world.stores.transaction(() => world.stores.quota.save(world.node, { agent: 'claude-code', account: '~/.claude', window: 'five_hour', minutes: null, usedBasisPoints: null, exhausted: true, resetsAt: null, observedAt: world.clock.now(), evidence: 'log', wakeAt: null }))
    const before = log(ONE)
    await toEnd(watching)
    expect((await moves()).map(({ from, to, state, sessions }) => [from, to, state, sessions.map(each => `${each.state} ${each.because}`)])).toEqual([['main', 'work', 'committed', ['verified ']]])
    expect(running()).toEqual([`${ONE} .claude-work`])
    const after = log(ONE).slice(before.length)
    expect(log(ONE).startsWith(before)).toBe(true)
    expect(after.match(/"permissionMode":"manual"/g)).toHaveLength(1)
    const [seat] = (await world.stores.read(() => world.stores.seats.open(world.node)))
    expect(seat).toMatchObject({ kind: 'moved', session: ONE, account: '~/.claude-work' })
  })

  const plan = { name: 'deaths of a daemon in a move, each at another point', quick: 5, full: POINTS.length }
  const soaks = process.env['PURSER_TEST_SOAK'] !== undefined
  it('survives the death of its daemon wherever it dies: never twice, never lost', async () => {
    for (const point of POINTS.slice(0, rounds(plan))) {
      // A new session each time, in a new world: what the last one left is no help.
      if (point !== POINTS[0]) { await close(); await open() }
      await (soaks || point === 'failover.telling' ? stopped(ONE) : house.start(house.folder('web'), { session: ONE, status: 'idle', logged: true }))
      await readLogs(world)
      const { failover } = await asDaemon()['failover.run']({ from: 'main', to: 'work', by: 'ada' })
      dies = point
      await toEnd(async () => {
        await driveSaga(failoverPorts(world), failover.id)
        expect(running().length).toBeLessThanOrEqual(1)
      })
      expect([point, dies, (await moves())[0]?.state, running()]).toEqual([point, '', 'committed', [`${ONE} .claude-work`]])
      // Written down and not typed yet when it died: it is not typed again.
      expect(log(ONE).match(/"permissionMode":"manual"/g)?.length ?? 0).toBe(soaks && point !== 'failover.telling' ? 1 : 0)
    }
  }, roundsTimeoutMs(40_000, plan))

  it.runIf(soaks)('takes less than 20 s of our own time for four live sessions', async () => {
    for (const digit of '1234') await house.start(house.folder('web'), { session: `${digit}f3c8446-2b81-4c3f-b8fb-6ded90c1fae1`, status: 'idle', stopped: true })
    await readLogs(world)
    const { failover } = await asDaemon()['failover.run']({ from: 'main', to: 'work', by: 'ada' })
    const since = world.clock.monotonicMs()
    await toEnd(() => driveSaga(failoverPorts(world), failover.id))
    const ms = world.clock.monotonicMs() - since
    noteCount('ms for a switch with four live sessions', Math.round(ms))
    expect([(await moves())[0]?.sessions.map(({ state, because }) => state + because), ms < 20_000]).toEqual([['verified', 'verified', 'verified', 'verified'], true])
  })

  it('comes back to where it was when its client does not come up there, and its neighbour is never touched', async () => {
    const [, neighbour] = [await stopped(ONE), await stopped(TWO)]
    await readLogs(world)
    world = { ...world, ownVariables: { ...world.ownVariables, FAKE_AGENT: JSON.stringify({ status: 'idle', reads: true, broken: '.claude-work' }) } }
    const { failover } = await asDaemon()['failover.run']({ from: 'main', to: 'work', by: 'ada' })
    await toEnd(() => driveSaga(failoverPorts(world), failover.id))
    expect((await moves())[0]).toMatchObject({ state: 'aborted', sessions: [{ session: ONE, state: 'returned' }, { session: TWO, state: 'left' }] })
    // What was started last may still be on its way up.
    for (let count = 0; count < 100 && running().length < 2; count++) await world.clock.sleep(50)
    expect(running()).toEqual([`${ONE} .claude`, `${TWO} .claude`])
    expect([startTicks(neighbour.pid), neighbour.signals()]).toEqual([neighbour.startTime, []])
  })
})
