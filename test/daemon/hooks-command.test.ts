import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest'
import { configHomeOf, hooksCommand } from '../../src/daemon/hooks-command.ts'
import type { HooksRequest, HooksVerb } from '../../src/api/hooks-answer.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import { packageFolder } from '../../src/daemon/version.ts'
import { tempHome, type TempHome } from '../support/home.ts'

const built = existsSync(path.join(packageFolder(), 'dist', 'hook.sh'))

describe('where the client keeps its settings', () => {
  it('is the first config home that is named, else ~/.claude', () => {
    const of = (dir?: string): string => configHomeOf({ home: '/h', platform: 'linux', variables: dir === undefined ? {} : { CLAUDE_CONFIG_DIR: dir } })
    expect([of(), of(''), of(' /a , /b'), of('/c')]).toEqual(['/h/.claude', '/h/.claude', '/a', '/c'])
  })
})

// `npm test` builds before it tests; a single file may be run without.
describe.runIf(built)('hooks on request', () => {
  let bin: TempHome
  let home: TempHome
  let environment: Environment
  beforeAll(() => { bin = tempHome('bin'); writeFileSync(path.join(bin.path, 'curl'), '') })
  afterAll(() => bin.remove())
  beforeEach(() => {
    home = tempHome('hooks')
    environment = { home: home.path, platform: 'linux', variables: { HOME: home.path, PATH: bin.path } }
  })
  afterEach(() => home.remove())
  const ask = (verb: HooksVerb, change: Partial<HooksRequest> = {}) => hooksCommand({ verb, scope: 'user', folder: path.join(home.path, 'src'), environment, ...change })
  const settings = (): string => path.join(home.path, '.claude', 'settings.json')

  it('tells that there are none, and writes nothing by looking', async () => {
    expect(await ask('status')).toMatchObject({ state: 'absent', changed: false, events: [], others: 0, files: [{ path: settings(), did: 'absent' }, { what: 'script', did: 'absent' }] })
    expect(existsSync(path.join(home.path, '.claude'))).toBe(false)
  })

  it('installs once, beside the user\'s own, and takes out only what it put in', async () => {
    const own = '{\n  "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "say done" }] }] }\n}\n'
    mkdirSync(path.dirname(settings()))
    writeFileSync(settings(), own)
    expect(await ask('install')).toMatchObject({ state: 'installed', changed: true, others: 1, files: [{ did: 'wrote' }, { what: 'script', did: 'wrote' }] })
    expect(await ask('install')).toMatchObject({ state: 'installed', changed: false, files: [{ did: 'kept', backup: null }, { did: 'kept' }] })
    expect(await ask('status')).toMatchObject({ state: 'installed', changed: false, others: 1 })
    expect(await ask('uninstall')).toMatchObject({ state: 'absent', changed: true, others: 1, files: [{ did: 'wrote' }, { did: 'removed' }] })
    expect(readFileSync(settings(), 'utf8')).toBe(own)
    expect(await ask('uninstall')).toMatchObject({ changed: false })
  })

  it('tells which of its events are missing', async () => {
    await ask('install')
    const all = JSON.parse(readFileSync(settings(), 'utf8')) as { hooks: Record<string, unknown> }
    delete all.hooks['PreToolUse']
    writeFileSync(settings(), JSON.stringify(all))
    const { state, events } = await ask('status')
    expect([state, events.includes('PreToolUse'), events.length > 0]).toEqual(['partial', false, true])
  })

  it('serves one project by its own settings file, and keeps the script while another needs it', async () => {
    const folder = path.join(home.path, 'src')
    mkdirSync(folder)
    await ask('install')
    const { files } = await ask('install', { scope: 'project' })
    expect(files[0]?.path.startsWith(folder)).toBe(true)
    expect(await ask('uninstall', { scope: 'project' })).toMatchObject({ files: [{}, { what: 'script', did: 'kept' }] })
    expect(await ask('status')).toMatchObject({ state: 'installed' })
  })

  it('warns where a switch skips hooks, and where curl is missing', async () => {
    mkdirSync(path.dirname(settings()))
    writeFileSync(settings(), '{"disableAllHooks":true}')
    const { warnings } = await ask('status', { environment: { ...environment, variables: { HOME: home.path, PATH: '' } } })
    expect(warnings.some(warning => warning.includes('disableAllHooks'))).toBe(true)
    expect(warnings.some(warning => warning.includes('curl was not found'))).toBe(true)
    expect((await ask('status')).warnings.some(warning => warning.includes('curl'))).toBe(false)
  })
})
