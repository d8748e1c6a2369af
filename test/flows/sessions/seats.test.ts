// Seats over real terminals and real processes: what one daemon started the next one finds, proves and ends, and nobody
// else's terminal is ever touched.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive } from '../../../src/core/machine/process-table.ts'
import { noteNotRun } from '../../support/not-run.ts'
import { SeatWorld, type Driver } from '../../support/seat-world.ts'
import { hasTmux } from '../../support/tmux.ts'
import { until } from '../../support/until.ts'

if (!hasTmux) noteNotRun('seats in tmux: tmux is not installed')
const DRIVERS: readonly Driver[] = hasTmux ? ['tmux', 'headless'] : ['headless']

describe.each(DRIVERS)('a seat (%s)', driver => {
  let world: SeatWorld
  beforeEach(async () => { world = await SeatWorld.open(driver) })
  afterEach(async () => { await world.close() })
  const names = async () => (await world.seats().list()).map(({ name }) => name)

  it('is found and proven by whoever comes after, and ended by its own stamp', async () => {
    const { stamp, process } = await world.seats().start(world.spec('x-1', { session: 's1' }))
    expect(await world.seats().list()).toMatchObject([{ name: 'x-1', stamp, process, session: 's1', now: { state: 'lives' } }])
    expect(await world.seats().end(stamp)).toEqual({ did: 'ended' })
    expect(isAlive(await world.processes.inspect(process?.pid ?? 0))).toBe(false)
    expect(await names()).toEqual([])
    expect(await world.seats().end(stamp)).toEqual({ did: 'ended' })
  })

  it('is known by its exact name: x-1 is never x-10', async () => {
    const seats = world.seats()
    await seats.start(world.spec('x-10'))
    const one = await seats.start(world.spec('x-1'))
    await expect(seats.start(world.spec('x-1'))).rejects.toMatchObject({ code: 'conflict' })
    await seats.end(one.stamp)
    expect(await names()).toEqual(['x-10'])
  })

  it('tells how its program ended, until somebody has asked and closed it', async () => {
    const { stamp } = await world.seats().start(world.spec('short', { argv: ['/bin/sh', '-c', 'exit 7'] }))
    await until(async () => (await world.seats().list())[0]?.now.state === 'ended')
    expect(await world.seats().list()).toMatchObject([{ now: { state: 'ended', end: { code: 7 } } }])
    expect(await world.seats().nudge(stamp, 'hello')).toBe(false)
    await world.seats().end(stamp)
    expect(await names()).toEqual([])
  })

  it('gives its name to the next once its program is over', async () => {
    await world.seats().start(world.spec('again', { argv: ['/bin/sh', '-c', 'exit 0'] }))
    await until(async () => (await world.seats().list())[0]?.now.state === 'ended')
    expect(await world.seats().start(world.spec('again'))).toMatchObject({ now: { state: 'lives' } })
  })

  it('is taken over as it is when whoever opened it died before its process was written down', async () => {
    world.dies = 'seat.opened'
    await expect(world.seats().start(world.spec('x-1'))).rejects.toThrow('died at seat.opened')
    world.dies = ''
    const [found] = await world.seats().list()
    expect(found).toMatchObject({ name: 'x-1', now: { state: 'lives' } })
    await world.seats().end(found?.stamp ?? '')
    expect(await world.terminals.list()).toEqual([])
  })

  it('is given up when whoever wrote it down died before it was opened, and its name is free again', async () => {
    world.dies = 'seat.written'
    await expect(world.seats().start(world.spec('x-1'))).rejects.toThrow('died at seat.written')
    world.dies = ''
    expect(await world.seats().list()).toMatchObject([{ name: 'x-1', now: { state: 'opening' } }])
    world.later = 60_000
    expect(await names()).toEqual([])
    expect(await world.seats().start(world.spec('x-1'))).toMatchObject({ now: { state: 'lives' } })
  })

  it('hands every word on as it is: no argument and no folder is read by a shell', async () => {
    const script = path.join(world.home.path, 'say.sh')
    writeFileSync(script, 'for word in "$@"; do printf "%s\\0" "$word"; done > "$OUT.part"; mv "$OUT.part" "$OUT"; exec sleep 60\n')
    const word = fc.string({ unit: fc.constantFrom('a', ' ', ';', '\\', '$', '`', '"', "'", '\n', '|', '&', '(', ')', '#', '{', '}', '*', '~', '-', '=', '%', '@', 'é', '\t', '!', '<', '>'), minLength: 1, maxLength: 8 })
    let count = 0
    await fc.assert(fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 4 }), async words => {
      const out = path.join(world.home.path, `out-${++count}`)
      const { stamp } = await world.seats().start(world.spec(`w-${count}`, { argv: ['/bin/sh', script, ...words], variables: { ...world.variables, OUT: out } }))
      await until(() => existsSync(out))
      expect(readFileSync(out, 'utf8').split('\0').slice(0, -1)).toEqual(words)
      await world.seats().end(stamp)
    }), { numRuns: 8, examples: [[['$(touch pwned)', '; touch pwned', '#(touch pwned)']], [['`touch pwned`', '| touch pwned', "'; touch pwned; '"]]] })
    expect(existsSync(path.join(world.home.path, 'pwned'))).toBe(false)
  })
})

describe.runIf(hasTmux)('seats beside terminals of others', () => {
  it('neither list, nor end, nor type into what bears no stamp of theirs', async () => {
    const world = await SeatWorld.open('tmux')
    try {
      const mine = await world.seats().start(world.spec('x-1', { argv: ['/bin/cat'] }))
      world.tmux('new-session', '-d', '-s', 'x-2', '/bin/sh', '-c', 'exec cat')
      expect((await world.seats().list()).map(({ name }) => name)).toEqual(['x-1'])
      await expect(world.seats().start(world.spec('x-2'))).rejects.toMatchObject({ code: 'conflict' })
      expect(await world.seats().nudge(mine.stamp, 'go on')).toBe(true)
      await until(async () => (await world.seats().lines(mine.stamp, 5))?.join('\n').includes('go on'))
      await world.seats().end(mine.stamp)
      expect((await world.terminals.list()).map(({ name }) => name)).toEqual(['x-2'])
    } finally {
      await world.close()
      world.tmux('kill-server')
    }
  })

  it('do not take a stranger at their own name for their own', async () => {
    const world = await SeatWorld.open('tmux')
    try {
      const { stamp } = await world.seats().start(world.spec('x-1'))
      // Somebody else's server session of the same name: ours was closed behind our back.
      world.tmux('kill-session', '-t', '=x-1')
      world.tmux('new-session', '-d', '-s', 'x-1', '/bin/sh', '-c', 'exec cat')
      expect(await world.seats().end(stamp)).toEqual({ did: 'ended' })
      expect((await world.terminals.list()).map(({ name }) => name)).toEqual(['x-1'])
      expect(await world.seats().list()).toEqual([])
    } finally {
      world.tmux('kill-server')
      await world.close()
    }
  })
})
