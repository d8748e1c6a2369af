// The whole way with real processes: the built command line around programs that tell what they were given.
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCli, ran, type Ran } from '../support/built-cli.ts'
import { tempHome } from '../support/home.ts'

const home = tempHome('run')
let cli = ''
beforeAll(() => { cli = builtCli(join(home.path, 'purser')) })
afterAll(() => home.remove())

const bin = join(home.path, 'bin'), told = join(home.path, 'told.json')
/** A client that writes down its words and its environment. */
const client = (name: string): void => {
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, name), `#!${process.execPath}\nrequire('fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify({ args: process.argv.slice(2), env: process.env }))\nprocess.exit(Number(process.env.LEAVE ?? 0))\n`)
  chmodSync(join(bin, name), 0o755)
}
const purser = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran => {
  mkdirSync(join(home.path, 'src', 'web'), { recursive: true })
  return ran(process.execPath, [cli, ...args], { ...home.env, PATH: `${bin}:${home.env['PATH'] ?? ''}`, ...env }, join(home.path, 'src', 'web'))
}
const heard = (): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } => JSON.parse(readFileSync(told, 'utf8')) as ReturnType<typeof heard>
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

describe.runIf(process.platform !== 'win32')('purser run', () => {
  it('mints the id of a session, names it to the agent, and leaves out what an outer one left', () => {
    client('claude')
    expect(purser(['run', '--budget', '2', '--', 'claude', '-p', 'hello'], { CLAUDECODE: '1', CLAUDE_CODE_CHILD_SESSION: '1', ANTHROPIC_API_KEY: 'kept', LEAVE: '7' })).toMatchObject({ exit: 7, out: '' })
    const { args, env } = heard()
    expect(args).toEqual(['--session-id', expect.stringMatching(UUID), '--max-budget-usd', '2.00', '-p', 'hello'])
    expect(env).toMatchObject({ PURSER_SESSION_ID: args[1], ANTHROPIC_API_KEY: 'kept', CLAUDE_CODE_FORCE_SESSION_PERSISTENCE: '1' })
    expect(env).not.toHaveProperty('CLAUDECODE')
    expect(env).not.toHaveProperty('CLAUDE_CODE_CHILD_SESSION')
  })
  it('starts any other program as it was typed', () => {
    client('mytool')
    expect(purser(['run', '--', 'mytool', '--session-id', 'x'], { CLAUDECODE: '1' })).toMatchObject({ exit: 0, out: '', err: '' })
    expect(heard()).toMatchObject({ args: ['--session-id', 'x'], env: { CLAUDECODE: '1', PURSER_SESSION_ID: expect.stringMatching(/^run-[0-9a-f]{10}$/) as string } })
  })
  it('ends with 128 and the signal that ended the program', () => {
    expect(purser(['run', '--', 'sh', '-c', 'kill -TERM $$']).exit).toBe(143)
  })
  it('asks nothing and holds nothing for a command that starts no conversation', () => {
    expect(purser(['run', '--budget', '2', '--', 'claude', 'doctor'])).toMatchObject({ exit: 0, err: '' })
    expect(heard().args).toEqual(['doctor'])
  })
  it('starts nothing that is not there, or that it could not hold', () => {
    expect(purser(['run', '--', 'no-such-agent'])).toMatchObject({ exit: 4, err: expect.stringContaining('there is no program "no-such-agent" in PATH') as string })
    expect(purser(['run', '--', 'claude', '--bg', 'x'])).toMatchObject({ exit: 2, err: expect.stringContaining('leave out --bg') as string })
    expect(purser(['run', '--budget', '1', '--', 'claude', '-p', '--no-session-persistence', 'x'])).toMatchObject({ exit: 2, err: expect.stringContaining('a budget cannot be held') as string })
  })
  it('holds what it claims as its own process while it runs, gives it back, and refuses with who holds it', async () => {
    client('claude')
    expect(purser(['run', '--claim', 'deploy', '--claim', 'path:src', '--', 'claude', '-p', 'x']).exit).toBe(0)
    expect(JSON.parse(heard().env['PURSER_CLAIMS'] ?? '')).toEqual({ deploy: 1, [`path:${join(home.path, 'src', 'web', 'src')}`]: 1 })
    expect(JSON.parse(purser(['claim', 'list', '--json']).out)).toEqual({ claims: [] })
    // A run inside of another: what the outer one claimed, the inner one works under; what a neighbour claimed, it does not get.
    const seen = join(home.path, 'seen.json')
    expect(purser(['run', '--claim', 'deploy', '--', 'sh', '-c', `"$0" "$1" claim list --json > "$2"; "$0" "$1" run --claim deploy -- true`, process.execPath, cli, seen])).toMatchObject({ exit: 0 })
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toMatchObject({ claims: [{ name: 'deploy', mine: true, reason: 'purser run sh', holder: { proof: 'process', session: expect.stringMatching(/^run-/) as string } }] })
    const neighbour = spawn(process.execPath, [cli, 'run', '--claim', 'deploy', '--', 'sh', '-c', 'echo ready; read line'], { env: { ...home.env, PATH: `${bin}:${home.env['PATH'] ?? ''}` }, stdio: ['pipe', 'pipe', 'ignore'] })
    await new Promise<void>(resolve => { neighbour.stdout.once('data', () => resolve()) })
    const refused = purser(['run', '--claim', 'free', '--claim', 'deploy', '--', 'claude', '-p', 'x'])
    expect(refused).toMatchObject({ exit: 75, err: expect.stringMatching(/deploy is held by a program .* for: purser run sh/) as string })
    expect(JSON.parse(purser(['claim', 'list', '--json']).out)).toMatchObject({ claims: [{ name: 'deploy' }] })
    neighbour.stdin.end('\n')
    await new Promise(resolve => { neighbour.once('exit', resolve) })
    expect(purser(['run', '--claim', 'deploy', '--', 'claude', 'doctor']).exit).toBe(0)
  })
  it('claims nothing for a run that is refused', () => {
    expect(purser(['budget', 'set', 'tight', '--limit', '1', '--on-breach', 'deny']).exit).toBe(0)
    expect(purser(['run', '--budget', '2', '--claim', 'deploy', '--', 'claude', '-p', 'x']).exit).toBe(3)
    expect(JSON.parse(purser(['claim', 'list', '--json']).out)).toEqual({ claims: [] })
    expect(purser(['budget', 'remove', 'tight']).exit).toBe(0)
  })
  it('works on the login that is named, and starts nothing on one that is not usable', () => {
    const work = join(home.path, '.claude-work')
    mkdirSync(work, { recursive: true })
    expect(purser(['account', 'add', 'work', '--home', work]).exit).toBe(0)
    expect(purser(['run', '--account', 'nobody', '--', 'claude', '-p', 'x'])).toMatchObject({ exit: 4, err: expect.stringContaining('nobody') as string })
    expect(purser(['run', '--account', 'work', '--', 'claude', '-p', 'x'])).toMatchObject({ exit: 3, err: expect.stringContaining('nobody is signed in') as string })
    writeFileSync(join(work, '.claude.json'), JSON.stringify({ oauthAccount: { accountUuid: 'a-1', organizationUuid: 'o-1', emailAddress: 'x@example.net' } }))
    writeFileSync(join(work, '.credentials.json'), '{"claudeAiOauth":{}}')
    expect(purser(['run', '--account', 'work', '--', 'claude', '-p', 'x'])).toMatchObject({ exit: 0 })
    expect(heard().env).toMatchObject({ CLAUDE_CONFIG_DIR: work })
    expect(purser(['account', 'disable', 'work', '--reason', 'spare']).exit).toBe(0)
    expect(purser(['run', '--account', 'work', '--', 'claude', '-p', 'x'])).toMatchObject({ exit: 3, err: expect.stringContaining('purser account enable work') as string })
  })
  it('refuses what does not fit, with what is left, and gives back what was not spent', () => {
    expect(purser(['budget', 'set', 'daily', '--limit', '3', '--on-breach', 'deny']).exit).toBe(0)
    expect(purser(['run', '--budget', '3.50', '--', 'claude', '-p', 'x'])).toMatchObject({ exit: 3, err: expect.stringContaining('purser run --budget 3.00 -- ...') as string })
    for (const _ of [1, 2]) expect(purser(['run', '--budget', '3', '--', 'claude', '-p', 'x']).exit).toBe(0)
    const { budgets } = JSON.parse(purser(['budget', 'list', '--json']).out) as { budgets: readonly { id: string; reserved: string }[] }
    expect(budgets.find(({ id }) => id === 'daily')?.reserved).toBe('0.00')
  })
})
