import { describe, expect, it } from 'vitest'
import { assemble } from '../../../scripts/assemble.mjs'
import { fieldPlan, oneOf, slotOf } from '../../../src/core/tailing/field-plan.ts'
import { KERNEL } from '../../../src/os/logs/line-kernel-bytes.ts'
import { lineKernel, NOTHING, ODD, PICKED, PLAIN, WINDOW_BYTES } from '../../../src/os/logs/line-kernel.ts'
import { freshKernel, kernelText } from '../../support/fresh-kernel.ts'

const MARKERS = [Buffer.from('_tokens"'), Buffer.from('-state"')]
const PLAN = fieldPlan({ type: oneOf({ take: ['mine'], leave: ['rare'] }), a: true, ab: true, inner: { x_tokens: true, deep: { z: true } }, cache_creation_input_tokens: true })
const kernel = freshKernel(), plan = kernel.prepare(MARKERS, PLAN)

interface Seen { readonly what: number; readonly text: string; readonly fields?: Record<string, string> }

/** What the kernel tells of these lines, in order, with the text of each field it found. */
function seen(text: string, at = 0): Seen[] {
  const told: Seen[] = [], bytes = Buffer.from(text)
  kernel.window.fill(0x22)
  const end = at + bytes.copy(kernel.window, at)
  for (let from = at; ; from = kernel.found.end + 1) {
    const what = kernel.next(from, from, end, plan)
    const { spans, start } = kernel.found
    if (what === NOTHING) return told
    const field = (...path: string[]): string => { const slot = 2 * slotOf(PLAN, ...path); return spans[slot] === -1 ? '-' : kernel.window.toString('utf8', spans[slot], spans[slot + 1]) }
    const fields = { type: field('type'), a: field('a'), ab: field('ab'), x: field('inner', 'x_tokens'), z: field('inner', 'deep', 'z'), long: field('cache_creation_input_tokens') }
    told.push({ what, text: kernel.window.toString('utf8', start, kernel.found.end), ...(what === PICKED ? { fields } : {}) })
  }
}
const whats = (...lines: string[]): number[] => seen(`${lines.join('\n')}\n`).map(({ what }) => what)
const fieldsOf = (line: string): Record<string, string> | undefined => seen(`${line}\n`)[0]?.fields

describe('the line kernel', () => {
  it('is committed as its text assembles', () => {
    expect(Buffer.from(assemble(kernelText())).toString('base64'), 'type: npm run line-kernel').toBe(KERNEL)
  })

  it('finds every wanted field, wherever its line stands and however it is spaced', () => {
    for (let at = 0; at < 40; at++) {
      expect(seen('{"type":"mine","a":"1\\"","no":{"a":[1,"]}"]},"ab":-2.5e3,"inner":{"x_tokens":7,"deep":{"y":{},"z":null}},"cache_creation_input_tokens":[{}]}\n', at)).toMatchObject([
        { what: PICKED, fields: { type: '"mine"', a: '"1\\""', ab: '-2.5e3', x: '7', z: 'null', long: '[{}]' } }])
      expect(seen(` {\t"type" :\r"mine" , "inner": {"x_tokens" : 7 } }  ${' '.repeat(at)}\n`)).toMatchObject([{ what: PICKED, fields: { type: '"mine"', a: '-', x: '7' } }])
    }
  })

  it('skips a line of another kind, hands back one it is told to leave, and finds the neighbours of both', () => {
    const [mine, others, rare] = ['mine', 'others', 'rare'].map(type => `{"type":"${type}","x_tokens":1}`) as [string, string, string]
    expect(seen(`${[mine, others, rare, mine].join('\n')}\n`).map(({ what, text }) => [what, text])).toEqual([[PICKED, mine], [PLAIN, rare], [PICKED, mine]])
    expect(whats('{"type":"miner","x_tokens":1}', '{"type":"min","x_tokens":1}', '{"type":7,"x_tokens":1}')).toEqual([])
  })

  it.each([
    ['is cut', '{"type":"mine","a":{"x_tokens":1'], ['is cut in a string', '{"type":"mine","a":"_tokens"'], ['goes on behind its end', '{"type":"mine","x_tokens":1} x'],
    ['has a field twice', '{"type":"mine","a":1,"a":2,"x_tokens":1}'], ['has an object twice', '{"type":"mine","inner":{"x_tokens":1},"inner":{}}'],
    ['lacks a colon', '{"type":"mine","x_tokens"1}'], ['lacks a comma', '{"type":"mine" "x_tokens":1}'], ['lacks a value', '{"type":"mine","x_tokens":}'],
    ['is a list', '["x_tokens",1]'], ['ends with a comma', '{"type":"mine","x_tokens":1,}'], ['is cut in an object that is entered', '{"type":"mine","inner":{"x_tokens" 1}}'],
  ])('hands back a line that %s', (_, line) => {
    expect(whats(line, '{"type":"mine","x_tokens":1}')).toEqual([PLAIN, PICKED])
  })

  it('tells of a line without a marker only when it is no object', () => {
    expect(whats('{"a":1}', '', '  ', ' {"a":1}\r', '{"a":1', 'a":1}', '["_tokens"]')).toEqual([ODD, ODD, PLAIN])
    expect(kernel.lines).toBe(0)
  })

  it('finds no marker behind the newline or the end of what was read', () => {
    const text = '{"a":1}\n'
    Buffer.from(`${text}{"type":"mine","x_tokens":1}\n`).copy(kernel.window)
    expect(kernel.next(0, 0, text.length, plan)).toBe(NOTHING)
    expect([kernel.lines, kernel.found.start]).toEqual([1, text.length])
    Buffer.from('{"a":"_tokens\n"}\n').copy(kernel.window)
    expect(kernel.next(0, 0, 17, plan)).toBe(ODD)
  })

  it('ends at the last byte of its window', () => {
    const line = '{"type":"mine","x_tokens":1,"a":"\\'
    kernel.window.fill(0x20)
    kernel.window.write(line, WINDOW_BYTES - line.length)
    expect(kernel.next(0, 0, WINDOW_BYTES, plan)).toBe(NOTHING)
    kernel.window.fill(0x20)
    kernel.window.write('{"type":"mine","x_tokens":1}\n', WINDOW_BYTES - 29)
    expect(kernel.next(0, 0, WINDOW_BYTES, plan)).toBe(PICKED)
    expect(kernel.found.end).toBe(WINDOW_BYTES - 1)
  })

  it('finds the same without a plan, for parsers that read lines themselves', () => {
    Buffer.from('{"type":"others","x_tokens":1}\n').copy(kernel.window)
    expect(kernel.next(0, 0, 31, kernel.prepare([MARKERS[0] as Buffer], null))).toBe(PLAIN)
    kernel.prepare(MARKERS, PLAN)
  })

  it('names a field by all of its bytes', () => {
    expect(fieldsOf('{"type":"mine","b":1,"aa":2,"cache_creation_input_token_":3,"x_tokens":4}')).toMatchObject({ a: '-', ab: '-', long: '-' })
    expect(fieldsOf(`{"type":"mine","${'a'.repeat(40)}":1,"x_tokens":4}`)).toMatchObject({ a: '-' })
  })

  it('takes one or two short markers, and only in its own window', () => {
    expect([[], MARKERS, [...MARKERS, Buffer.from('x"')], [Buffer.from('a very long marker')], [Buffer.from('x')]].map(markers => kernel.takes(kernel.window, markers))).toEqual([false, true, false, false, false])
    expect([kernel.takes(kernel.window.subarray(0, 100), MARKERS), kernel.takes(kernel.window.subarray(1), MARKERS), kernel.takes(Buffer.alloc(10), MARKERS)]).toEqual([true, false, false])
  })

  it('is not there where WebAssembly is not, cannot run it, or finds no memory', () => {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: { Module: unknown; Instance: unknown } }).WebAssembly
    const refuse = function refuse(): void { throw new RangeError('no memory, or an instruction it does not know') }
    expect([lineKernel(null), lineKernel({ Module: refuse, Instance }), lineKernel({ Module, Instance: refuse })]).toEqual([null, null, null])
    expect(lineKernel()).not.toBeNull()
  })
})
