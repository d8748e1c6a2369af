import { describe, expect, it } from 'vitest'
import { parseAllocate, parseExtend, parseRecord, parseReserve, parseSettle, parseTopUp } from '../../../src/core/reservations/parse.ts'
import { parseUsd } from '../../../src/core/money.ts'

const reserve = { id: 'job-17', amount: '1.50' }

describe('what callers send', () => {
  it('becomes a request, with what was left out as nothing', () => {
    expect(parseReserve({ ...reserve, budget: 'a', project: '/web', ttl: '30m', covers: { agent: 'claude-code', session: 's', responses: 2 } })).toEqual({
      id: 'job-17', amount: parseUsd('1.50'), budgets: ['a'], scope: { project: '/web' }, model: '', ttlMs: 1_800_000, owner: null, covers: { agent: 'claude-code', session: 's', stream: '*', from: null, responses: 2 },
    })
  })
  it.each([
    ['NaN', { amount: 'NaN' }], ['a number', { amount: 1.5 }], ['a negative amount', { amount: '-1' }], ['nothing', { amount: '0' }], ['infinity', { amount: 'Infinity' }],
    ['too many decimals', { amount: '0.0000000001' }], ['more than a column holds', { amount: '9999999999.999999999' }], ['no amount', { amount: undefined }],
    ['an empty id', { id: '' }], ['an id with a blank', { id: 'a b' }], ['an id that is a list', { id: ['a'] }], ['a field that is none', { amout: '1' }],
    ['a ttl that is none', { ttl: 'soon' }], ['a ttl past 30 days', { ttl: '31d' }], ['an owner without a name', { owner: {} }], ['a pid of init', { owner: { pid: 1 } }],
    ['an owner twice', { owner: { pid: 77, session: 's' } }], ['a cover without a session', { covers: { agent: 'a' } }], ['half a response', { covers: { agent: 'a', session: 's', responses: 0.5 } }],
    ['a line break in a scope', { project: 'a\nb' }],
  ])('is refused as %s, by name', (_, more) => {
    expect(() => parseReserve({ ...reserve, ...more })).toThrow(expect.objectContaining({ code: 'invalid_input' }) as Error)
  })
  it('names the field that was meant', () => {
    expect(() => parseReserve({ ...reserve, budgets: 'a' })).toThrow('"budgets" is not a field of this request; did you mean budget?')
    for (const wrong of [null, [], 'x', 5]) expect(() => parseReserve(wrong)).toThrow('the request is not a JSON object')
  })
  it('may allocate nothing, and settle for nothing', () => {
    expect(parseAllocate({ id: 't', amount: '0' }).amount).toBe(0n)
    expect(parseAllocate({ id: 't' })).toMatchObject({ amount: null, hard: true, onBreach: 'warn', thresholds: [50, 80, 95, 100] })
    expect(parseSettle({ id: 't', amount: '0' }).actual).toBe(0n)
    for (const wrong of [{ hard: 'yes' }, { onBreach: 'explode' }, { thresholds: [0] }, { thresholds: 'all' }]) expect(() => parseAllocate({ id: 't', ...wrong })).toThrow(expect.objectContaining({ code: 'invalid_input' }) as Error)
  })
  it('tells a sentence of why, never a prompt', () => {
    expect(parseRecord({ ...reserve, reason: 'x'.repeat(200) }).note.reason).toHaveLength(200)
    expect(() => parseRecord({ ...reserve, reason: 'x'.repeat(201) })).toThrow('reason has 201 characters; 200 are the most')
  })
  it('needs an id for a top-up, and a time that is one for an extension', () => {
    expect(parseTopUp({ id: 'm', budget: 't', amount: '5' })).toMatchObject({ by: 'somebody', reason: '' })
    expect(() => parseTopUp({ budget: 't', amount: '5' })).toThrow('id missing is not an id')
    expect(parseExtend({ id: 'a' }).ttlMs).toBe(600_000)
  })
})
