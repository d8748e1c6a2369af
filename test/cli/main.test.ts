// The built program as a process: streams, exit codes, signals, and what a start loads.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventAnswer, Handlers, OperationName } from '../../src/api/control-plane.ts'
import { serve } from '../../src/api/server.ts'
import { builtCli, ran, type Ran } from '../support/built-cli.ts'
import { FakeControlPlane } from '../support/fake-control-plane.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { spawnRegistered } from '../support/processes.ts'
import { samples } from '../support/sample-answers.ts'
import { isAscii } from '../support/terminal-text.ts'

let home: TempHome
let cli: string
let loaded: string
let server: { close(): Promise<void> }
let withDaemon: Record<string, string>
// While set, something happens between any two questions.
let growing = false
// Far more than a pipe holds, so that a reader who leaves is noticed while writing.
const EVENTS = 20_000
const events = Array.from({ length: EVENTS }, (_, index): EventAnswer => ({ id: index + 1, at: '2026-11-21T13:02:11.000Z', code: 'budget.breached', level: 'warn', fields: { text: 'x'.repeat(100) } }))

beforeAll(async () => {
  home = tempHome('cli')
  cli = builtCli(path.join(home.path, 'package'))
  const runtime = path.join(home.path, 'run')
  mkdirSync(runtime, { mode: 0o700 })
  const plane = new FakeControlPlane({ events: ({ after = 0, limit = 100 }) => {
    const known = events.filter(({ id }) => id > after).slice(0, limit)
    const next: EventAnswer[] = growing && after >= EVENTS && after < Number.MAX_SAFE_INTEGER ? [{ id: after + 1, at: '2026-11-21T13:02:11.000Z', code: 'lock.expired', level: 'info', fields: {} }] : []
    return { events: [...known, ...next], last: EVENTS }
  } })
  const names = Object.keys(samples) as OperationName[]
  const handlers = Object.fromEntries(names.map(name => [name, (input: never) => plane.call(name, input)])) as unknown as Handlers
  server = await serve({ socket: path.join(runtime, 'purser.sock'), handlers, hook: async () => null, onBug: () => undefined })
  withDaemon = { ...home.env, PURSER_RUNTIME: runtime }
  loaded = path.join(home.path, 'loaded.cjs')
  writeFileSync(loaded, "process.on('exit', () => require('fs').writeFileSync(process.env.LOADED, [...Object.keys(require.cache), ...process.moduleLoadList].join('\\n')))\n")
})
afterAll(async () => {
  await server.close()
  home.remove()
})

/** Runs beside this process, which answers as the daemon. */
const asking = (args: readonly string[], env: Record<string, string> = withDaemon, node: readonly string[] = []): Promise<Ran> => talking(process.execPath, [...node, cli, ...args], env)

const talking = (command: string, args: readonly string[], env: Record<string, string> = withDaemon): Promise<Ran> => new Promise((resolve, reject) => {
  const child = spawn(command, args, { env, cwd: home.path, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => { said.out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said.err += text })
  child.on('error', reject)
  child.on('close', exit => resolve({ exit, ...said }))
})

describe('the program', () => {
  it('answers status from the daemon, byte for byte what the daemon said', async () => {
    const { exit, out, err } = await asking(['status', '--json'])
    expect([exit, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toEqual(samples.status)
  })
  it('loads neither database nor builder nor the daemon for it', async () => {
    const list = path.join(home.path, 'loaded')
    await asking(['status', '--json'], { ...withDaemon, LOADED: list }, ['--require', loaded])
    const { out } = ran('cat', [list], home.env, home.path)
    expect(out).toContain('dist/cli.cjs')
    expect(out).not.toMatch(/sqlite|kysely|chunk-(wire|main|projection|in-process)|NativeModule (http|internal\/deps\/undici\/undici)\n/)
  })
  it('answers from the database when no daemon runs, and says so', () => {
    const { exit, out, err } = ran(process.execPath, [cli, 'status'], home.env, home.path)
    expect([exit, err]).toEqual([0, ''])
    expect(out).toMatch(/^purser \S+ · not running · dry run/)
  })
  it.each([[['statsu'], 2], [['budget'], 2], [['--version'], 0], [['doctor', '--json'], 5], [['pricing', 'diagnose'], 5]] as const)('%o ends with exit code %d', async (args, exit) => {
    expect((await asking(args)).exit).toBe(exit)
  })
  it('ends silently when its reader goes away', () => {
    // The daemon's part is played by the database here: bash waits in this process's place.
    const { out, err } = ran('bash', ['-c', `"$0" "$1" --help | head -n 1; "$0" "$1" completion bash | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"`, process.execPath, cli], home.env, home.path)
    expect(err).toBe('')
    expect(out.split('\n')).toEqual(['purser: what your coding agents cost, and a limit that holds.', '0', ''])
  })
  it('ends silently in the middle of a long answer too', async () => {
    const { exit, out, err } = await talking('bash', ['-c', `"$0" "$1" events | head -n 3; exit "\${PIPESTATUS[0]}"`, process.execPath, cli])
    expect([exit, err, out.trim().split('\n').length]).toEqual([0, '', 3])
  })
  it('stops following when nobody reads any more', async () => {
    growing = true
    const { exit, err } = await talking('bash', ['-c', `"$0" "$1" events --follow | head -n 3; exit "\${PIPESTATUS[0]}"`, process.execPath, cli])
    growing = false
    expect([exit, err]).toEqual([0, ''])
  })
  it('writes every byte of a long answer before it ends', async () => {
    const { out } = await asking(['events'])
    expect(out.trimEnd().split('\n')).toHaveLength(EVENTS)
  })
  it('colours a pipe only when told to', async () => {
    expect((await asking(['status'])).out).not.toContain('\u001b')
    expect((await asking(['status'], { ...withDaemon, FORCE_COLOR: '1' })).out).toContain('\u001b[1m')
    expect((await asking(['status', '--no-color'], { ...withDaemon, FORCE_COLOR: '1' })).out).not.toContain('\u001b')
  })
  it('draws in ASCII where the locale has no more', async () => {
    const { out } = await asking(['status'], { ...withDaemon, LANG: 'C' })
    expect(isAscii(out)).toBe(true)
  })
  it.each(['SIGINT', 'SIGTERM'] as const)('stops following cleanly on %s', async signal => {
    const { child, exited } = spawnRegistered(process.execPath, [cli, 'events', '--follow'], { env: withDaemon, cwd: home.path, stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise(resolve => child.stdout?.once('data', resolve))
    child.kill(signal)
    expect(await exited).toEqual({ code: 0, signal: null })
  })
  it('says which daemon is of another version', async () => {
    // The samples call themselves 0.1.0; so does this build until it is released anew.
    const { version } = samples.hello
    const own = (await asking(['--version'])).out.trim().replace('purser ', '')
    expect((await asking(['ps'])).err === '').toBe(own === version)
  })
})
