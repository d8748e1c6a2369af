// The whole way of a signal with real processes: fake agents, the real /proc, the real signal module, the real adapter.
// Only time is ours, and the table shows nothing but what the tests started.
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeCode } from '../../src/agents/claude-code/adapter.ts'
import { VERIFY_MS } from '../../src/core/enforcement/ladder.ts'
import type { Lock } from '../../src/core/enforcement/lock.ts'
import { fromRegistry } from '../../src/core/enforcement/witness.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import { enforcer, type Enforcer } from '../../src/flows/enforce.ts'
import { describeProcesses } from '../../src/flows/enforce/describe.ts'
import type { EnforcePorts } from '../../src/flows/enforce/ports.ts'
import { narrowed } from '../../src/os/processes/process-table.ts'
import { linuxProcesses } from '../../src/os/processes/linux.ts'
import { gitProjects } from '../../src/os/projects.ts'
import { readRegistry } from '../../src/os/processes/registry.ts'
import { signaller } from '../../src/os/processes/signals.ts'
import { ManualClock, stopLock } from '../support/enforcement-world.ts'
import { AgentHouse } from '../support/fake-agent/fake-agent.ts'
import { FakeEnforcementStore } from '../support/fake-enforcement-store.ts'
import { startTicks } from '../support/processes.ts'

const SESSION = '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2', OTHER = '9385e902-9c20-4eb7-a38a-4c5beaf577f7'
const linux = process.platform === 'linux'

let house: AgentHouse
beforeEach(() => { house = new AgentHouse() })
afterEach(async () => { await house.close() })

interface Scene { readonly rows: FakeEnforcementStore; readonly time: ManualClock; readonly ports: EnforcePorts; readonly enforce: Enforcer; policy: { armed: boolean; sigkill: boolean } }

/** Enforces `lock` over what the tests registered, and `strangers` that they did not. */
function scene(lock: Partial<Lock>, strangers: ReadonlySet<number> = new Set()): Scene {
  const rows = new FakeEnforcementStore([stopLock(lock)]), time = new ManualClock()
  const isAgent = (process: Parameters<typeof claudeCode.process.role>[0]): boolean => claudeCode.process.role(process) !== null
  const registered = (): ReadonlySet<number> => new Set(readFileSync(process.env['PURSER_TEST_PIDS'] ?? '', 'utf8').split('\n').map(Number))
  const processes = narrowed(linuxProcesses({ detail: isAgent }), pid => strangers.has(pid) || registered().has(pid))
  const environment: Environment = { home: house.home.path, platform: 'linux', variables: {} }
  const made = { policy: { armed: true, sigkill: false } }
  const ports: EnforcePorts = {
    store: rows, processes, signals: signaller({ table: processes }), clock: time, agents: [claudeCode], places: gitProjects(), node: 'n1', home: house.home.path,
    witnesses: async () => readRegistry([claudeCode], environment).map(({ agent, account, session }) => fromRegistry(session, { agent, account }, time.now())),
    stopBackground: async () => ({ stopped: false, detail: 'no client here' }), policy: () => made.policy, crashPoint: () => {},
  }
  return Object.assign(made, { rows, time, ports, enforce: enforcer(ports) })
}

/** Passes, at the ladder's own pace, for so long in our time. */
async function passFor(scene: Scene, ms: number): Promise<void> {
  for (const until = scene.time.at + ms; scene.time.at < until;) {
    const { nextAt } = await scene.enforce.pass()
    scene.time.pass(Math.max(250, (nextAt ?? until) - scene.time.at))
  }
}
const alive = (agent: { readonly pid: number; readonly startTime: string }): boolean => startTicks(agent.pid) === agent.startTime && stateOf(agent.pid) !== 'Z'
const stateOf = (pid: number): string => { try { return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.[0] ?? '' } catch { return '' } }

describe.runIf(linux)('an agent that obeys', () => {
  it('ends at the interrupt, with its bill written, and is reported stopped; its neighbours see nothing of it', async () => {
    const project = house.folder('web')
    const target = await house.start(project, { session: SESSION, onInterrupt: 'exit' })
    const sibling = await house.start(house.folder('webx'), { session: OTHER })
    const helper = await house.start(project, {}, { args: ['bg-pty-host'] })
    const stage = scene({ selector: { project } })
    await stage.enforce.pass()
    expect(await target.exited).toEqual({ code: 0, signal: null })
    await passFor(stage, VERIFY_MS + 2_000)
    expect(stage.rows.rungs()).toEqual(['interrupt 1 done', 'verify 1 done'])
    expect([sibling, helper].map(alive)).toEqual([true, true])
    expect([...sibling.signals(), ...helper.signals()]).toEqual([])
  })

  it('is terminated once it is idle, after the partial response was logged', async () => {
    const project = house.folder('web')
    const target = await house.start(project, { session: SESSION, onInterrupt: 'idle' })
    const stage = scene({ selector: { project } })
    await stage.enforce.pass()
    await target.heard('idle')
    expect(house.logLines()).toHaveLength(1)
    await stage.enforce.pass()
    expect(await target.exited).toEqual({ code: 143, signal: null })
    expect(target.signals()).toEqual(['SIGINT', 'SIGTERM'])
  })

  it('takes its tools with it; who had left the chain before is nobody\'s to signal', async () => {
    const project = house.folder('web')
    const target = await house.start(project, { session: SESSION, onInterrupt: 'ignore', tools: ['sleep', 'stubborn', 'detached', 'agent'] })
    const [sleep = 0, stubborn = 0, detached = 0, nested = 0] = target.tools
    const born = target.tools.map(startTicks)
    const stage = scene({ selector: { session: SESSION } })
    await passFor(stage, 11_000)
    await target.exited
    await passFor(stage, VERIFY_MS + 2_000)
    const outcome = stage.rows.actions.get(`L0011aabb:verify:${target.pid}@${target.startTime}:1`)?.outcome
    expect(alive({ pid: sleep, startTime: born[0] ?? '' })).toBe(false)
    // Ignored SIGTERM and lost its parent: told by name, not signalled again.
    expect(alive({ pid: stubborn, startTime: born[1] ?? '' })).toBe(true)
    expect(outcome).toBe(`it stayed stopped; still running, no longer below it and therefore not signalled: ${stubborn}@${born[1]}`)
    expect(alive({ pid: detached, startTime: born[2] ?? '' })).toBe(true)
    // A session of its own, started from a tool: another budget scope, left alone by name.
    expect(alive({ pid: nested, startTime: born[3] ?? '' })).toBe(true)
    expect(stage.rows.actions.get(`L0011aabb:terminate:${target.pid}@${target.startTime}:1`)?.outcome).toContain(`${nested}@${born[3]} (an agent session of its own)`)
  })

  it('that is started again under the lock is stopped again', async () => {
    const project = house.folder('web')
    const stage = scene({ selector: { project } })
    for (const session of [SESSION, OTHER, SESSION]) {
      const target = await house.start(project, { session })
      await passFor(stage, 2_000)
      await target.exited
      await passFor(stage, VERIFY_MS + 2_000)
    }
    expect(stage.rows.rungs().filter(rung => rung === 'interrupt 1 done')).toHaveLength(3)
    expect(stage.rows.codes().filter(code => code === 'target.stopped')).toHaveLength(3)
  })
})

describe.runIf(linux)('an agent that does not obey', () => {
  it('is tried three times, told once, and left; a user who opts in has it killed, tools and all', async () => {
    const project = house.folder('web')
    const target = await house.start(project, { session: SESSION, onInterrupt: 'ignore', onTerminate: 'ignore', tools: ['stubborn'] })
    const stubborn = { pid: target.tools[0] ?? 0, startTime: startTicks(target.tools[0] ?? 0) }
    const stage = scene({ selector: { project } })
    await passFor(stage, 3 * 60_000)
    expect(stage.rows.rungs()).toHaveLength(6)
    expect(stage.rows.codes().filter(code => code === 'target.unstoppable')).toHaveLength(1)
    expect([target, stubborn].map(alive)).toEqual([true, true])

    const optedIn = scene({ selector: { project } })
    optedIn.policy = { armed: true, sigkill: true }
    await passFor(optedIn, 25_000)
    expect(await target.exited).toEqual({ code: null, signal: 'SIGKILL' })
    await passFor(optedIn, VERIFY_MS + 2_000)
    expect([target, stubborn].map(alive)).toEqual([false, false])
    expect(optedIn.rows.rungs().at(-1)).toBe('verify 1 done')
  })

  it('is no stranger after it withdrew its registry entry and hung', async () => {
    const project = house.folder('web')
    const target = await house.start(project, { session: SESSION, onInterrupt: 'hang', onTerminate: 'ignore' })
    const stage = scene({ selector: { session: SESSION } })
    await stage.enforce.pass()
    await target.heard('signal', 'SIGINT')
    await passFor(stage, 11_000)
    await target.heard('signal', 'SIGTERM')
    expect(readRegistry([claudeCode], { home: house.home.path, platform: 'linux', variables: {} })).toEqual([])
  })

  it('that is suspended keeps its attempts, is not woken, and ends when it goes on', async () => {
    const project = house.folder('web')
    const target = await house.start(project, { session: SESSION, onInterrupt: 'ignore' })
    target.child.kill('SIGSTOP')
    while (stateOf(target.pid) !== 'T') await new Promise(resolve => { setImmediate(resolve) })
    const stage = scene({ selector: { project } })
    await passFor(stage, 2 * 60_000)
    expect(stateOf(target.pid)).toBe('T')
    expect(stage.rows.rungs()).toEqual(['interrupt 1 done', 'terminate 1 done'])
    target.child.kill('SIGCONT')
    expect(await target.exited).toEqual({ code: 143, signal: null })
  })
})

describe.runIf(linux)('a background session', () => {
  it('is respawned after a signal, and stays stopped after its client\'s own stop command', async () => {
    const project = house.folder('web')
    const daemon = await house.start(project, { session: SESSION, job: '3f3c8446' }, { args: ['daemon', 'run'] })
    // The control: what a tool would see that only knows SIGTERM.
    process.kill(await daemon.readyAgain(1), 'SIGTERM')
    const respawned = await daemon.readyAgain(2)

    const stage = scene({ selector: { project } })
    Object.assign(stage.ports, { stopBackground: async ({ job }: { job: string }) => {
      const { status } = spawnSync(house.command, ['stop', job], { env: house.home.env })
      return status === 0 ? { stopped: true } : { stopped: false, detail: `exit ${status}` }
    } })
    await stage.enforce.pass()
    await stage.enforce.settled()
    await daemon.exited
    await passFor(stage, VERIFY_MS + 2_000)
    expect(stage.rows.rungs()).toEqual(['stop-background 1 done', 'verify 1 done'])
    expect([...stage.rows.actions.values()][1]).toMatchObject({ target: expect.stringMatching(`^${respawned}@`), outcome: 'it stayed stopped' })
  })
})

describe.runIf(linux)('nobody else is touched', () => {
  it('in the same folder by a lock on one session, named or not', async () => {
    const project = house.folder('web')
    const target = await house.start(project, { session: SESSION })
    const neighbours = [await house.start(project, { session: OTHER }), await house.start(project, { register: false })]
    const stage = scene({ selector: { session: SESSION } })
    await passFor(stage, 60_000)
    await target.exited
    expect(neighbours.map(alive)).toEqual([true, true])
    expect(neighbours.flatMap(neighbour => neighbour.signals())).toEqual([])
  })

  it('by a registry entry that a killed agent left behind for a pid that lives on', async () => {
    const project = house.folder('web')
    const bystander = await house.start(project, { register: false })
    writeFileSync(join(house.folder('..', '.claude', 'sessions'), `${bystander.pid}.json`), JSON.stringify({ pid: bystander.pid, sessionId: SESSION, cwd: project, procStart: String(Number(bystander.startTime) - 1), kind: 'interactive', updatedAt: Date.UTC(2026, 10, 21) }))
    const stage = scene({ selector: { session: SESSION } })
    await passFor(stage, 60_000)
    expect([alive(bystander), bystander.signals(), stage.rows.rungs()]).toEqual([true, [], []])
    expect((await describeProcesses(stage.ports, [])).find(({ pid }) => pid === bystander.pid)).toMatchObject({ session: '', because: expect.stringMatching(/about an earlier process/) })
  })

  it('who was not started by the tests: even a proven target is refused, the refusal is shown, and the others are stopped', async () => {
    const project = house.folder('web')
    const decoy = await house.start(project, { session: OTHER }, { stranger: true })
    const target = await house.start(project, { session: SESSION })
    const stage = scene({ selector: { project } }, new Set([decoy.pid]))
    const report = await stage.enforce.pass()
    await target.exited
    expect(report.failures).toMatchObject([{ target: `${decoy.pid}@${decoy.startTime}`, error: expect.stringMatching(/^a test did not register pid/) }, {}])
    expect([alive(decoy), decoy.signals()]).toEqual([true, []])
  })

  it('while disarmed: the ladder is rehearsed and the agent works on', async () => {
    const project = house.folder('web')
    const target = await house.start(project, { session: SESSION })
    const stage = scene({ selector: { project } })
    stage.policy = { armed: false, sigkill: true }
    await passFor(stage, 60_000)
    expect([alive(target), target.signals()]).toEqual([true, []])
    expect(stage.rows.rungs()).toEqual(['interrupt 0 dry-run', 'terminate 0 dry-run', 'kill 0 dry-run'])
  })
})

describe.runIf(linux && process.getuid?.() === 0)('another user\'s agent', () => {
  it('in the same project, by the same lock, is left alone by root too', async () => {
    const project = house.folder('web')
    for (const folder of [house.home.path, join(house.home.path, 'src')]) chmodSync(folder, 0o755)
    const foreign = await house.start(project, { register: false }, { uid: 65_534 })
    const stage = scene({ selector: { project } })
    await passFor(stage, 60_000)
    expect([alive(foreign), foreign.signals(), stage.rows.rungs()]).toEqual([true, [], []])
    expect((await describeProcesses(stage.ports, [])).find(({ pid }) => pid === foreign.pid)).toMatchObject({ target: false, because: 'it belongs to uid 65534, purser runs as uid 0' })
  })
})
