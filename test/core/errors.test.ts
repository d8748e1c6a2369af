import { describe, expect, it } from 'vitest'
import { AppError, assert, codeOf, ERROR_CODES, messageOf, unreachable } from '../../src/core/errors.ts'

describe('an operating fault', () => {
  it('is known by its code, across the socket too', () => {
    expect(codeOf(new AppError('store_busy', 'busy'))).toBe('store_busy')
    expect(codeOf(JSON.parse(JSON.stringify({ code: 'not_found', message: 'gone' })))).toBe('not_found')
  })
  it('counts as a bug of ours when its code is not in the table', () => {
    for (const foreign of [new Error('x'), { code: 'ENOENT' }, { code: 'toString' }, { code: 7 }, null, undefined, 'text']) expect(codeOf(foreign)).toBe('internal')
  })
  it('keeps its cause and its context', () => {
    const cause = new Error('disk full')
    const error = new AppError('unavailable', 'cannot write', { cause, context: { file: 'a' } })
    expect([error.cause, error.context, messageOf(error), messageOf('plain')]).toEqual([cause, { file: 'a' }, 'cannot write', 'plain'])
  })
})

describe('the table of codes', () => {
  it('ends with the exit codes the command line promises', () => {
    const exits = Object.fromEntries(Object.entries(ERROR_CODES).map(([code, { exit }]) => [code, exit]))
    expect(exits).toMatchObject({ internal: 1, invalid_input: 2, config_invalid: 2, refused: 3, unproven: 3, not_found: 4, incomplete: 5, daemon_unreachable: 69, store_busy: 69, schema_newer: 69, held_by_another: 75 })
    expect(new Set(Object.values(exits))).toEqual(new Set([1, 2, 3, 4, 5, 69, 75]))
  })
  it('lets a caller try again only what may succeed by itself', () => {
    expect(Object.entries(ERROR_CODES).filter(([, { retryable }]) => retryable).map(([code]) => code).sort()).toEqual(['daemon_unreachable', 'held_by_another', 'store_busy', 'unavailable'])
  })
})

describe('a broken invariant', () => {
  it('crashes with its claim', () => {
    expect(() => assert(false, 'balances never go back')).toThrow('broken invariant: balances never go back')
    expect(() => assert(true, 'fine')).not.toThrow()
    expect(() => unreachable({ state: 'new' } as never)).toThrow('unreachable: {"state":"new"}')
  })
})
