import { describe, expect, it } from 'vitest'
import { typedWords, type Grammar } from '../../../src/core/launch/typed-words.ts'

const GRAMMAR: Grammar = { takes: { model: 'value', resume: 'maybe', tools: 'many' }, short: { m: 'model', r: 'resume', p: 'print', c: 'continue' } }
const read = (...args: readonly string[]): unknown => {
  const { options, words } = typedWords(args, GRAMMAR)
  return { options: Object.fromEntries(options), words }
}

describe('typed words', () => {
  it('give an option the word behind it, whatever it looks like, when it always takes one', () => {
    expect(read('--model', '--resume', 'hello')).toEqual({ options: { model: '--resume' }, words: ['hello'] })
    expect(read('--model=opus', '-m', 'haiku')).toEqual({ options: { model: 'haiku' }, words: [] })
  })
  it('give it none that begins with a dash when it may stand alone', () => {
    expect(read('--resume', '--print')).toEqual({ options: { resume: null, print: null }, words: [] })
    expect(read('--resume', 'abc')).toEqual({ options: { resume: 'abc' }, words: [] })
    expect(read('--resume')).toEqual({ options: { resume: null }, words: [] })
  })
  it('give a list everything up to the next dash', () => {
    expect(read('--tools', 'Bash', 'Edit', '--print', 'hello')).toEqual({ options: { tools: 'Bash', print: null }, words: ['hello'] })
    expect(read('--tools', 'Bash', 'Edit')).toEqual({ options: { tools: 'Bash' }, words: [] })
  })
  it('take letters together, and a value that hangs on its letter', () => {
    expect(read('-pc', 'hello')).toEqual({ options: { print: null, continue: null }, words: ['hello'] })
    expect(read('-pmopus')).toEqual({ options: { print: null, model: 'opus' }, words: [] })
    expect(read('-m=opus')).toEqual({ options: { model: 'opus' }, words: [] })
    expect(read('-pr', 'abc')).toEqual({ options: { print: null, resume: 'abc' }, words: [] })
  })
  it('leave what stands behind two dashes, and a single dash, as words', () => {
    expect(read('-p', '--', '--resume', 'x')).toEqual({ options: { print: null }, words: ['--resume', 'x'] })
    expect(read('-', 'x')).toEqual({ options: {}, words: ['-', 'x'] })
  })
})
