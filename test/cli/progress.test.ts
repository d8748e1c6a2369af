import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/cli/context.ts'
import { progressBar, withProgress } from '../../src/cli/progress.ts'
import { AppError } from '../../src/core/errors.ts'
import { FakeControlPlane } from '../support/fake-control-plane.ts'
import { FakeWorld } from '../support/fake-world.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { progress } from '../support/sample-answers.ts'
import { actedOn } from '../support/terminal-text.ts'

function contextOf(options: { tty: boolean; quiet?: boolean }) {
  const clock = new ManualClock()
  const fake = new FakeWorld({ clock, screen: { tty: options.tty, columns: options.tty ? 80 : Infinity } })
  const context: Context = { ...fake.world, quiet: options.quiet ?? false, machine: () => fake.world.doors.machine(fake.world.environment), plane: () => new FakeControlPlane() }
  return { clock, fake, context }
}

describe('progress', () => {
  it('draws one line over itself on a terminal and clears it at the end', () => {
    const { clock, fake, context } = contextOf({ tty: true })
    const bar = progressBar(context, () => clock.monotonicMs())
    for (let ms = 0; ms < 1_000; ms += 50) { bar.show(progress); clock.advance(50) }
    bar.done()
    expect(fake.err.split('\r').length - 1).toBeLessThanOrEqual(9)
    expect(fake.err).not.toContain('\n')
    expect(fake.err.endsWith('\r\u001b[K')).toBe(true)
    bar.show(progress)
    expect(fake.err.endsWith('\r\u001b[K')).toBe(true)
  })
  it('writes one line a second elsewhere, without any escape', () => {
    const { clock, fake, context } = contextOf({ tty: false })
    const bar = progressBar(context, () => clock.monotonicMs())
    for (let ms = 0; ms < 3_200; ms += 100) { bar.show(progress); clock.advance(100) }
    bar.done()
    expect(fake.err.trimEnd().split('\n')).toHaveLength(3)
    expect(actedOn(fake.err)).toEqual([])
  })
  it('draws nothing for work that is over at once', () => {
    const { clock, fake, context } = contextOf({ tty: true })
    const bar = progressBar(context, () => clock.monotonicMs())
    bar.show(progress)
    bar.done()
    expect(fake.err).toBe('')
  })
  it('is silent when it should be quiet', async () => {
    const { fake, context } = contextOf({ tty: true, quiet: true })
    const plane = new FakeControlPlane()
    expect(await withProgress(context, plane, Promise.resolve('done'))).toBe('done')
    expect([fake.err, plane.names]).toEqual(['', []])
  })
  it('asks how far it is until the work ends, and passes its result on', async () => {
    const { clock, fake, context } = contextOf({ tty: true })
    const plane = new FakeControlPlane()
    let finish: (value: string) => void = () => undefined
    const working = withProgress(context, plane, new Promise<string>(resolve => { finish = resolve }))
    for (let round = 0; round < 5; round++) { await clock.sleeping(100); clock.advance(100) }
    await clock.sleeping(100)
    expect(fake.err).toContain('Indexing')
    finish('done')
    expect(await working).toBe('done')
    expect(fake.err.endsWith('\r\u001b[K')).toBe(true)
  })
  it("passes the work's failure on, and outlives a daemon that cannot say how far it is", async () => {
    const { context } = contextOf({ tty: true })
    const plane = new FakeControlPlane({ 'index.progress': new AppError('not_found', 'no such operation') })
    await expect(withProgress(context, plane, Promise.reject(new AppError('store_busy', 'busy')))).rejects.toThrow('busy')
  })
})
