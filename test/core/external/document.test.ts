import { describe, expect, it } from 'vitest'
import { rowsOf } from '../../../src/core/external/document.ts'
import { tableSource } from '../../support/external-sources.ts'

const json = (text: string, rows = '') => rowsOf(text, tableSource({ rows }))
const csv = (text: string, change: Parameters<typeof tableSource>[0] = {}) => rowsOf(text, tableSource({ kind: 'csv', ...change }))

describe('a JSON bill', () => {
  it('keeps every digit of every number, and no string changes', () => {
    const text = '{"amount": 9007199254740993.000000001, "deep": [-1e-7, {"n": 12}], "text": "3 of \\"4\\" 5\\\\", "7": true, "none": null}'
    expect(json(text)).toEqual([{ amount: '9007199254740993.000000001', deep: ['-1e-7', { n: '12' }], text: '3 of "4" 5\\', 7: true, none: null }])
  })

  it('is a list, or one at the end of a way, or one object', () => {
    expect(json('[{"a":1},{"a":2}]')).toEqual([{ a: '1' }, { a: '2' }])
    expect(json('{"data":{"items":[[{"a":1}]]}}', 'data.items.0')).toEqual([{ a: '1' }])
    expect(json('{"a":1}')).toEqual([{ a: '1' }])
    expect(json('[]')).toEqual([])
  })

  it.each([
    ['', '', /"bill": gave nothing, and a JSON document was expected/],
    ['{"a":', '', /gave no JSON/],
    ['[1,2]', '', /row 1 is no object; set rows/],
    ['{"data":{}}', 'data.items', /has no data.items; check its rows/],
    ['{"data":[1]}', 'data', /row 1 is no object$/],
    ['{"a": 01}', '', /gave no JSON/],
  ])('%j at %j is none', (text, rows, why) => {
    expect(() => json(text, rows)).toThrow(why)
    expect(() => json(text, rows)).toThrow(expect.objectContaining({ code: 'unavailable' }))
  })
})

describe('a CSV bill', () => {
  it('has columns of its own names, quotes where they are needed, and any line ends', () => {
    const text = '\uFEFFday,amount,note\r\n2026-11-21,12.50,"a, ""b""\nc"\n\n2026-11-22,3,\n'
    expect(csv(text)).toEqual([{ day: '2026-11-21', amount: '12.50', note: 'a, "b"\nc' }, { day: '2026-11-22', amount: '3', note: '' }])
    expect(csv('day;amount\n1;2', { delimiter: ';' })).toEqual([{ day: '1', amount: '2' }])
    expect(csv('amount\n""\n')).toEqual([{ amount: '' }])
  })

  it.each([
    ['', {}, /gave nothing, and CSV with a header/],
    ['day,cost\n1,2', {}, /has no column amount; its columns: day, cost/],
    ['amount\n1', { subject: ['model'] }, /has no column model/],
    ['amount,amount\n1,2', {}, /has two columns called amount/],
    ['amount,b\n1', {}, /row 1 has 1 columns, and the header has 2/],
    ['amount\n"1', {}, /row 1 begins a quote that nothing ends/],
  ])('%j is none', (text, change, why) => {
    expect(() => csv(text, change)).toThrow(why)
  })
})
