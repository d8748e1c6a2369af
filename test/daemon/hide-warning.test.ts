import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hideWarning } from '../../src/daemon/hide-warning.ts'

describe('hiding one warning', () => {
  const original = process.emitWarning
  let printed: unknown[][]
  beforeEach(() => {
    printed = []
    process.emitWarning = (...args: unknown[]) => { printed.push(args) }
  })
  afterEach(() => { process.emitWarning = original })

  it('drops that text, as text or as an error, and passes every other on with all it came with', () => {
    hideWarning('SQLite is an experimental')
    process.emitWarning('SQLite is an experimental feature', 'ExperimentalWarning')
    process.emitWarning(new Error('SQLite is an experimental feature'))
    process.emitWarning('a socket leaks', 'Warning', 'CODE')
    expect(printed).toEqual([['a socket leaks', 'Warning', 'CODE']])
  })

  it('may be asked for twice', () => {
    hideWarning('a')
    hideWarning('b')
    process.emitWarning('a')
    process.emitWarning('b')
    process.emitWarning('c')
    expect(printed).toEqual([['c']])
  })
})
