// The small program as it is installed: one file without a library, started by Node itself.
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundled } from '../support/bundled.ts'
import { tempHome, type TempHome } from '../support/home.ts'

const payload = readFileSync(new URL('../fixtures/statusline/api-key.json', import.meta.url), 'utf8')
let home: TempHome, program: string
beforeAll(async () => {
  home = tempHome('line')
  program = await bundled(new URL('../../src/statusline/main.ts', import.meta.url), home.path)
})
afterAll(() => home.remove())
const run = (args: readonly string[], input = payload, env: Record<string, string> = {}) => spawnSync(process.execPath, [program, ...args], { input, encoding: 'utf8', env: { ...home.env, NO_COLOR: '1', ...env } })

describe('the program of a status line', () => {
  it('says what the client knows when no daemon has ever run', () => {
    expect(run([])).toMatchObject({ status: 0, stdout: 'Opus 5.5 · $0.0021 session · ctx 0% · purser is not running\n', stderr: '' })
    writeFileSync(path.join(home.path, 'socket'), `${home.path}/none.sock\n`)
    expect(run(['', 'silent']).stdout).toContain('purser does not answer')
  })
  it('runs the person\'s own command with the switches of Node it was itself spared', () => {
    expect(run(['echo "$NODE_OPTIONS|$NODE_EXTRA_CA_CERTS|$PURSER_STATUSLINE_OPTIONS"', 'absent'], payload, { PURSER_STATUSLINE_OPTIONS: '--no-warnings', PURSER_STATUSLINE_CERTS: '', NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: '' }).stdout.split('\n')[0]).toBe('--no-warnings||')
  })
  it('prints nothing for what is no payload, and fails for nobody', () => {
    expect(run([], 'CANARY')).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(run([], 'x'.repeat(5_000_000))).toMatchObject({ status: 3, stdout: '', stderr: '' })
  })
  it('is small and loads nothing but Node', () => {
    expect(statSync(program).size).toBeLessThan(60_000)
    expect([...readFileSync(program, 'utf8').matchAll(/require\("(?!node:)[^"]*"\)/g)].map(([call]) => call)).toEqual([])
  })
})
