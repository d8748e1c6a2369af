import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { isBusy, isConstraint, translated } from '../../../src/store/engines/sqlite-errors.ts'

const numbered = (errcode: number, message = 'x') => Object.assign(new Error(message), { errcode })

const X = { path: '/x/purser.db' }

describe('a fault of SQLite', () => {
  it('is told by its number, extended ones too, or by its sentence where the driver gives no number', () => {
    expect([numbered(5), numbered(517), new Error('database is locked'), new Error('other')].map(isBusy)).toEqual([true, true, true, false])
    expect([numbered(19), numbered(2067), new Error('UNIQUE constraint failed: entry.key'), numbered(5)].map(isConstraint)).toEqual([true, true, true, false])
  })
  it('says what to do where waiting or a person helps', () => {
    expect(translated(numbered(5), X)).toMatchObject({ code: 'store_busy', message: expect.stringContaining('try again') as string })
    expect(translated(new Error('database or disk is full'), X, 'cannot open')).toMatchObject({ code: 'store_unusable', message: expect.stringMatching(/^cannot open \/x\/purser.db: the disk is full/) as string })
  })
  it('of a file that is no good names the file and the way out, the keeper\'s where it knows one', () => {
    const anew = 'start anew from the logs: (cd \'/x y\' && mkdir -p damaged && mv purser.db* damaged/ && purser index)'
    expect(translated(new Error('database disk image is malformed'), { path: '/x y/purser.db' })).toMatchObject({ code: 'store_unusable', message: `the database /x y/purser.db: the file is damaged\n${anew}` })
    expect(translated(numbered(26), { ...X, cure: () => ['one', 'two'] }, 'cannot open the database')).toMatchObject({ message: 'cannot open the database /x/purser.db: the file is not a purser database\none\ntwo' })
    expect(translated(numbered(10), { ...X, cure: () => ['first'] })).toMatchObject({ message: expect.not.stringContaining('first') as string })
  })
  it('stays as it is when it is ours or unknown', () => {
    const ours = new AppError('store_busy', 'x'), unknown = new Error('near "x": syntax error')
    expect([translated(ours, X), translated(unknown, X)]).toEqual([ours, unknown])
  })
})
