import { describe, expect, it } from 'vitest'
import { BACKOFF_MS, RUNG_WAIT_MS, VERIFY_MS } from '../../src/core/enforcement/ladder.ts'
import { instant } from '../../src/core/time.ts'
import { enforcer, type Enforcer } from '../../src/flows/enforce.ts'
import { lastingLock, NOON } from '../support/a-lock.ts'
import { aWitness, aWorld, SESSION, stopLock, type World } from '../support/enforcement-world.ts'
import { aProcess } from '../support/fake-processes.ts'

/** Passes as the daemon would run them: at each `nextAt`, until nothing is left to climb or the time is over. */
async function run(world: World, enforce: Enforcer, forMs: number): Promise<void> {
  const until = world.time.at + forMs
  for (let passes = 0; world.time.at <= until && passes < 2_000; passes++) {
    const { nextAt } = await enforce.pass()
    await enforce.settled()
    if (nextAt === null) return
    world.time.pass(Math.max(1, nextAt - world.time.at))
  }
}
const MINUTES = 60_000

describe('a process in the scope of a lock', () => {
  it('is interrupted at once without a grace, terminated once idle, and reported stopped after it stayed stopped', async () => {
    const world = aWorld(), enforce = enforcer(world)
    const first = await enforce.pass()
    expect(first).toMatchObject({ locks: 1, targets: 1, taken: [{ target: '4711@395962', rung: 'interrupt', state: 'done' }], failures: [] })
    expect(world.sent.of(4711)).toEqual(['SIGINT'])

    world.voices[0] = aWitness({ status: 'idle' })
    await enforce.pass()
    expect(world.sent.of(4711)).toEqual(['SIGINT', 'SIGTERM'])

    world.table.end(4711)
    await run(world, enforce, VERIFY_MS + 1_000)
    expect(world.rows.rungs()).toEqual(['interrupt 1 done', 'terminate 1 done', 'verify 1 done'])
    expect(world.rows.codes()).toEqual(['target.signalled', 'target.signalled', 'target.stopped'])
    expect(world.table.held).toBe(0)
  })

  it('is left alone during the grace and told nothing it does not know', async () => {
    const world = aWorld({ locks: [stopLock({ graceUntil: instant(NOON + 30_000) })] }), enforce = enforcer(world)
    expect(await enforce.pass()).toMatchObject({ targets: 1, taken: [] })
    world.time.pass(29_999)
    await enforce.pass()
    expect(world.sent.sent).toEqual([])
    world.time.pass(1)
    await enforce.pass()
    expect(world.sent.of(4711)).toEqual(['SIGINT'])
  })

  it('gets no second grace from a clock that is set back', async () => {
    const world = aWorld({ locks: [stopLock({ graceUntil: instant(NOON + 30_000) })] }), enforce = enforcer(world)
    await enforce.pass()
    world.time.monotonic += 30_000
    world.time.at -= 3_600_000
    await enforce.pass()
    expect(world.sent.of(4711)).toEqual(['SIGINT'])
  })

  it('that ignores everything is tried three times with rests between, told once, and never signalled again', async () => {
    const world = aWorld({ locks: [lastingLock({ onBreach: 'terminate' })] }), enforce = enforcer(world)
    await run(world, enforce, 20 * MINUTES)
    expect(world.sent.of(4711)).toEqual(['SIGINT', 'SIGTERM', 'SIGINT', 'SIGTERM', 'SIGINT', 'SIGTERM'])
    expect(world.rows.codes().filter(code => code === 'target.unstoppable')).toHaveLength(1)
    const begun = [...world.rows.actions.values()].filter(action => action.kind === 'interrupt').map(action => action.createdAt)
    expect((begun[1] ?? 0) - (begun[0] ?? 0)).toBeGreaterThanOrEqual(RUNG_WAIT_MS.interrupt + RUNG_WAIT_MS.terminate + (BACKOFF_MS[1] ?? 0))

    // Not even by a new enforcer after a restart, nor under a second lock beside the first.
    world.rows.locks.set('L2', stopLock({ id: 'L2', rule: 'web-weekly', expiresAt: null }))
    await run(world, enforcer(world), 5 * MINUTES)
    expect(world.sent.sent).toHaveLength(6)
    expect(world.rows.codes().filter(code => code === 'target.unstoppable')).toHaveLength(1)
  })

  it('is killed only where the user opted in', async () => {
    const world = aWorld(), enforce = enforcer(world)
    world.policyNow = { armed: true, sigkill: true }
    world.sent.onSignal = ({ signal, pid }) => { if (signal === 'SIGKILL') world.table.end(pid) }
    await run(world, enforce, 1 * MINUTES)
    expect(world.rows.rungs()).toEqual(['interrupt 1 done', 'terminate 1 done', 'kill 1 done', 'verify 1 done'])
  })

  it('that is started again is a new identity and is stopped again, as often as it comes', async () => {
    const world = aWorld(), enforce = enforcer(world)
    world.sent.onSignal = ({ pid }) => world.table.end(pid)
    await run(world, enforce, 1 * MINUTES)
    for (const [pid, startTime] of [[4720, '500000'], [4711, '600000']] as const) {
      world.table.processes.push(aProcess({ pid, startTime }))
      world.voices.splice(0, 1, aWitness({ pid, startTime, session: `again-${pid}` }))
      await run(world, enforce, 1 * MINUTES)
    }
    expect(world.sent.sent.map(({ pid, signal }) => `${pid} ${signal}`)).toEqual(['4711 SIGINT', '4720 SIGINT', '4711 SIGINT'])
    expect(world.rows.codes().filter(code => code === 'target.stopped')).toHaveLength(3)
  })

  it('whose session comes back while it is watched is reported as that, not as stopped', async () => {
    const world = aWorld(), enforce = enforcer(world)
    world.sent.onSignal = ({ pid }) => world.table.end(pid)
    await enforce.pass()
    await enforce.pass()
    // A supervisor resumes the same session nine seconds later, in a process that ignores us.
    world.time.pass(9_000)
    world.sent.onSignal = () => {}
    world.table.processes.push(aProcess({ pid: 4800, startTime: '396862' }))
    world.voices.push(aWitness({ pid: 4800, startTime: '396862' }))
    await enforce.pass()
    expect(world.rows.actions.get('L0011aabb:verify:4711@395962:1')).toMatchObject({ state: 'failed', outcome: 'its session came back as 4800@396862' })
    expect(world.sent.of(4800)).toEqual(['SIGINT'])
  })
})

describe('several processes', () => {
  const three = (): World => aWorld({
    locks: [stopLock({ selector: { project: '/home/dev/web' } })],
    processes: [1, 2, 3].map(at => aProcess({ pid: 4710 + at, startTime: String(at) })), witnesses: [1, 2, 3].map(at => aWitness({ pid: 4710 + at, startTime: String(at), session: `s${at}` })),
  })

  it('are stopped even when one of them cannot be signalled, and its error is shown', async () => {
    const world = three()
    world.sent.onSignal = ({ pid }) => (pid === 4712 ? { sent: false, why: 'not_permitted', detail: 'the system does not permit SIGINT to pid 4712' } : undefined)
    const report = await enforcer(world).pass()
    expect(world.sent.sent.map(({ pid }) => pid)).toEqual([4711, 4713])
    expect(report.failures[0]).toEqual({ target: '4712@2', lock: 'L0011aabb', error: expect.stringMatching(/^the system does not permit SIGINT to pid 4712/) })
    expect(world.rows.codes()).toContain('target.signal_failed')
  })

  it('are stopped even when our own code throws at one of them', async () => {
    const world = three()
    world.sent.onSignal = ({ pid }) => { if (pid === 4711) throw new Error('a fault of ours') }
    const report = await enforcer(world).pass()
    expect(world.sent.sent.map(({ pid }) => pid)).toEqual([4712, 4713])
    expect(report.failures).toEqual([{ target: '4711@1', lock: 'L0011aabb', error: 'a fault of ours' }])
    expect(world.rows.codes()).toContain('target.fault')
    expect(world.table.held).toBe(0)
  })

  it('outside the scope see nothing of it: a session lock stops one of three in the same folder', async () => {
    const world = three()
    world.rows.locks.set('L0011aabb', stopLock({ selector: { session: 's2' } }))
    await run(world, enforcer(world), 1 * MINUTES)
    expect(new Set(world.sent.sent.map(({ pid }) => pid))).toEqual(new Set([4712]))
  })
})

describe('several locks on one process', () => {
  it('give it one ladder, under the lock whose grace ends first, and no second set of signals', async () => {
    const world = aWorld({ locks: [stopLock({ id: 'LB', graceUntil: instant(NOON + 60_000) }), stopLock({ id: 'LA' })] }), enforce = enforcer(world)
    world.sent.onSignal = ({ pid, signal }) => { if (signal === 'SIGTERM') world.table.end(pid) }
    await run(world, enforce, 2 * MINUTES)
    expect(world.sent.of(4711)).toEqual(['SIGINT', 'SIGTERM'])
    expect(new Set([...world.rows.actions.values()].map(action => action.lock))).toEqual(new Set(['LA']))
  })
})

describe('nothing is sent', () => {
  const quiet = async (world: World): Promise<World> => { await run(world, enforcer(world), 2 * MINUTES); return world }

  it('while disarmed: each rung is written once as a dry run', async () => {
    const world = aWorld()
    world.policyNow = { armed: false, sigkill: false }
    await quiet(world)
    expect(world.sent.sent).toEqual([])
    expect(world.rows.rungs()).toEqual(['interrupt 0 dry-run', 'terminate 0 dry-run'])
    expect(world.rows.codes()).toEqual(['target.rehearsed', 'target.rehearsed'])
    // Arming later finds every real attempt untouched.
    world.policyNow = { armed: true, sigkill: false }
    await enforcer(world).pass()
    expect(world.sent.of(4711)).toEqual(['SIGINT'])
  })

  it('after disarming in the middle of a pass', async () => {
    const world = aWorld({ processes: [aProcess(), aProcess({ pid: 4712, startTime: '2' })], witnesses: [aWitness(), aWitness({ pid: 4712, startTime: '2' })] })
    world.sent.onSignal = () => { world.policyNow = { armed: false, sigkill: false } }
    await quiet(world)
    expect(world.sent.sent).toHaveLength(1)
  })

  it('under a lock that only denies, that waits for a person, that was released, or that has expired', async () => {
    for (const change of [{ onBreach: 'deny' }, { needsConfirmation: true }, { released: { at: NOON, by: 'dev', reason: 'x' } }, { expiresAt: NOON }] as const) {
      expect((await quiet(aWorld({ locks: [stopLock(change)] }))).sent.sent, JSON.stringify(change)).toEqual([])
    }
  })

  it('to a process that is no longer the one that was proven', async () => {
    const world = aWorld(), enforce = enforcer(world)
    const { witnesses } = world
    // Between the survey and the signal the pid is given to somebody else.
    let asked = 0
    Object.assign(world, { witnesses: async () => { if (asked++ > 0) world.table.change(4711, { startTime: '999999' }); return witnesses() } })
    await enforce.pass()
    expect(world.sent.sent).toEqual([])
    expect(world.table.held).toBe(0)
  })

  it('to a process whose registry entry changes its session between two rungs', async () => {
    const world = aWorld({ locks: [stopLock({ selector: { session: SESSION } })] }), enforce = enforcer(world)
    await enforce.pass()
    expect(world.sent.of(4711)).toEqual(['SIGINT'])
    world.voices[0] = aWitness({ session: 'after-clear', at: instant(NOON + 1) })
    await run(world, enforce, 1 * MINUTES)
    expect(world.sent.of(4711)).toEqual(['SIGINT'])
    expect(world.rows.codes().filter(code => code === 'target.unproven')).toHaveLength(1)
  })

  it('once the lock is released between two rungs; what was begun is abandoned by name', async () => {
    const world = aWorld(), enforce = enforcer(world)
    await enforce.pass()
    world.table.end(4711)
    await enforce.pass()
    world.rows.release('L0011aabb', instant(NOON + 1))
    world.table.processes.push(aProcess())
    await run(world, enforce, 1 * MINUTES)
    expect(world.sent.sent).toHaveLength(1)
    expect(world.rows.rungs()).toEqual(['interrupt 1 done', 'verify 1 abandoned'])
  })

  it('when the release is acknowledged after the pass began', async () => {
    const world = aWorld(), enforce = enforcer(world)
    const { history } = world.rows
    world.rows.history = async locks => { world.rows.release('L0011aabb', NOON); return history.call(world.rows, locks) }
    await enforce.pass()
    expect(world.sent.sent).toEqual([])
    expect(world.rows.rungs()).toEqual([])
  })
})

describe('an expired lock', () => {
  it('releases itself on the way, with a row, and the pass comes back for it in time', async () => {
    const world = aWorld({ locks: [stopLock({ expiresAt: instant(NOON + 500) })], processes: [] }), enforce = enforcer(world)
    expect((await enforce.pass()).nextAt).toBe(NOON + 500)
    world.time.pass(500)
    expect(await enforce.pass()).toMatchObject({ locks: 0, nextAt: null })
    expect(world.rows.locks.get('L0011aabb')?.released?.by).toBe('expiry')
    expect(world.rows.codes()).toEqual(['lock.expired'])
  })
})

describe('a background session', () => {
  const background = (): World => aWorld({ witnesses: [aWitness({ kind: 'background', job: '9385e902' })] })

  it('is stopped through its client, which is asked beside the passes, and is verified like any other', async () => {
    const world = background(), enforce = enforcer(world)
    let answer = (): void => {}
    const { stopBackground } = world
    Object.assign(world, { stopBackground: async (session: Parameters<typeof stopBackground>[0]) => { await new Promise<void>(resolve => { answer = resolve }); return stopBackground(session) } })
    await enforce.pass()
    // The client has not answered: passes go on, and it is not asked twice.
    for (let at = 0; at < 5; at++) await enforce.pass()
    world.table.end(4711)
    answer()
    await enforce.settled()
    expect(world.stopped).toEqual([{ agent: 'claude-code', account: '~/.claude', session: SESSION, job: '9385e902' }])
    await run(world, enforce, VERIFY_MS + 1_000)
    expect(world.rows.rungs()).toEqual(['stop-background 1 done', 'verify 1 done'])
    expect(world.sent.sent).toEqual([])
  })

  it('is asked for three times and then reported, never signalled', async () => {
    const world = background(), enforce = enforcer(world)
    Object.assign(world, { stopBackground: async () => ({ stopped: false, detail: 'exit code 1' }) })
    await run(world, enforce, 5 * MINUTES)
    expect(world.rows.rungs()).toEqual(['stop-background 1 failed', 'stop-background 2 failed', 'stop-background 3 failed'])
    expect(world.rows.codes().filter(code => code === 'target.unstoppable')).toHaveLength(1)
    expect(world.sent.sent).toEqual([])
  })

  it('whose client cannot be run shows the fault and shields nobody', async () => {
    const world = background(), enforce = enforcer(world)
    world.table.processes.push(aProcess({ pid: 4712, startTime: '2' }))
    Object.assign(world, { stopBackground: async () => { throw new Error('spawn claude ENOENT') } })
    await enforce.pass()
    await enforce.settled()
    expect(world.sent.of(4712)).toEqual(['SIGINT'])
    expect((await enforce.pass()).failures).toMatchObject([{ target: '4711@395962', error: 'spawn claude ENOENT' }])
  })
})

describe('a crash of ours', () => {
  class Crash extends Error {}
  const POINTS = ['enforce.after-begin', 'enforce.after-signal', 'enforce.after-finish']

  it.each(POINTS)('at %s repeats no finished attempt and leaves none undone', async point => {
    const world = aWorld()
    world.sent.onSignal = ({ pid, signal }) => { if (signal === 'SIGTERM') world.table.end(pid) }
    for (let life = 0; life < 40; life++) {
      // Each life ends at the point; a new enforcer over the same rows stands for the restarted process.
      await enforcer({ ...world, crashPoint: name => { if (name === point) throw new Crash() } }).pass()
      world.time.pass(1_000)
    }
    await run(world, enforcer(world), 1 * MINUTES)
    const finished = [...world.rows.actions.values()].map(action => action.id)
    expect(new Set(finished).size).toBe(finished.length)
    expect(world.rows.rungs().at(-1)).toBe('verify 1 done')
    // A row that is finished was taken once: only an attempt whose outcome was never written may be sent again.
    if (point === 'enforce.after-finish') expect(world.sent.of(4711)).toEqual(['SIGINT', 'SIGTERM'])
  })
})

it('runs one pass at a time, so that two callers never send one rung twice', async () => {
  const world = aWorld(), enforce = enforcer(world)
  await Promise.all([enforce.pass(), enforce.pass(), enforce.pass()])
  expect(world.sent.of(4711)).toEqual(['SIGINT'])
})

it('watches closely only just after a signal: a suspended or resting process costs a look in two seconds', async () => {
  const world = aWorld({ processes: [aProcess({ state: 'T' })] }), enforce = enforcer(world)
  const gaps: number[] = []
  for (let passes = 0; passes < 200; passes++) {
    const { nextAt } = await enforce.pass()
    gaps.push((nextAt ?? 0) - world.time.at)
    world.time.pass(gaps.at(-1) ?? 1)
  }
  expect(gaps[0]).toBe(250)
  expect(gaps.at(-1)).toBe(2_000)
  expect(gaps.filter(gap => gap === 250).length).toBeLessThan(100)
})

it('looks at no process while no lock may stop one', async () => {
  const world = aWorld({ locks: [stopLock({ onBreach: 'deny' })] })
  let listed = 0
  const list = world.table.list.bind(world.table)
  world.table.list = async () => { listed++; return list() }
  await enforcer(world).pass()
  expect(listed).toBe(0)
})
