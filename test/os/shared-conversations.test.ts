import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BEFORE, share, shareState, unshare } from '../../src/os/shared-conversations.ts'
import { tempHome, type TempHome } from '../support/home.ts'

let home: TempHome, main: string, work: string
beforeEach(() => {
  home = tempHome('share')
  main = path.join(home.path, '.claude')
  work = path.join(home.path, '.claude-work')
})
afterEach(() => { home.remove() })
const write = (root: string, name: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, 'projects', name)), { recursive: true })
  writeFileSync(path.join(root, 'projects', name), text)
}
const read = (root: string, name: string): string => readFileSync(path.join(root, 'projects', name), 'utf8')
const state = () => shareState(work, main, 'projects')
const doShare = (): string | null => { const found = state(); return found.state === 'apart' ? share(work, main, 'projects', found.files).backup : null }

describe('conversations of two homes', () => {
  it('become one folder, with those of both in it, and what was there stays beside', () => {
    write(main, 'web/a.jsonl', 'one')
    write(work, 'web/b.jsonl', 'two')
    expect(state()).toEqual({ state: 'apart', files: [path.join('web', 'b.jsonl')], bytes: 3, taken: [] })
    expect(doShare()).toBe(path.join(work, `projects${BEFORE}`))
    expect([read(work, 'web/a.jsonl'), read(main, 'web/b.jsonl'), readFileSync(path.join(work, `projects${BEFORE}`, 'web', 'b.jsonl'), 'utf8')]).toEqual(['one', 'two', 'two'])
    expect(realpathSync(path.join(work, 'projects'))).toBe(realpathSync(path.join(main, 'projects')))
    expect(state()).toEqual({ state: 'shared' })
  })
  it('are shared where one home has none yet, or is not there at all', () => {
    write(main, 'web/a.jsonl', 'one')
    expect(doShare()).toBeNull()
    expect(read(work, 'web/a.jsonl')).toBe('one')
  })
  it('are not touched where two differ under one name, and are one where they are the same', () => {
    write(main, 'web/a.jsonl', 'one')
    write(work, 'web/a.jsonl', 'other')
    expect(state()).toMatchObject({ state: 'apart', taken: [path.join('web', 'a.jsonl')] })
    write(work, 'web/a.jsonl', 'one')
    expect(state()).toMatchObject({ taken: [] })
  })
  it('come apart again as they were', () => {
    write(main, 'web/a.jsonl', 'one')
    write(work, 'web/b.jsonl', 'two')
    doShare()
    expect(unshare(work, 'projects')).toBe(true)
    expect([read(work, 'web/b.jsonl'), existsSync(path.join(work, 'projects', 'web', 'a.jsonl')), read(main, 'web/b.jsonl')]).toEqual(['two', false, 'two'])
    expect(lstatSync(path.join(work, 'projects')).isSymbolicLink()).toBe(false)
    expect(unshare(work, 'projects')).toBe(false)
  })
  it('are finished by the next try where the first one died after it had put the folder aside', () => {
    write(main, 'web/a.jsonl', 'one')
    mkdirSync(work)
    expect(doShare()).toBeNull()
    expect(state()).toEqual({ state: 'shared' })
  })
  it('are refused where something else is in the way', () => {
    expect(state()).toMatchObject({ state: 'refused', because: expect.stringContaining('does not exist') as string })
    write(main, 'a.jsonl', '')
    mkdirSync(path.join(home.path, 'third'))
    mkdirSync(work)
    symlinkSync(path.join(home.path, 'third'), path.join(work, 'projects'))
    expect(state()).toMatchObject({ state: 'elsewhere' })
  })
  it('are refused where an earlier folder was put aside, or holds what is no file', () => {
    write(main, 'a.jsonl', '')
    write(work, 'b.jsonl', '')
    symlinkSync('/etc/hostname', path.join(work, 'projects', 'link'))
    expect(state()).toMatchObject({ state: 'refused' })
    mkdirSync(path.join(work, `projects${BEFORE}`))
    expect(state()).toMatchObject({ state: 'refused', because: expect.stringContaining('from an earlier time') as string })
  })
})
