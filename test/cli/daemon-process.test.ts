import { describe, expect, it } from 'vitest'
import type { ControlPlane } from '../../src/api/control-plane.ts'
import type { Context } from '../../src/cli/context.ts'
import { awaitDaemon, findDaemon, stopDaemon } from '../../src/cli/daemon-process.ts'
import { AppError } from '../../src/core/errors.ts'
import { FakeControlPlane, type Answers } from '../support/fake-control-plane.ts'
import { FakeWorld, nobodyThere } from '../support/fake-world.ts'
import { ManualClock } from '../support/manual-clock.ts'

function contextOf(daemon: ControlPlane | null) {
  const clock = new ManualClock()
  const fake = new FakeWorld({ clock, daemon })
  const context: Context = { ...fake.world, quiet: false, machine: () => fake.world.doors.machine(fake.world.environment), plane: () => new FakeControlPlane() }
  return { clock, context }
}
/** Answers hello with each of these in turn; the last one stays. */
const hellos = (...answers: readonly (Error | { version: string; pid: number })[]): NonNullable<Answers['hello']> => {
  let at = 0
  return () => {
    const answer = answers[Math.min(at++, answers.length - 1)] as Error | { version: string; pid: number }
    if (answer instanceof Error) throw answer
    return answer
  }
}
const hungUp = new AppError('daemon_unreachable', 'the daemon hung up in the middle of its answer')

describe('the daemon', () => {
  it('is found, absent, or too old to say who it is', async () => {
    expect(await findDaemon(contextOf(new FakeControlPlane()).context)).toEqual({ version: '0.1.0', pid: 4242 })
    expect(await findDaemon(contextOf(null).context)).toBeNull()
    expect(await findDaemon(contextOf(new FakeControlPlane({ hello: new AppError('not_found', 'x') })).context)).toEqual({ version: null, pid: null })
    await expect(findDaemon(contextOf(new FakeControlPlane({ hello: hungUp })).context)).rejects.toThrow('hung up')
  })
  it('is gone only when nobody listens any more: hanging up is not gone', async () => {
    const daemon = new FakeControlPlane({ hello: hellos({ version: '0.1.0', pid: 1 }, hungUp, nobodyThere()) })
    const { clock, context } = contextOf(daemon)
    const stopping = stopDaemon(context, 1_000)
    for (let round = 0; round < 2; round++) { await clock.sleeping(50); clock.advance(50) }
    expect(await stopping).toBe(true)
    expect(daemon.names).toEqual(['down', 'hello', 'hello', 'hello'])
  })
  it('that does not stop in time is reported, not forgotten', async () => {
    const { clock, context } = contextOf(new FakeControlPlane())
    const stopping = stopDaemon(context, 100)
    void stopping.catch(() => undefined)
    for (let round = 0; round < 2; round++) { await clock.sleeping(50); clock.advance(50) }
    await expect(stopping).rejects.toThrow('still answers')
  })
  it('that is not running needs no stopping', async () => {
    expect(await stopDaemon(contextOf(null).context, 100)).toBe(false)
  })
  it('is awaited until it answers', async () => {
    const { clock, context } = contextOf(new FakeControlPlane({ hello: hellos(nobodyThere(), hungUp, { version: '0.1.0', pid: 9 }) }))
    const found = awaitDaemon(context, 1_000, () => false)
    for (let round = 0; round < 2; round++) { await clock.sleeping(50); clock.advance(50) }
    expect(await found).toEqual({ version: '0.1.0', pid: 9 })
  })
  it('is not awaited once its process has ended', async () => {
    expect(await awaitDaemon(contextOf(null).context, 60_000, () => true)).toBeNull()
  })
})
