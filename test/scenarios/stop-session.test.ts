// A session stopped by hand, whole: the operation on real stores, the enforcer that a daemon runs, a real fake agent, the
// real /proc and real signals. Only time is ours, and the table shows nothing but what the tests started.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeCode } from '../../src/agents/claude-code/adapter.ts'
import type { Handlers } from '../../src/api/control-plane.ts'
import { VERIFY_MS } from '../../src/core/enforcement/ladder.ts'
import { handlersOf } from '../../src/daemon/handlers/table.ts'
import { hookDoor, type HookDoor } from '../../src/daemon/hook-door.ts'
import { project as projectLocks } from '../../src/daemon/projection.ts'
import { Scope } from '../../src/daemon/scope.ts'
import { wire } from '../../src/daemon/wire.ts'
import { enforcePorts } from '../../src/daemon/world/sight.ts'
import type { World } from '../../src/daemon/world/world.ts'
import { enforcer, type Enforcer } from '../../src/flows/enforce.ts'
import { hookPlaces } from '../../src/os/files/hook-files.ts'
import { narrowed } from '../../src/os/processes/process-table.ts'
import { linuxProcesses } from '../../src/os/processes/linux.ts'
import { signaller } from '../../src/os/processes/signals.ts'
import { ManualClock } from '../support/enforcement-world.ts'
import { AgentHouse, type FakeAgent } from '../support/fake-agent/fake-agent.ts'
import { startTicks } from '../support/processes.ts'

const SESSION = '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2', OTHER = '9385e902-9c20-4eb7-a38a-4c5beaf577f7'

describe.runIf(process.platform === 'linux')('a session stopped by hand', () => {
  let house: AgentHouse, scope: Scope, time: ManualClock, world: World, plane: Handlers, enforce: Enforcer, door: HookDoor
  const bugs: unknown[] = []
  beforeEach(async () => {
    house = new AgentHouse()
    scope = new Scope()
    time = new ManualClock()
    const isAgent = (process: Parameters<typeof claudeCode.process.role>[0]): boolean => claudeCode.process.role(process) !== null
    const registered = (): ReadonlySet<number> => new Set(readFileSync(process.env['PURSER_TEST_PIDS'] ?? '', 'utf8').split('\n').map(Number))
    const processes = narrowed(linuxProcesses({ detail: isAgent }), pid => registered().has(pid))
    const { path, env } = house.home
    world = await wire({ environment: { home: path, platform: 'linux', variables: { HOME: path, PATH: env.PATH } }, role: 'daemon', clock: time, processes, signaller: signaller({ table: processes }) }, scope)
    plane = handlersOf(world, () => undefined)
    enforce = enforcer(enforcePorts(world))
    door = hookDoor(world, (_, error) => bugs.push(error))
  })
  afterEach(async () => {
    await door.idle()
    await scope.close()
    await house.close()
    for (const bug of bugs.splice(0)) throw bug
  })

  const arm = async (): Promise<void> => { await plane.arm({ by: 'ada' }); world.running.armed = true }
  const stop = (check = false) => plane['session.stop']({ agent: 'claude-code', session: SESSION, reason: 'it loops', by: 'ada', check })
  const installed = (): void => {
    const { folder, script } = hookPlaces(world.places.state)
    mkdirSync(folder, { recursive: true })
    writeFileSync(script, '')
  }
  const alive = (agent: FakeAgent): boolean => startTicks(agent.pid) === agent.startTime
  const passFor = async (ms: number): Promise<void> => {
    for (const until = time.at + ms; time.at < until;) {
      const { nextAt } = await enforce.pass()
      time.pass(Math.max(250, (nextAt ?? until) - time.at))
    }
  }
  const prompt = (agent: FakeAgent, session: string) => door.answer({ agent: 'claude-code', event: 'UserPromptSubmit', pid: agent.pid, body: JSON.stringify({ session_id: session, transcript_path: '', cwd: house.folder('web'), hook_event_name: 'UserPromptSubmit', prompt: '' }) })
  const rungs = async (id: string) => (await plane['lock.show']({ id })).lock.actions.filter(({ kind }) => kind !== 'notify').map(({ kind, state }) => `${kind} ${state}`)

  it('climbs the ladder while its neighbours in the same folder work on, and may run again once released', async () => {
    const folder = house.folder('web')
    const target = await house.start(folder, { session: SESSION, onInterrupt: 'idle' })
    const neighbours = [await house.start(folder, { session: OTHER }), await house.start(folder, { register: false })]
    await arm()
    expect((await stop(true)).says).toBe(`this session will be stopped: its process (pid ${target.pid}) is proven; hooks are not installed`)
    installed()
    expect((await stop(true)).says).toContain('hooks refuse it too if it began after they were installed')
    expect(await prompt(target, SESSION), 'heard once').toBeNull()
    await door.idle()
    expect((await stop(true)).says).toBe(`this session will be refused by hooks and stopped: its process (pid ${target.pid}) is proven`)
    expect([await enforce.pass(), alive(target)]).toMatchObject([{ locks: 0 }, true])
    const { lock } = await stop()
    const id = lock?.id ?? ''
    expect((await projectLocks(world)).written).toHaveLength(1)
    expect(JSON.parse((await prompt(target, SESSION))?.stdout ?? '')).toMatchObject({ decision: 'block', reason: expect.stringContaining('was stopped by hand: it loops') as string })
    expect(await prompt(neighbours[0] as FakeAgent, OTHER)).toBeNull()
    await enforce.pass()
    await target.heard('idle')
    await enforce.pass()
    expect(await target.exited).toEqual({ code: 143, signal: null })
    await passFor(VERIFY_MS + 2_000)
    expect([await rungs(id), target.signals()]).toEqual([['interrupt done', 'terminate done', 'verify done'], ['SIGINT', 'SIGTERM']])
    expect([neighbours.map(alive), neighbours.flatMap(each => each.signals())]).toEqual([[true, true], []])

    await plane['lock.release']({ id, reason: 'fixed', by: 'ada' })
    const again = await house.start(folder, { session: SESSION })
    await passFor(30_000)
    expect([alive(again), again.signals(), await prompt(again, SESSION), (await projectLocks(world)).removed]).toMatchObject([true, [], null, [expect.any(String)]])
  })

  it('is refused by hooks and rehearsed, not signalled, until purser is armed', async () => {
    const target = await house.start(house.folder('web'), { session: SESSION })
    installed()
    expect(await prompt(target, SESSION)).toBeNull()
    await door.idle()
    const { lock, says } = await stop()
    expect(says).toBe('purser is not armed: this session will be refused by hooks and not signalled; arm with: purser arm')
    await passFor(60_000)
    expect([alive(target), target.signals(), await rungs(lock?.id ?? '')]).toEqual([true, [], ['interrupt dry-run', 'terminate dry-run']])
    expect(JSON.parse((await prompt(target, SESSION))?.stdout ?? '')).toMatchObject({ decision: 'block' })
    await arm()
    await enforce.pass()
    await target.exited
  })

  it('that ran for its whole time goes on when the lock ends by itself', async () => {
    const target = await house.start(house.folder('web'), { session: SESSION })
    await stop()
    await passFor(3_600_000)
    await enforce.pass()
    await arm()
    await passFor(30_000)
    expect([alive(target), target.signals(), await prompt(target, SESSION)]).toEqual([true, [], null])
  })
})
