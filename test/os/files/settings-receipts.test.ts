import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, messageOf } from '../../../src/core/errors.ts'
import { isUntouched, putIn, settingsWithReceipts, takeOut, type SettingsEdits } from '../../../src/os/files/settings-receipts.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

let home: TempHome, folder: string, file: string
beforeEach(() => { home = tempHome('receipts'); folder = join(home.path, 'state', 'receipts'); file = join(home.path, '.client', 'settings.json') })
afterEach(() => home.remove())

// As an agent would: one line of ours at the end, and a style that taking it out does not give back.
const edits: SettingsEdits = {
  merge: text => (text.includes('BAD') ? { edit: 'refused', line: 3, problem: 'it is bad' } : text.includes('ours\n') ? { edit: 'unchanged' } : { edit: 'changed', text: `${text.trim()}\nours\n` }),
  unmerge: text => (text.includes('ours\n') ? { edit: 'changed', text: text.replace('\nours\n', '\n').replace(/^\n$/, '{}') } : { edit: 'unchanged' }),
  block: 'paste this',
}
const put = (text: string, mode = 0o644): void => { mkdirSync(dirname(file), { recursive: true }); writeFileSync(file, text); chmodSync(file, mode) }
const now = (): string => readFileSync(file, 'utf8')

describe('a changed settings file', () => {
  it.each([0o600, 0o644, 0o664])('comes back byte for byte, and with mode %o', mode => {
    put('  { }  \r\n\n', mode)
    expect(putIn(folder, file, edits)).toMatchObject({ settingsFile: file, changed: true })
    expect([now(), isUntouched(folder, file), settingsWithReceipts(folder)]).toEqual(['{ }\nours\n', true, [file]])
    expect(takeOut(folder, file, edits)).toEqual({ settingsFile: file, how: 'restored' })
    expect([now(), statSync(file).mode & 0o777, readdirSync(folder)]).toEqual(['  { }  \r\n\n', mode, []])
  })
  it('that was not there goes again, with the folder made for it', () => {
    expect(putIn(folder, file, edits)).toMatchObject({ changed: true, backup: null })
    expect(takeOut(folder, file, edits).how).toBe('restored')
    expect(existsSync(dirname(file))).toBe(false)
  })
  it('keeps what others wrote since, and loses only what is ours', () => {
    put('mine')
    putIn(folder, file, edits)
    writeFileSync(file, now().replace('mine', 'mine and more'))
    expect(isUntouched(folder, file)).toBe(false)
    expect(takeOut(folder, file, edits).how).toBe('entries')
    expect(now()).toBe('mine and more\n')
    expect(takeOut(folder, file, edits).how).toBe('nothing')
  })
  it('twice is once, and another install of ours keeps the first original', () => {
    put('mine')
    const { backup } = putIn(folder, file, edits)
    expect(putIn(folder, file, edits)).toEqual({ settingsFile: file, changed: false, backup })
    const newer: SettingsEdits = { ...edits, merge: text => ({ edit: 'changed', text: `${text.replace(/\n?ours\n/, '')}\nours\n` }) }
    writeFileSync(file, now())
    putIn(folder, file, newer)
    expect(takeOut(folder, file, edits).how).toBe('restored')
    expect(now()).toBe('mine')
  })
  it('is written through a symbolic link, which stays one', () => {
    const real = join(home.path, 'dotfiles.json')
    writeFileSync(real, 'mine')
    mkdirSync(dirname(file))
    symlinkSync(real, file)
    putIn(folder, file, edits)
    expect(readFileSync(real, 'utf8')).toContain('ours')
    takeOut(folder, file, edits)
    expect([readFileSync(real, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['mine', 'mine'])
  })
  it('that cannot be read stays untouched; the line is named, and what to paste', () => {
    put('BAD')
    for (const deed of [() => putIn(folder, file, edits)]) {
      let thrown: unknown
      try { deed() } catch (error) { thrown = error }
      expect([codeOf(thrown), messageOf(thrown).includes(`${file} line 3: it is bad`), messageOf(thrown).endsWith('paste this')]).toEqual(['invalid_input', true, true])
    }
    expect([now(), existsSync(folder)]).toEqual(['BAD', false])
  })
  it('is found by its form when the receipt is damaged', () => {
    put('mine')
    putIn(folder, file, edits)
    for (const name of readdirSync(folder).filter(each => each.endsWith('receipt.json'))) writeFileSync(join(folder, name), '{"settingsFile":')
    expect([isUntouched(folder, file), settingsWithReceipts(folder)]).toEqual([false, []])
    expect(takeOut(folder, file, edits).how).toBe('entries')
    expect(now()).toBe('mine\n')
  })
})
