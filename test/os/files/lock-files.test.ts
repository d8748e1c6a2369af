import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Marker, ProjectedLock } from '../../../src/core/enforcement/lock-file.ts'
import { saveWorkFrom } from '../../../src/core/enforcement/save-work.ts'
import { instant, SECOND_MS } from '../../../src/core/time.ts'
import { beat, fileNameOf, projectLocks, readProjection, stopBeating } from '../../../src/os/files/lock-files.ts'
import { aLock, NOON } from '../../support/a-lock.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

let home: TempHome
let folder: string
beforeEach(() => { home = tempHome('locks'); folder = join(home.path, 'state', 'locks') })
afterEach(() => home.remove())

const projected = (id: string, change: Parameters<typeof aLock>[0] = {}): ProjectedLock => ({ kind: 'lock', lock: aLock({ id, ...change }), roots: [], saveWork: saveWorkFrom([]), node: 'n1' })
const marker: Marker = { kind: 'marker', why: 'closed', rule: 'web daily / ../x', selector: {}, per: '', perValue: '', roots: [], node: 'n1' }
const project = (locks: readonly ProjectedLock[], markers: readonly Marker[] = [], now = NOON) => projectLocks({ folder, locks, markers, now })
const NOTHING = { written: [], removed: [], damaged: [], foreign: [], failed: [] }

describe('projecting', () => {
  it('writes one private file per lock and marker, named by us', () => {
    expect(project([projected('L1'), projected('L2')], [marker])).toMatchObject({ written: ['L1.lock', 'L2.lock', fileNameOf(marker)], unchanged: 0 })
    expect(readdirSync(folder).toSorted()).toEqual(['L1.lock', 'L2.lock', fileNameOf(marker)].toSorted())
    expect(fileNameOf(marker)).toMatch(/^M[0-9a-f]{24}\.mark$/)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('again changes nothing, also not a time stamp', () => {
    project([projected('L1')], [marker])
    utimesSync(join(folder, 'L1.lock'), 1, 1)
    expect(project([projected('L1')], [marker])).toEqual({ ...NOTHING, unchanged: 2 })
    expect(statSync(join(folder, 'L1.lock')).mtimeMs).toBe(1_000)
  })

  it('is read back as it was', () => {
    project([projected('L1'), projected('L2')], [marker])
    const { locks, markers, damaged } = readProjection(folder)
    expect({ ids: locks.map(({ lock }) => lock.id), markers, damaged }).toEqual({ ids: ['L1', 'L2'], markers: [marker], damaged: [] })
  })

  it('takes out what is released, expired or gone, and nothing else', () => {
    project([projected('L1'), projected('L2'), projected('L3'), projected('L4')])
    const released = projected('L2', { released: { at: NOON, by: 'dev', reason: 'x' } }), expired = projected('L3', { expiresAt: NOON })
    expect(project([projected('L1'), released, expired])).toEqual({ ...NOTHING, removed: ['L2.lock', 'L3.lock', 'L4.lock'], unchanged: 1 })
  })

  it('rebuilds a damaged file, reports it, and leaves the others alone', () => {
    const locks = [projected('L1'), projected('L2'), projected('L3'), projected('L4'), projected('L5')]
    project(locks)
    const whole = readFileSync(join(folder, 'L1.lock'), 'utf8')
    writeFileSync(join(folder, 'L1.lock'), whole.slice(0, 100))
    writeFileSync(join(folder, 'L2.lock'), '')
    writeFileSync(join(folder, 'L3.lock'), whole)
    const { damaged: seen, locks: read } = readProjection(folder)
    expect({ read: read.map(({ lock }) => lock.id), seen: seen.map(({ file }) => file) }).toEqual({ read: ['L4', 'L5'], seen: ['L1.lock', 'L2.lock', 'L3.lock'] })
    expect(project(locks)).toEqual({
      ...NOTHING, unchanged: 2, written: ['L1.lock', 'L2.lock', 'L3.lock'],
      damaged: [{ file: 'L1.lock', problem: 'not JSON' }, { file: 'L2.lock', problem: 'empty' }, { file: 'L3.lock', problem: 'holds what belongs into L1.lock' }],
    })
    expect(readProjection(folder).locks).toHaveLength(5)
  })

  it('an outdated file is rewritten without being called damaged', () => {
    project([projected('L1')])
    expect(project([projected('L1', { ruleVersion: 'v2' })])).toEqual({ ...NOTHING, unchanged: 0, written: ['L1.lock'] })
  })

  it('a file others may read is rewritten', () => {
    project([projected('L1')])
    chmodSync(join(folder, 'L1.lock'), 0o644)
    expect(project([projected('L1')]).written).toEqual(['L1.lock'])
    expect(statSync(join(folder, 'L1.lock')).mode & 0o777).toBe(0o600)
  })

  it('a link in a lock\'s place is replaced, not followed', () => {
    const outside = join(home.path, 'outside')
    writeFileSync(outside, 'untouched')
    mkdirSync(folder, { recursive: true })
    symlinkSync(outside, join(folder, 'L1.lock'))
    expect(readProjection(folder).damaged).toEqual([{ file: 'L1.lock', problem: 'not a regular file' }])
    expect(project([projected('L1')]).damaged).toEqual([{ file: 'L1.lock', problem: 'not a regular file' }])
    expect(readFileSync(outside, 'utf8')).toBe('untouched')
    expect(readProjection(folder).locks).toHaveLength(1)
  })

  it('what cannot be written is reported, and the others are', () => {
    mkdirSync(join(folder, 'L1.lock', 'inside'), { recursive: true })
    const changes = project([projected('L1'), projected('L2')])
    expect(changes.failed.map(({ file }) => file)).toEqual(['L1.lock'])
    expect(changes.written).toEqual(['L2.lock'])
    expect(readdirSync(folder).toSorted()).toEqual(['L1.lock', 'L2.lock'])
  })

  it('names that are not ours are left alone, unfinished ones are cleared once they are old', () => {
    mkdirSync(folder, { recursive: true })
    for (const name of ['notes.txt', '.L1.lock.99.tmp', '.L2.lock.98.tmp']) writeFileSync(join(folder, name), 'x')
    utimesSync(join(folder, '.L1.lock.99.tmp'), (NOON - 120 * SECOND_MS) / 1_000, (NOON - 120 * SECOND_MS) / 1_000)
    utimesSync(join(folder, '.L2.lock.98.tmp'), NOON / 1_000, NOON / 1_000)
    expect(project([]).foreign).toEqual(['notes.txt'])
    expect(readdirSync(folder).toSorted()).toEqual(['.L2.lock.98.tmp', 'notes.txt'])
  })

  it('an id that would leave the folder is a bug, not a file', () => {
    expect(() => project([projected('../x')])).toThrow('cannot be the name of a lock file')
  })

  it('a folder that is not there holds nothing', () => {
    expect(readProjection(join(home.path, 'nowhere'))).toEqual({ locks: [], markers: [], damaged: [], beatAt: null })
  })
})

describe('the sign of life', () => {
  it('is read back, survives projecting, and ends with a clean stop', () => {
    beat(folder, instant(NOON + 7))
    project([])
    expect(readProjection(folder).beatAt).toBe(NOON + 7)
    stopBeating(folder)
    expect(readProjection(folder).beatAt).toBeNull()
  })
  it.each(['', 'soon', '-1', '1e9', `${'9'.repeat(40)}`])('%j is none', text => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'heartbeat'), text)
    expect(readProjection(folder).beatAt).toBeNull()
  })
})
