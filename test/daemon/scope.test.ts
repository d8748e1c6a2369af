import { describe, expect, it } from 'vitest'
import { Scope } from '../../src/daemon/scope.ts'

describe('a scope', () => {
  it('closes what it owns, newest first, each after the other', async () => {
    const scope = new Scope()
    const closed: string[] = []
    expect(scope.own('a', 'thing', () => { closed.push('a') })).toBe('thing')
    scope.own('b', 'b', async () => { await Promise.resolve(); closed.push('b') })
    await scope.close()
    expect(closed).toEqual(['b', 'a'])
  })

  it('closes everything although one cannot be closed, and names each that could not', async () => {
    const scope = new Scope()
    const closed: string[] = []
    scope.own('database', 0, () => { closed.push('database') })
    scope.own('socket', 0, () => { throw new Error('gone') })
    scope.own('scanner', 0, async () => { throw new Error('stuck') })
    const failure: unknown = await scope.close().catch((error: unknown) => error)
    expect((failure as AggregateError).errors.map((error: Error) => `${error.message}: ${(error.cause as Error).message}`)).toEqual(['closing scanner failed: stuck', 'closing socket failed: gone'])
    expect(closed).toEqual(['database'])
  })

  it('closes once, and lets everybody wait for it', async () => {
    const scope = new Scope()
    let closed = 0
    scope.own('a', 0, () => { closed++ })
    await Promise.all([scope.close(), scope.close()])
    expect(closed).toBe(1)
  })
})
