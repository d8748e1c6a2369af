import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeCodeHookSettings, hookCommand, settingsFileOf } from '../../../src/agents/claude-code/hook-settings.ts'
import { codeOf, messageOf } from '../../../src/core/errors.ts'
import { hookPlaces, hooksStatus, installHooks, pointToSocket, uninstallHooks } from '../../../src/os/files/hook-files.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

let home: TempHome
let state: string, file: string, sources: { script: string; program: string }
beforeEach(() => {
  home = tempHome('hooks')
  state = join(home.path, 'state')
  file = join(home.path, '.claude', 'settings.json')
  sources = { script: join(home.path, 'hook.sh'), program: join(home.path, 'hook.cjs') }
  writeFileSync(sources.script, '#!/bin/sh\n# version @VERSION@\nnode=@NODE@\n')
  writeFileSync(sources.program, '// program\n')
})
afterEach(() => home.remove())

const settings = claudeCodeHookSettings
const install = (change: { settingsFile?: string; version?: string; node?: string } = {}) => installHooks({ settings, settingsFile: file, state, sources, node: '/usr/bin/node', socket: '/run/purser.sock', version: '1.0.0', ...change })
const uninstall = (settingsFile = file) => uninstallHooks({ settings, settingsFile, state })
const status = (version = '1.0.0') => hooksStatus({ settings, files: [{ scope: 'user', file }], state, version, lastHeardAt: null })
const put = (content: string | Buffer, mode = 0o644): void => { mkdirSync(dirname(file), { recursive: true }); writeFileSync(file, content); chmodSync(file, mode) }
const thrownBy = (deed: () => unknown): unknown => { try { deed() } catch (error) { return error } throw new Error('nothing was thrown') }

describe('installing and taking out', () => {
  it('gives every byte back, and the mode, for any file it accepts', () => {
    const contents = fc.constantFrom('{}', '{ }', '{\n}', '', '\n', '{"hooks":{}}', '{"hooks": { } }\n', '{\n\t"hooks": {"PreToolUse": [ ]}\n}', '\ufeff{}\r\n', '{"a":1}', '{"hooks":{"Stop":[{"hooks":[]}]}}')
    fc.assert(fc.property(contents, fc.constantFrom(0o600, 0o644, 0o664), (content, mode) => {
      put(content, mode)
      install()
      expect(status().files[0]).toMatchObject({ missing: [] })
      expect(statSync(file).mode & 0o777).toBe(mode)
      expect(uninstall()).toMatchObject({ changed: true, how: 'restored' })
      expect(readFileSync(file, 'utf8')).toBe(content)
      expect(statSync(file).mode & 0o777).toBe(mode)
    }), { numRuns: 60 })
  })

  it('a file that was not there is not there afterwards, nor a folder made for it', () => {
    install()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(uninstall().how).toBe('restored')
    expect(existsSync(dirname(file))).toBe(false)
  })

  it('leaves nothing of ours behind', () => {
    put('{}')
    install()
    uninstall()
    expect(existsSync(hookPlaces(state).folder)).toBe(false)
    expect(readdirSync(dirname(file))).toEqual(['settings.json'])
  })

  it('twice is once', () => {
    put('{"hooks": {}}')
    expect(install().changed).toBe(true)
    const after = readFileSync(file)
    expect(install()).toMatchObject({ changed: false, backup: expect.stringContaining('receipts') as string })
    expect(readFileSync(file)).toEqual(after)
    expect([install().renewed, install({ version: '2.0.0' }).renewed, install({ version: '2.0.0' }).renewed]).toEqual([false, true, false])
    uninstall()
    expect(readFileSync(file, 'utf8')).toBe('{"hooks": {}}')
    expect(uninstall()).toMatchObject({ changed: false, how: 'nothing' })
  })

  it('mends a script that was changed or may be written by others, and says so', () => {
    install()
    const { script, program } = hookPlaces(state)
    writeFileSync(program, '// another')
    expect([install().renewed, readFileSync(program, 'utf8')]).toEqual([true, '// program\n'])
    chmodSync(script, 0o777)
    expect([install().renewed, statSync(script).mode & 0o777]).toEqual([true, 0o700])
  })

  it('after somebody else wrote the file, only our entries go', () => {
    put('{"hooks": {}}')
    install()
    const theirs = { ...JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>, model: 'opus' }
    writeFileSync(file, JSON.stringify(theirs, null, 2))
    expect(uninstall()).toMatchObject({ changed: true, how: 'entries' })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ model: 'opus' })
  })

  it('an upgrade after somebody else wrote the file keeps what they wrote', () => {
    put('{}')
    install()
    writeFileSync(file, readFileSync(file, 'utf8').replace('"timeout": 10', '"timeout": 3').replace('{\n', '{\n  "model": "opus",\n'))
    expect(install({ version: '2.0.0' }).changed).toBe(true)
    expect(status('2.0.0')).toMatchObject({ active: true, script: { version: '2.0.0', current: true } })
    uninstall()
    expect(readFileSync(file, 'utf8')).toBe('{\n  "model": "opus"\n}')
  })

  it('without a receipt the entries are found by their form', () => {
    put('{"model":"opus"}')
    install()
    rmSync(hookPlaces(state).receipts, { recursive: true })
    expect(uninstall().how).toBe('entries')
    expect(readFileSync(file, 'utf8')).toBe('{"model":"opus"}')
  })

  it('a damaged backup is not written over the settings', () => {
    put('{"model":"opus"}')
    const { backup } = install()
    writeFileSync(backup ?? '', 'rubbish')
    expect(uninstall().how).toBe('entries')
    expect(readFileSync(file, 'utf8')).toBe('{"model":"opus"}')
  })

  it('a link stays a link, and its target is what changes', () => {
    const target = join(home.path, 'dotfiles', 'claude.json')
    mkdirSync(dirname(target))
    mkdirSync(dirname(file))
    writeFileSync(target, '{"a":1}')
    symlinkSync('../dotfiles/claude.json', file)
    expect(install().settingsFile).toBe(target)
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(readFileSync(target, 'utf8')).toContain('purser-hook.sh')
    uninstall()
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(readFileSync(target, 'utf8')).toBe('{"a":1}')
  })

  it('the script stays while another settings file still names it', () => {
    const other = settingsFileOf({ scope: 'project', project: join(home.path, 'web') })
    put('{}')
    install()
    install({ settingsFile: other })
    expect(uninstall().remaining).toEqual([other])
    expect(existsSync(hookPlaces(state).script)).toBe(true)
    expect(uninstall(other).remaining).toEqual([])
    expect(existsSync(hookPlaces(state).script)).toBe(false)
  })

  it('the backup of a settings file, which may hold secrets, is private', () => {
    put('{"env":{"TOKEN":"x"}}')
    const { backup } = install()
    expect(readFileSync(backup ?? '', 'utf8')).toBe('{"env":{"TOKEN":"x"}}')
    expect(statSync(backup ?? '').mode & 0o777).toBe(0o600)
    expect(statSync(dirname(backup ?? '')).mode & 0o777).toBe(0o700)
  })
})

describe('refusing', () => {
  it.each(['{\n  // mine\n  "a": 1\n}', '{\n  "hooks": [],\n}', '{\n "hooks": {\n"Stop": 1, "PreToolUse": 2}}'])('%j is left untouched, nothing is installed, and the line is named', content => {
    put(content)
    const error = thrownBy(() => install())
    expect(codeOf(error)).toBe('invalid_input')
    expect(messageOf(error)).toMatch(/settings\.json line \d: .*left untouched[\s\S]*"PostToolBatch"/)
    expect(readFileSync(file, 'utf8')).toBe(content)
    expect(existsSync(hookPlaces(state).folder)).toBe(false)
  })
})

describe('the installed files', () => {
  it('are not begun by a daemon that tells where it listens', () => {
    pointToSocket(state, '/run/other.sock')
    expect(existsSync(hookPlaces(state).folder)).toBe(false)
  })
  it('carry the version, the node to use and the socket', () => {
    install({ node: "/opt/it's here/node" })
    pointToSocket(state, '/run/other.sock')
    const places = hookPlaces(state)
    expect(readFileSync(places.script, 'utf8')).toBe("#!/bin/sh\n# version 1.0.0\nnode='/opt/it'\\''s here/node'\n")
    expect(readFileSync(places.socketPointer, 'utf8')).toBe('/run/other.sock\n')
    expect([places.script, places.program, places.socketPointer, places.folder].map(path => statSync(path).mode & 0o777)).toEqual([0o700, 0o600, 0o600, 0o700])
  })
})

describe('status', () => {
  it('is active only with script, every event, and no switch that turns hooks off', () => {
    expect(status()).toMatchObject({ active: false, script: { present: false, version: null, current: false }, files: [{ exists: false, registered: [] }] })
    put('{}')
    install()
    expect(status()).toMatchObject({ active: true, script: { present: true, version: '1.0.0', current: true }, program: { present: true } })
    expect(status('1.1.0').script.current).toBe(false)
    writeFileSync(file, readFileSync(file, 'utf8').replace('{\n', '{\n  "disableAllHooks": true,\n'))
    expect(status()).toMatchObject({ active: false, files: [{ risks: ['"disableAllHooks": true (line 2)'] }] })
  })
  it('tells of a file it cannot read', () => {
    put('{ // mine\n}')
    expect(status()).toMatchObject({ active: false, files: [{ problem: { line: 1, problem: 'comments are not JSON' } }] })
  })
  it('registers the command the script is started with', () => {
    install()
    expect(readFileSync(file, 'utf8')).toContain(JSON.stringify(hookCommand(hookPlaces(state).script, 'PreToolUse')))
  })
})
