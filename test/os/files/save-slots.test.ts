import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { saveWorkFrom } from '../../../src/core/enforcement/save-work.ts'
import { projectLocks } from '../../../src/os/files/lock-files.ts'
import { slotTaker } from '../../../src/os/files/save-slots.ts'
import { aLock, NOON } from '../../support/a-lock.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

let home: TempHome
let folder: string
beforeEach(() => { home = tempHome('slots'); folder = join(home.path, 'locks') })
afterEach(() => home.remove())

const project = (...ids: string[]) => projectLocks({ folder, markers: [], now: NOON, locks: ids.map(id => ({ kind: 'lock', lock: aLock({ id }), roots: [], saveWork: saveWorkFrom([]), node: 'n1' })) })

describe('save-work counters', () => {
  const slot = { lock: 'L1', session: 's1', kind: 'save', max: 3 } as const

  it('give each kind and session of a lock its own number of uses', () => {
    project('L1')
    const take = slotTaker(folder)
    expect([1, 2, 3, 4].map(() => take(slot))).toEqual([true, true, true, false])
    expect(take({ ...slot, kind: 'deny' })).toBe(true)
    expect(take({ ...slot, session: '../../s2' })).toBe(true)
    expect(slotTaker(folder)(slot)).toBe(false)
  })
  it('survive projecting, and go with their lock', () => {
    project('L1')
    const take = slotTaker(folder)
    for (let use = 0; use < 3; use++) take(slot)
    project('L1', 'L2')
    expect(take(slot)).toBe(false)
    project('L2')
    expect(take(slot)).toBe(true)
  })
  it('hold a place that cannot be written for used up', () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'used'), 'in the way')
    expect(slotTaker(folder)(slot)).toBe(false)
  })
  it('give advice once per session', () => {
    const take = slotTaker(folder)
    const advice = { lock: 'b', session: 's1', kind: 'advice', max: 1 } as const
    expect([take(advice), take(advice), take({ ...advice, session: 's2' }), take({ ...advice, lock: 'c' })]).toEqual([true, false, true, true])
  })
})
