// Terminals without a screen: the exit code is kept whoever has died, and what was started is ended by its own identity.
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isAlive } from '../../../src/core/machine/process-table.ts'
import { SeatWorld } from '../../support/seat-world.ts'
import { until } from '../../support/until.ts'

let world: SeatWorld
beforeEach(async () => { world = await SeatWorld.open('headless') })
afterEach(async () => { await world.close() })
const STAMP = 'a1'.repeat(8), OTHER = 'b2'.repeat(8)
const open = (name: string, script: string, stamp = STAMP) => world.terminals.open({ name, stamp, argv: ['/bin/sh', '-c', script], cwd: world.home.path, variables: world.variables })
const ended = async (name: string) => (await world.terminals.list()).find(each => each.name === name)?.ended ?? null

it('hold the program itself and what it said', async () => {
  const { pid } = await open('one', 'echo pid $$; exec sleep 60')
  await until(async () => (await world.terminals.screen({ name: 'one', stamp: STAMP }))?.includes(`pid ${pid}`))
  expect(await world.terminals.screen({ name: 'one', stamp: OTHER })).toBeNull()
})
it('tell an exit code, and null for one that a signal ended', async () => {
  await open('code', 'exit 7')
  await open('killed', 'kill -9 $$', OTHER)
  await until(async () => await ended('code') !== null && await ended('killed') !== null)
  expect([await ended('code'), await ended('killed')]).toEqual([{ code: 7 }, { code: null }])
})
it('are closed by name and stamp together, and their folder goes with them', async () => {
  const { pid } = await open('one', 'exec sleep 60')
  expect(await world.terminals.close({ name: 'one', stamp: OTHER })).toBe(false)
  expect(await world.terminals.close({ name: 'on', stamp: STAMP })).toBe(false)
  expect(await world.terminals.close({ name: 'one', stamp: STAMP })).toBe(true)
  expect(isAlive(await world.processes.inspect(pid))).toBe(false)
  expect(readdirSync(path.join(world.home.path, 'seats'))).toEqual([])
})
it('keep what was said for their owner alone', async () => {
  await open('one', 'echo secret; exec sleep 60')
  const folder = path.join(world.home.path, 'seats')
  expect([folder, path.join(folder, STAMP), path.join(folder, STAMP, 'screen')].map(each => statSync(each).mode & 0o077)).toEqual([0, 0, 0])
})
it('cannot be shown or typed into', async () => {
  await open('one', 'exec sleep 60')
  expect(world.terminals.attachArgv('one')).toBeNull()
  expect(await world.terminals.say({ name: 'one', stamp: STAMP }, 'x')).toBe(false)
})
