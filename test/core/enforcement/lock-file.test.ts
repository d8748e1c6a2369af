import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lockFileText, readLockFile, type Marker, type ProjectedLock } from '../../../src/core/enforcement/lock-file.ts'
import { NO_SAVE_WORK, saveWorkFrom } from '../../../src/core/enforcement/save-work.ts'
import { nanoUsd } from '../../../src/core/money.ts'
import { aLock, lastingLock } from '../../support/a-lock.ts'

const projected = (change: Partial<ProjectedLock> = {}): ProjectedLock => ({ kind: 'lock', lock: aLock(), roots: ['/home/dev/web'], saveWork: saveWorkFrom([]), node: 'n1', ...change })
const marker = (change: Partial<Marker> = {}): Marker => ({ kind: 'marker', why: 'closed', rule: 'web-daily', selector: { project: '/home/dev/web' }, per: '', perValue: '', roots: ['/home/dev/web'], node: 'n1', ...change })
const fieldsOf = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>

describe('a lock file', () => {
  it('gives back the lock it was written from', () => {
    for (const one of [projected(), projected({ lock: lastingLock(), saveWork: { entries: [], limits: NO_SAVE_WORK } })]) {
      expect(readLockFile(lockFileText(one))).toEqual({ ok: true, projected: one })
    }
  })

  it('gives back any texts and amounts, whatever characters they hold', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 })
    fc.assert(fc.property(text, text, text, fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n }), (rule, branch, reason, spent) => {
      const one = projected({ lock: aLock({ rule, perValue: branch, per: 'branch', reason, spent: nanoUsd(spent) }) })
      expect(readLockFile(lockFileText(one))).toEqual({ ok: true, projected: one })
    }), { numRuns: 300 })
  })

  it('cut off anywhere it is damaged, never half a lock', () => {
    const text = lockFileText(projected())
    for (let length = 0; length < text.length - 1; length++) expect(readLockFile(text.slice(0, length)).ok, `cut at ${length}`).toBe(false)
  })

  it('with any field taken away it is damaged', () => {
    const fields = fieldsOf(lockFileText(projected()))
    const harmless = new Set(['everywhere', 'byFolder'])
    for (const name of Object.keys(fields).filter(key => !harmless.has(key))) {
      const { [name]: _gone, ...rest } = fields
      expect(readLockFile(JSON.stringify(rest)).ok, name).toBe(false)
    }
  })

  it.each([
    ['selector', { project: '/home/dev/web', colour: 'red' }], ['selector', { project: '[' }], ['selector', []], ['expiresAt', 'tomorrow'], ['limit', 20], ['limit', '1e9'],
    ['id', '../../etc/passwd'], ['onBreach', 'explode'], ['format', 2], ['saveWork', { entries: ['x'], limits: { save: 1e9, deny: 0, batch: 0 } }], ['roots', '/home'],
  ])('with %s = %j it is damaged', (name, value) => {
    expect(readLockFile(JSON.stringify({ ...fieldsOf(lockFileText(projected())), [name]: value })).ok).toBe(false)
  })

  it.each(['', ' ', 'null', '[]', '"x"', '{}', '{"__proto__":{"format":1}}', '\u0000', '{"format":1}'])('%j is damaged', text => {
    expect(readLockFile(text).ok).toBe(false)
  })
})

describe('the lines the script reads', () => {
  const lines = (one: Marker | ProjectedLock): string[] => lockFileText(one).split('\n').map(line => line.trim())

  it('a fail-closed project is named by its root, one line each', () => {
    expect(lines(marker())).toEqual(expect.arrayContaining(['"failMode": "closed",', '"everywhere": false,', '"byFolder": true,', '"/home/dev/web"']))
  })
  it('a rule for everything says so', () => {
    expect(lines(marker({ selector: {}, roots: [] }))).toEqual(expect.arrayContaining(['"everywhere": true,', '"byFolder": true,']))
  })
  it.each([{ selector: { branch: 'main' } }, { selector: { project: '/home/dev/web', session: 's1' } }, { per: 'branch', perValue: 'main' }])('a rule narrower than its folder is never proven by the folder: %j', change => {
    expect(lines(marker(change))).not.toContain('"byFolder": true,')
    expect(lines(marker(change))).not.toContain('"everywhere": true,')
  })
  it('only a closed marker says closed', () => {
    for (const why of ['near', 'reservation', 'claim'] as const) expect(lines(marker({ why }))).not.toContain('"failMode": "closed",')
  })
  it('a root that is no project is left out', () => {
    expect(lockFileText(marker({ selector: {}, per: 'project', perValue: '/', roots: ['/', '/home', 'relative'] }))).toContain('"roots": []')
  })
})
