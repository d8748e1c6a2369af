import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeCodeStatuslineSettings as settings } from '../../../src/agents/claude-code/statusline-settings.ts'
import { installStatusline, isStatuslineOutermost, pointStatusline, statuslinePlaces, statuslineSettingsFiles, statuslineStatus, uninstallStatusline } from '../../../src/os/files/statusline-files.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

let home: TempHome, state: string, file: string
beforeEach(() => {
  home = tempHome('line')
  state = join(home.path, 'state')
  file = join(home.path, '.claude', 'settings.json')
  writeFileSync(join(home.path, 'line.sh'), '#!/bin/sh\n# version @VERSION@\nnode=@NODE@\n')
  writeFileSync(join(home.path, 'line.cjs'), '// program\n')
})
afterEach(() => home.remove())
const install = (settingsFile = file, version = '1.0.0') => installStatusline({ settings, settingsFile, state, version, socket: '/run/p.sock', node: "/opt/it's/node", sources: { script: join(home.path, 'line.sh'), program: join(home.path, 'line.cjs') } })
const uninstall = (settingsFile = file) => uninstallStatusline({ settings, settingsFile, state })
const status = () => statuslineStatus({ settings, settingsFile: file, state })

describe('the files of a status line', () => {
  it('are the script for this node and socket, its program, and one entry', () => {
    expect(install()).toMatchObject({ changed: true })
    const { script, program, socketPointer } = statuslinePlaces(state)
    expect([readFileSync(script, 'utf8'), statSync(script).mode & 0o777, statSync(program).mode & 0o777, readFileSync(socketPointer, 'utf8')]).toEqual(["#!/bin/sh\n# version 1.0.0\nnode='/opt/it'\\''s/node'\n", 0o700, 0o600, '/run/p.sock\n'])
    expect(status()).toEqual({ problem: null, line: 'ours', own: '', script: { file: script, present: true, version: '1.0.0' } })
    expect(isStatuslineOutermost(state, file)).toBe(true)
  })
  it('are renewed by another version without another change of the settings', () => {
    install()
    expect(install(file, '2.0.0').changed).toBe(false)
    expect(status().script.version).toBe('2.0.0')
  })
  it('go with the last settings file that names them', () => {
    const project = join(home.path, 'web', '.claude', 'settings.local.json')
    install()
    install(project)
    expect(statuslineSettingsFiles(state).toSorted()).toEqual([file, project].toSorted())
    expect([uninstall().remaining, existsSync(statuslinePlaces(state).folder)]).toEqual([[project], true])
    expect([uninstall(project).how, existsSync(statuslinePlaces(state).folder)]).toEqual(['restored', false])
    expect(existsSync(file)).toBe(false)
  })
  it('are not written when the settings cannot be', () => {
    mkdirSync(dirname(file))
    writeFileSync(file, '{"statusLine": 7}')
    expect(() => install()).toThrow('line 1: "statusLine" is not a command')
    expect([existsSync(statuslinePlaces(state).folder), status().problem]).toEqual([false, { line: 1, problem: '"statusLine" is not a command' }])
  })
  it('learn where a daemon listens, once they are there', () => {
    pointStatusline(state, '/run/early.sock')
    expect(existsSync(statuslinePlaces(state).socketPointer)).toBe(false)
    install()
    pointStatusline(state, '/run/later.sock')
    expect(readFileSync(statuslinePlaces(state).socketPointer, 'utf8')).toBe('/run/later.sock\n')
  })
  it('are absent for settings that are no file', () => {
    mkdirSync(file, { recursive: true })
    expect(status()).toMatchObject({ line: 'none', problem: { line: 0 } })
  })
})
