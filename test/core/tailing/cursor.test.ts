import { describe, expect, it } from 'vitest'
import { transition, type Cursor, type Look } from '../../../src/core/tailing/cursor.ts'

const cursor: Cursor = { path: '/l', device: '1', inode: '7', generation: 0, offset: 500, headLength: 500, head: 'h', tail: 't' }
const look: Look = { device: '1', inode: '7', size: 500, headNow: 'h', tailNow: 't' }

describe('transition', () => {
  it('is new without a cursor and gone without a look', () => {
    expect(transition(undefined, look)).toEqual({ kind: 'new' })
    expect(transition(cursor, undefined)).toEqual({ kind: 'gone' })
    expect(transition(undefined, undefined)).toEqual({ kind: 'gone' })
  })

  it('is unchanged at the same size and appended beyond it', () => {
    expect(transition(cursor, look)).toEqual({ kind: 'unchanged' })
    expect(transition(cursor, { ...look, size: 501 })).toEqual({ kind: 'append', from: 500, to: 501 })
  })

  it('is a rotation when another file stands there, whatever its size', () => {
    expect(transition(cursor, { ...look, inode: '8' })).toEqual({ kind: 'rotate', why: 'inode' })
    expect(transition(cursor, { ...look, device: '2', size: 10 })).toEqual({ kind: 'rotate', why: 'inode' })
  })

  it('is a truncation when the file ends before what was read', () => {
    expect(transition(cursor, { ...look, size: 499, tailNow: null })).toEqual({ kind: 'truncate' })
  })

  it('is a rotation when the inode was reused: the first bytes are others', () => {
    expect(transition(cursor, { ...look, size: 900, headNow: 'x' })).toEqual({ kind: 'rotate', why: 'head' })
  })

  it('is a rotation when the file was rewritten behind the same beginning', () => {
    expect(transition(cursor, { ...look, size: 900, tailNow: 'x' })).toEqual({ kind: 'rotate', why: 'tail' })
  })

  it('is a rotation when a rewrite left the size as it was', () => {
    expect(transition(cursor, { ...look, tailNow: 'x' })).toEqual({ kind: 'rotate', why: 'tail' })
  })

  it('compares nothing that was not read yet', () => {
    const fresh = { ...cursor, offset: 0, headLength: 0, head: '', tail: '' }
    expect(transition(fresh, { ...look, headNow: 'any', tailNow: 'any', size: 9 })).toEqual({ kind: 'append', from: 0, to: 9 })
  })
})
