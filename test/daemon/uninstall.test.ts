import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeCodeHookSettings } from '../../src/agents/claude-code/hook-settings.ts'
import { claudeCodeStatuslineSettings } from '../../src/agents/claude-code/statusline-settings.ts'
import type { Handlers } from '../../src/api/control-plane.ts'
import { serve } from '../../src/api/server.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import { uninstall } from '../../src/daemon/uninstall.ts'
import { installHooks } from '../../src/os/files/hook-files.ts'
import { placesFor, type Places } from '../../src/os/paths.ts'
import { installStatusline } from '../../src/os/files/statusline-files.ts'
import { tempHome, type TempHome } from '../support/home.ts'

describe('taking purser out again', () => {
  let home: TempHome
  let environment: Environment
  let places: Places
  let settingsFile: string
  let server: { close(): Promise<void> } | undefined
  beforeEach(() => {
    home = tempHome('uninstall')
    environment = { home: home.path, platform: 'linux', variables: { HOME: home.path, PATH: home.env.PATH, PURSER_RUNTIME: path.join(home.path, 'run') } }
    places = placesFor(environment.variables)
    settingsFile = path.join(home.path, '.claude', 'settings.json')
    for (const folder of [places.state, places.runtime, path.dirname(settingsFile), path.dirname(places.configFile)]) mkdirSync(folder, { recursive: true })
    writeFileSync(places.database, 'ledger')
    writeFileSync(places.configFile, 'zone = "UTC"\n')
  })
  afterEach(async () => { await server?.close(); server = undefined; home.remove() })
  const install = (before: string): void => {
    writeFileSync(settingsFile, before)
    const source = path.join(home.path, 'source')
    writeFileSync(source, '#!/bin/sh\n')
    installHooks({ settings: claudeCodeHookSettings, settingsFile, state: places.state, socket: places.socket, version: '0.1.0', node: process.execPath, sources: { script: source, program: source } })
  }
  /** A daemon's door that does with `down` what the test says. */
  const daemon = async (down: () => void): Promise<void> => {
    const handlers = { 'down': async () => { down(); return { stopping: true } } } as unknown as Handlers
    server = await serve({ socket: places.socket, handlers, hook: async () => null, onBug: () => undefined })
  }
  const run = async (purge = false, stopWaitMs = 5_000) => {
    const { steps, purged } = await uninstall({ environment, purge, stopWaitMs })
    return { purged, did: Object.fromEntries(steps.map(({ what, did }) => [what, did])), steps }
  }

  it('gives the settings back byte for byte, and keeps what was recorded', async () => {
    const before = '{ "model" : "opus",\n\t"hooks": {} }'
    install(before)
    expect(readFileSync(settingsFile, 'utf8')).toContain('purser')
    expect(await run()).toMatchObject({ purged: false, did: { daemon: 'absent', hooks: 'restored', runtime: 'absent', state: 'kept', config: 'kept' } })
    expect([readFileSync(settingsFile, 'utf8'), existsSync(places.database), existsSync(places.configFile)]).toEqual([before, true, true])
  })

  it.each(['hooks first', 'status line first'])('gives the settings back byte for byte, %s, a status line of the person\'s own included', async order => {
    const before = '{ "model" : "opus",\n\t"statusLine": {"type": "command", "command": "\\u007e/line.sh", "padding": 0} }'
    const source = path.join(home.path, 'source')
    writeFileSync(source, '#!/bin/sh\n')
    const line = (): unknown => installStatusline({ settings: claudeCodeStatuslineSettings, settingsFile, state: places.state, socket: places.socket, version: '0.1.0', node: process.execPath, sources: { script: source, program: source } })
    writeFileSync(settingsFile, before)
    if (order === 'hooks first') { install(before); line() } else { line(); install(readFileSync(settingsFile, 'utf8')) }
    expect(readFileSync(settingsFile, 'utf8')).toContain('purser-statusline.sh')
    expect(await run()).toMatchObject({ did: { hooks: 'restored', statusline: 'restored' } })
    expect([readFileSync(settingsFile, 'utf8'), existsSync(path.join(places.state, 'statusline'))]).toEqual([before, false])
  })

  it('removes ledger and configuration only when told to purge', async () => {
    expect(await run(true)).toMatchObject({ purged: true, did: { hooks: 'absent', state: 'removed', config: 'removed' } })
    expect([existsSync(places.state), existsSync(places.configFile), existsSync(home.path)]).toEqual([false, false, true])
    expect([existsSync(path.dirname(places.configFile)), existsSync(path.dirname(path.dirname(places.configFile)))]).toEqual([false, true])
  })

  it('leaves the folder of the configuration when something else is in it', async () => {
    const other = path.join(path.dirname(places.configFile), 'notes')
    writeFileSync(other, 'mine')
    await run(true)
    expect(readFileSync(other, 'utf8')).toBe('mine')
  })

  it('stops the daemon first, and waits until its door is gone', async () => {
    await daemon(() => setImmediate(() => { void server?.close(); server = undefined }))
    expect(await run(true)).toMatchObject({ purged: true, did: { daemon: 'stopped', runtime: 'absent', state: 'removed' } })
  })

  it('says of a daemon that does not stop that it still runs, and takes nothing from under it', async () => {
    await daemon(() => undefined)
    const { purged, did, steps } = await run(true, 100)
    expect({ purged, did }).toMatchObject({ purged: false, did: { daemon: 'failed', runtime: 'kept', state: 'kept', config: 'kept' } })
    expect(steps[0]?.detail).toContain('0.1 s')
    expect([existsSync(places.database), existsSync(places.socket)]).toEqual([true, true])
  })

  it('takes the hooks out although the daemon fails, and goes on past a settings file it cannot read', async () => {
    install('{}')
    await daemon(() => { throw new Error('a bug') })
    expect(await run(true)).toMatchObject({ did: { daemon: 'failed', hooks: 'restored' } })
    await server?.close()
    server = undefined
    install('{}')
    writeFileSync(settingsFile, '{ "hooks": ')
    expect((await run()).did).toMatchObject({ hooks: 'failed', state: 'kept' })
    expect(readFileSync(settingsFile, 'utf8')).toBe('{ "hooks": ')
  })
})
