import { describe, expect, it } from 'vitest'
import { assemble } from '../../scripts/assemble.mjs'

interface Engine { readonly Module: new (bytes: Uint8Array) => object; readonly Instance: new (module: object) => { readonly exports: Record<string, (...values: number[]) => number> }; validate(bytes: Uint8Array): boolean }
const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: Engine }
const run = (body: string, ...values: number[]): unknown =>
  new engine.Instance(new engine.Module(assemble(`(module (memory (export "memory") 1) (global $ten i32 (i32.const 10)) (func $f (export "f") (param $a i32) (param $b i32) (result i32) (local $v v128) ${body}))`))).exports['f']?.(...values)

describe('the assembler', () => {
  it('makes modules that the engine runs', () => {
    expect(run('(i32.sub (local.get $a) (local.get $b)) ;; a comment (\n', 7, 5)).toBe(2)
    expect(run('(i32.add (global.get $ten) (i32.const -300))')).toBe(-290)
    expect([0, 63, 64, 127, 128, 524_544, -1, -64, -65, 2_147_483_647].map(value => run(`(i32.const ${value})`))).toEqual([0, 63, 64, 127, 128, 524_544, -1, -64, -65, 2_147_483_647])
    expect(run('(i32.store offset=300 (local.get $a) (local.get $b)) (i32.load offset=292 (i32.add (local.get $a) (i32.const 8)))', 4, 77)).toBe(77)
    expect(run('(i32.store (i32.const 3) (i32.const 65)) (local.set $v (i8x16.eq (v128.load (i32.const 0)) (i8x16.splat (i32.const 65)))) (i8x16.bitmask (local.get $v))')).toBe(8)
  })

  it('counts labels from the inside out', () => {
    expect(run('(block $out (loop $on (local.set $a (i32.sub (local.get $a) (i32.const 1))) (if (i32.eq (local.get $a) (local.get $b)) (then (br $out)) (else (br $on))))) (local.get $a)', 9, 4)).toBe(4)
  })

  it.each([
    ['(i32.mul (local.get $a) (local.get $b))', 'an instruction that is not in the table: i32.mul'], ['(local.get $c)', 'no local $c'], ['(br $nowhere)', 'no label $nowhere'],
    ['(call $g)', 'no function $g'], ['(global.get $eleven)', 'no global $eleven'], ['i32.const', 'stands alone'], ['(if (local.get $a))', 'an if without (then ...)'], ['(', 'a closing bracket is missing'], ['))))', 'a closing bracket too many'],
  ])('refuses %s', (body, why) => {
    expect(() => run(body)).toThrow(why)
  })
})
