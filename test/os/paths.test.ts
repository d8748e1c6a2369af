import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ensurePrivateFolder, placesFor } from '../../src/os/paths.ts'

let folder = ''
afterEach(() => { if (folder) rmSync(folder, { recursive: true, force: true }) })

describe('placesFor', () => {
  it('follows the XDG folders', () => {
    const places = placesFor({ HOME: '/home/dev', XDG_STATE_HOME: '/s', XDG_CONFIG_HOME: '/c', XDG_RUNTIME_DIR: '/r' })
    expect([places.database, places.configFile, places.socket]).toEqual(['/s/purser/purser.db', '/c/purser/config.toml', '/r/purser/purser.sock'])
  })

  it('puts the socket into the state folder where there is no runtime folder', () => {
    expect(placesFor({ HOME: '/home/dev' }).socket).toBe('/home/dev/.local/state/purser/purser.sock')
  })

  it('lets our own variables override each place', () => {
    const places = placesFor({ HOME: '/home/dev', PURSER_CONFIG: '/x/c.toml', PURSER_STATE: '/y', PURSER_RUNTIME: '/z' })
    expect([places.configFile, places.state, places.socket]).toEqual(['/x/c.toml', '/y', '/z/purser.sock'])
  })

  it('refuses a home or a place of ours that is not absolute, with the absolute one to type', () => {
    for (const name of ['HOME', 'PURSER_STATE', 'PURSER_CONFIG', 'PURSER_RUNTIME']) {
      for (const value of ['state', './state', '~/state']) expect(() => placesFor({ HOME: '/home/dev', [name]: value }), `${name}=${value}`).toThrow(`${name} is "${value}", which means another place in every folder; write it from the root: ${name}=${resolve(value)}`)
    }
  })

  it('ignores relative XDG folders, as their rules say, and takes what is empty for not set', () => {
    const places = placesFor({ HOME: '/home/dev' })
    expect(placesFor({ HOME: '/home/dev', XDG_STATE_HOME: 's', XDG_CONFIG_HOME: './c', XDG_RUNTIME_DIR: 'r' })).toEqual(places)
    expect(placesFor({ HOME: '/home/dev', PURSER_STATE: '', PURSER_CONFIG: '', PURSER_RUNTIME: '', XDG_STATE_HOME: '' })).toEqual(places)
    expect(placesFor({ HOME: '/home/dev', PURSER_STATE: '/x/../y/' }).state).toBe('/y')
  })

  it('refuses a socket path the kernel would cut off', () => {
    expect(() => placesFor({ HOME: '/home/dev', PURSER_RUNTIME: `/${'long/'.repeat(30)}` })).toThrow(/set PURSER_RUNTIME to a shorter folder/)
  })
})

describe('ensurePrivateFolder', () => {
  it('makes the folder private, and private again', () => {
    folder = mkdtempSync(join(tmpdir(), 'purser-paths-'))
    const state = join(folder, 'a', 'b')
    ensurePrivateFolder(state, process.getuid?.())
    chmodSync(state, 0o755)
    ensurePrivateFolder(state, process.getuid?.())
    expect(lstatSync(state).mode & 0o777).toBe(0o700)
  })

  it('refuses a symbolic link and a folder of another user', () => {
    folder = mkdtempSync(join(tmpdir(), 'purser-paths-'))
    mkdirSync(join(folder, 'real'))
    symlinkSync(join(folder, 'real'), join(folder, 'link'))
    expect(() => ensurePrivateFolder(join(folder, 'link'), process.getuid?.())).toThrow(/symbolic link/)
    expect(() => ensurePrivateFolder(join(folder, 'real'), 4_242)).toThrow(/belongs to another user/)
  })
})
