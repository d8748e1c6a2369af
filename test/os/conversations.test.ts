import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bytesOf, liesBelow } from '../../src/os/conversations.ts'
import { tempHome, type TempHome } from '../support/home.ts'

let home: TempHome
beforeEach(() => { home = tempHome('conversations') })
afterEach(() => { home.remove() })
const at = (...parts: readonly string[]): string => path.join(home.path, ...parts)

describe('a conversation as a file', () => {
  it('has a length, and none where there is no such file', () => {
    writeFileSync(at('a.jsonl'), 'twelve bytes')
    expect([bytesOf(at('a.jsonl')), bytesOf(at('b.jsonl')), bytesOf(home.path)]).toEqual([12, null, null])
  })
  it('lies below a folder by whatever links lead there, and never beside one that is called alike', () => {
    mkdirSync(at('one', 'projects', 'web'), { recursive: true })
    mkdirSync(at('one', 'projects-2'), { recursive: true })
    mkdirSync(at('two'))
    symlinkSync(at('one', 'projects'), at('two', 'projects'))
    writeFileSync(at('one', 'projects', 'web', 'a.jsonl'), '')
    writeFileSync(at('one', 'projects-2', 'b.jsonl'), '')
    expect(liesBelow(at('two', 'projects', 'web', 'a.jsonl'), [at('one', 'projects')])).toBe(true)
    expect(liesBelow(at('one', 'projects-2', 'b.jsonl'), [at('one', 'projects')])).toBe(false)
    expect(liesBelow(at('one', 'projects', 'gone.jsonl'), [at('one', 'projects')])).toBe(false)
    expect(liesBelow(at('one', 'projects', 'web', 'a.jsonl'), [])).toBe(false)
  })
})
