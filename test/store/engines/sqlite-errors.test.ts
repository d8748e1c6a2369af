import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { isBusy, isConstraint, translated } from '../../../src/store/engines/sqlite-errors.ts'

const numbered = (errcode: number, message = 'x') => Object.assign(new Error(message), { errcode })

describe('a fault of SQLite', () => {
  it('is told by its number, extended ones too, or by its sentence where the driver gives no number', () => {
    expect([numbered(5), numbered(517), new Error('database is locked'), new Error('other')].map(isBusy)).toEqual([true, true, true, false])
    expect([numbered(19), numbered(2067), new Error('UNIQUE constraint failed: entry.key'), numbered(5)].map(isConstraint)).toEqual([true, true, true, false])
  })
  it('says what to do where waiting or a person helps', () => {
    expect(translated(numbered(5))).toMatchObject({ code: 'store_busy', message: expect.stringContaining('try again') as string })
    expect(translated(new Error('database or disk is full'), 'cannot open x')).toMatchObject({ code: 'store_unusable', message: expect.stringMatching(/^cannot open x: the disk is full/) as string })
  })
  it('stays as it is when it is ours or unknown', () => {
    const ours = new AppError('store_busy', 'x'), unknown = new Error('near "x": syntax error')
    expect([translated(ours), translated(unknown)]).toEqual([ours, unknown])
  })
})
