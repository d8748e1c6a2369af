import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'

describe('purser top', () => {
  it('takes over a terminal', async () => {
    const world = new FakeWorld({ screen: { tty: true, columns: 80 } })
    expect(await world.run('top')).toBe(0)
    expect(world.opened.some(what => what.startsWith('top for '))).toBe(true)
  })
  it('tells what is wrong from the start on the screen that stays', async () => {
    const world = new FakeWorld({ screen: { tty: true, columns: 80 }, daemon: new FakeControlPlane({ top: () => { throw new AppError('store_busy', 'the database is busy') } }) })
    expect(await world.run('top')).not.toBe(0)
    expect([world.err.includes('the database is busy'), world.opened.some(what => what.startsWith('top for '))]).toEqual([true, false])
  })
  it.each([['a pipe', { screen: { tty: false } }], ['a dumb terminal', { screen: { tty: true }, variables: { TERM: 'dumb' } }]])('on %s says what to type instead', async (_, options) => {
    const world = new FakeWorld(options)
    expect(await world.run('top')).toBe(69)
    expect([world.out, world.err.includes('purser status --json'), world.opened]).toEqual(['', true, []])
  })
})
