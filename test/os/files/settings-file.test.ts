import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, messageOf } from '../../../src/core/errors.ts'
import { digestOf, putFile, readSettings, removeSettings, settingsText, writeSettings } from '../../../src/os/files/settings-file.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

let home: TempHome
let file: string
beforeEach(() => { home = tempHome('settings'); file = join(home.path, '.claude', 'settings.json') })
afterEach(() => home.remove())
const put = (content: string | Buffer, mode = 0o644): void => { mkdirSync(dirname(file), { recursive: true }); writeFileSync(file, content); chmodSync(file, mode) }
const thrownBy = (deed: () => unknown): unknown => { try { deed() } catch (error) { return error } throw new Error('nothing was thrown') }

describe('reading', () => {
  it('tells a missing file from an empty one', () => {
    expect(readSettings(file)).toEqual({ target: file, bytes: null })
    put('')
    expect(readSettings(file)).toEqual({ target: file, bytes: Buffer.alloc(0) })
  })
  it('keeps the byte order mark in the text', () => {
    put('\ufeff{}')
    expect(settingsText(readSettings(file))).toBe('\ufeff{}')
  })
  it('refuses bytes that would not survive as text', () => {
    put(Buffer.from([0x7b, 0xff, 0x7d]))
    expect(codeOf(thrownBy(() => settingsText(readSettings(file))))).toBe('invalid_input')
  })
  it('names a link to nothing, and what is no file', () => {
    mkdirSync(dirname(file))
    symlinkSync('nowhere.json', file)
    expect(messageOf(thrownBy(() => readSettings(file)))).toContain('symbolic link to nothing')
    expect(codeOf(thrownBy(() => readSettings(dirname(file))))).toBe('invalid_input')
  })
})

describe('writing', () => {
  it('keeps the mode, and makes a new file private', () => {
    put('{"a":1}', 0o640)
    writeSettings(readSettings(file), Buffer.from('{"a":2}'))
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['{"a":2}', 0o640])
    const fresh = join(home.path, 'new', 'settings.json')
    writeSettings(readSettings(fresh), Buffer.from('{}'))
    expect([statSync(fresh).mode & 0o777, statSync(dirname(fresh)).mode & 0o777]).toEqual([0o600, 0o700])
  })
  it('goes through a link, which stays one', () => {
    const target = join(home.path, 'dotfiles.json')
    writeFileSync(target, '{}')
    mkdirSync(dirname(file))
    symlinkSync('../dotfiles.json', file)
    writeSettings(readSettings(file), Buffer.from('{"a":1}'))
    expect([lstatSync(file).isSymbolicLink(), readFileSync(target, 'utf8')]).toEqual([true, '{"a":1}'])
  })
  it('leaves a read-only file untouched, with what to type', () => {
    put('{}', 0o444)
    expect(messageOf(thrownBy(() => writeSettings(readSettings(file), Buffer.from('x'))))).toContain(`chmod u+w ${file}`)
    expect(readFileSync(file, 'utf8')).toBe('{}')
  })
  it('that cannot be done is the state of this machine, named by file with where to look, and leaves nothing unfinished', () => {
    put('{}')
    const below = join(file, 'below', 'settings.json')
    for (const deed of [() => readSettings(below), () => writeSettings({ target: below, bytes: null }, Buffer.from('{}')), () => putFile(below, 'x', 0o600)]) {
      const error = thrownBy(deed)
      expect([codeOf(error), messageOf(error)]).toEqual(['unavailable', expect.stringMatching(new RegExp(`^${below} cannot be (read|written) \\(E.*\nlook who may: ls -ld ${file} ${below}$`))])
    }
    chmodSync(file, 0o444)
    expect(codeOf(thrownBy(() => writeSettings(readSettings(file), Buffer.from('x'))))).toBe('unavailable')
    expect(readdirSync(dirname(file))).toEqual(['settings.json'])
  })
  it('does not overwrite what changed, appeared or went since it was read', () => {
    put('{"a":1}')
    const read = readSettings(file)
    writeFileSync(file, '{"a":2}')
    for (const deed of [() => writeSettings(read, Buffer.from('{}')), () => removeSettings(read)]) expect(codeOf(thrownBy(deed))).toBe('conflict')
    expect(codeOf(thrownBy(() => writeSettings({ target: file, bytes: null }, Buffer.from('{}'))))).toBe('conflict')
    expect(readFileSync(file, 'utf8')).toBe('{"a":2}')
    expect(readdirSync(dirname(file))).toEqual(['settings.json'])
  })
  it('removes a file that is still what was read', () => {
    put('{}')
    removeSettings(readSettings(file))
    expect(existsSync(file)).toBe(false)
  })
})

describe('our own files', () => {
  it('are replaced whole, with the mode asked for', () => {
    const own = join(home.path, 'hook', 'x')
    putFile(own, 'one', 0o700)
    putFile(own, 'two', 0o600)
    expect([readFileSync(own, 'utf8'), statSync(own).mode & 0o777, readdirSync(dirname(own))]).toEqual(['two', 0o600, ['x']])
    expect(digestOf(Buffer.from('two'))).toMatch(/^[0-9a-f]{64}$/)
  })
})
