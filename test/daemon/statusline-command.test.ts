import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StatuslineSetup, StatuslineVerb } from '../../src/api/statusline-answer.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import { statuslineSetup } from '../../src/daemon/statusline-command.ts'
import { packageFolder } from '../../src/daemon/version.ts'
import { tempHome, type TempHome } from '../support/home.ts'

const built = existsSync(path.join(packageFolder(), 'dist', 'statusline.sh'))

let home: TempHome
let environment: Environment
beforeEach(() => {
  home = tempHome('line')
  writeFileSync(path.join(home.path, 'curl'), '')
  environment = { home: home.path, platform: 'linux', variables: { HOME: home.path, PATH: home.path, NO_COLOR: '1' } }
})
afterEach(() => home.remove())

// `npm test` builds before it tests; a single file may be run without.
describe.runIf(built)('the status line on request', () => {
  const ask = (verb: StatuslineVerb, change: Partial<StatuslineSetup> = {}) => statuslineSetup({ verb, scope: 'user', folder: path.join(home.path, 'src'), environment, ...change })
  const settings = (): string => path.join(home.path, '.claude', 'settings.json')
  const write = (file: string, text: string): void => { mkdirSync(path.dirname(file), { recursive: true }); writeFileSync(file, text) }

  it('is absent, and looking writes nothing', async () => {
    expect(await ask('status')).toEqual({ agent: 'claude-code', scope: 'user', state: 'absent', changed: false, own: '', warnings: [], files: [
      { path: settings(), what: 'settings', did: 'absent', backup: null }, { path: path.join(home.path, '.local/state/purser/statusline/purser-statusline.sh'), what: 'script', did: 'absent', backup: null },
    ] })
    expect(existsSync(path.join(home.path, '.claude'))).toBe(false)
  })
  it('goes beside a command of the person\'s own, once, and gives it back', async () => {
    const before = '{ "statusLine": {"type": "command", "command": "my-line"} }\n'
    write(settings(), before)
    expect(await ask('status')).toMatchObject({ state: 'other', own: 'my-line' })
    expect(await ask('install')).toMatchObject({ state: 'installed', changed: true, own: 'my-line', files: [{ did: 'wrote', backup: expect.stringContaining('receipts') }, { did: 'wrote' }] })
    expect(await ask('install')).toMatchObject({ state: 'installed', changed: false, files: [{ did: 'kept' }, {}] })
    expect(await ask('uninstall')).toMatchObject({ state: 'other', changed: true, files: [{ did: 'wrote' }, { did: 'removed' }] })
    expect(readFileSync(settings(), 'utf8')).toBe(before)
    expect(await ask('uninstall')).toMatchObject({ changed: false, state: 'other' })
  })
  it('says when its script is of another version, or gone', async () => {
    await ask('install')
    const script = path.join(home.path, '.local/state/purser/statusline/purser-statusline.sh')
    writeFileSync(script, '#!/bin/sh\n# version 0.0.1\n')
    expect(await ask('status')).toMatchObject({ state: 'outdated' })
  })
  it('serves one project by its own settings file', async () => {
    await ask('install')
    expect((await ask('install', { scope: 'project' })).files[0]?.path).toBe(path.join(home.path, 'src', '.claude', 'settings.local.json'))
    expect(await ask('uninstall', { scope: 'project' })).toMatchObject({ state: 'absent', files: [{ did: 'removed' }, { did: 'kept' }] })
    expect(await ask('status')).toMatchObject({ state: 'installed' })
  })
  it('warns of a project that shows its own line instead, of settings it cannot read, and of a missing curl', async () => {
    const project = path.join(home.path, 'src', '.claude', 'settings.json')
    write(project, '{"statusLine": {"type": "command", "command": "theirs"}}')
    write(settings(), '{\n"statusLine": 7}')
    const { warnings } = await ask('status', { environment: { ...environment, variables: { HOME: home.path, PATH: '' } } })
    expect(warnings).toEqual([
      `${settings()} line 2: "statusLine" is not a command`,
      `${project} has a status line of its own, which is shown here instead; add ours to it: purser statusline install --project`,
      'curl was not found: each line then starts Node, about 40 ms instead of 15',
    ])
  })
})
