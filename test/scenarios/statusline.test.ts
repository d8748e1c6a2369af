// The status line as a client runs it: the command in its settings, the real script in every shell there is, a daemon
// behind a real socket.
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { claudeCodeStatuslineSettings as settings } from '../../src/agents/claude-code/statusline-settings.ts'
import type { Handlers } from '../../src/api/control-plane.ts'
import { serve, type StatuslineRequest } from '../../src/api/server.ts'
import { statuslineDoor } from '../../src/daemon/handlers/statusline.ts'
import { installStatusline, statuslinePlaces } from '../../src/os/files/statusline-files.ts'
import { bundled } from '../support/bundled.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { NOON, OpenWorld } from '../support/open-world.ts'

const SHELLS = [['/bin/sh'], ['/bin/bash', '--posix'], ['/bin/busybox', 'sh']].filter(([file = '']) => existsSync(file))
const payload = readFileSync(new URL('../fixtures/statusline/api-key.json', import.meta.url), 'utf8')
const ALONE = 'Opus 5.5 · $0.0021 session · ctx 0% · purser is not running\n'

let build: TempHome, built: string
beforeAll(async () => {
  build = tempHome('build')
  await bundled(new URL('../../src/statusline/main.ts', import.meta.url), build.path)
  built = path.join(build.path, 'main.cjs')
})
afterAll(() => build.remove())

describe.each(SHELLS)('a status line in %s %s', (...shell) => {
  let home: TempHome, state: string, socket: string, file: string
  let server: { close(): Promise<void> } | undefined
  beforeEach(() => { home = tempHome("it's a line"); state = path.join(home.path, 'state'); socket = path.join(home.path, 'd.sock'); file = path.join(home.path, '.claude', 'settings.json') })
  afterEach(async () => { await server?.close(); server = undefined; home.remove() })

  const install = (own = ''): string => {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, own === '' ? '{}' : JSON.stringify({ statusLine: { type: 'command', command: own } }))
    installStatusline({ settings, settingsFile: file, state, socket, version: '1.0.0', node: process.execPath, sources: { script: fileURLToPath(new URL('../../src/statusline/statusline.sh', import.meta.url)), program: built } })
    return (JSON.parse(readFileSync(file, 'utf8')) as { statusLine: { command: string } }).statusLine.command
  }
  /** Runs the command from the settings as the client does. */
  const run = (command: string, env: Record<string, string> = {}, input = payload) => new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const child = spawn(shell[0] as string, [...shell.slice(1), '-c', command.replaceAll('/bin/sh', shell.join(' '))], { env: { HOME: home.path, PATH: home.env['PATH'] ?? '', NO_COLOR: '1', ...env }, cwd: home.path, stdio: ['pipe', 'pipe', 'pipe'] })
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said.out += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { said.err += text })
    child.stdin.on('error', () => undefined)
    child.on('error', reject)
    child.on('close', code => resolve({ code, ...said }))
    child.stdin.end(input)
  })
  const daemon = async (line: (request: StatuslineRequest) => Promise<string>): Promise<void> => {
    server = await serve({ socket, handlers: {} as Handlers, hook: async () => null, onBug: () => undefined, statusline: line })
  }

  it('is the daemon\'s, told the payload and what a line depends on', async () => {
    const asked: StatuslineRequest[] = []
    await daemon(async request => { asked.push(request); return 'Opus · $1' })
    expect(await run(install(), { COLUMNS: '130', LANG: 'C.UTF-8', CLAUDE_CONFIG_DIR: '/h/ü b' })).toEqual({ code: 0, out: 'Opus · $1\n', err: '' })
    expect(asked).toMatchObject([{ agent: 'claude-code', body: payload.trimEnd(), variables: { COLUMNS: '130', LANG: 'C.UTF-8', NO_COLOR: '1', CLAUDE_CONFIG_DIR: '/h/ü b' } }])
  })
  it('without a daemon is the client\'s own words, without a word on stderr', async () => {
    expect(await run(install())).toEqual({ code: 0, out: ALONE, err: '' })
  })
  it('of a daemon that hangs is the client\'s own words after all, and in time', async () => {
    await daemon(() => new Promise(() => undefined))
    const command = install()
    const begun = performance.now()
    expect((await run(command)).out).toBe(ALONE.replace('is not running', 'does not answer'))
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
  it('follows the person\'s own command, with the same input', async () => {
    await daemon(async () => 'ours')
    expect(await run(install('cat | wc -c | tr -d " "; echo "it\'s \\$COLUMNS=$COLUMNS"'), { COLUMNS: '90' })).toEqual({ code: 0, out: `${Buffer.byteLength(payload)}\nit's $COLUMNS=90\nours\n`, err: '' })
  })
  it('leaves the person\'s own command alone when purser is gone, in part or as a whole', async () => {
    const command = install('cat >/dev/null; echo mine')
    rmSync(statuslinePlaces(state).program)
    expect(await run(command)).toEqual({ code: 0, out: 'mine\n', err: '' })
    rmSync(state, { recursive: true })
    expect(await run(command)).toEqual({ code: 0, out: 'mine\n', err: '' })
    expect(await run(install('').replace('purser-statusline', 'gone'))).toEqual({ code: 0, out: '', err: '' })
  })
  it('starts Node where there is no curl, and finds another Node where its own is gone', async () => {
    await daemon(async () => 'ours')
    const bin = path.join(home.path, 'bin')
    mkdirSync(bin)
    for (const name of ['cat', 'printf']) for (const from of ['/bin', '/usr/bin']) if (existsSync(`${from}/${name}`)) { writeFileSync(path.join(bin, name), `#!/bin/sh\nexec ${from}/${name} "$@"\n`); chmodSync(path.join(bin, name), 0o755) }
    expect(await run(install(), { PATH: bin })).toMatchObject({ code: 0, out: 'ours\n' })
    const { script } = statuslinePlaces(state)
    writeFileSync(script, readFileSync(script, 'utf8').replace(process.execPath, '/nowhere/node'))
    rmSync(statuslinePlaces(state).socketPointer)
    expect(await run('[ ! -f x ] || exit 1; exec /bin/sh "$0"'.replace('$0', script))).toMatchObject({ code: 0, out: ALONE })
  })
  it('sends the payload nowhere else: a .curlrc and a proxy are not asked', async () => {
    await daemon(async () => 'ours')
    writeFileSync(path.join(home.path, '.curlrc'), 'write-out = "read"\nurl = "http://127.0.0.1:9/"\n')
    expect(await run(install(), { http_proxy: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' })).toMatchObject({ out: 'ours\n' })
  })
})

it('says to the cent what the ledger holds', async () => {
  const open = await OpenWorld.open({ role: 'daemon', config: 'zone = "UTC"\n[[budget]]\nid = "web"\nproject = "web"\nwindow = "day"\nlimit = "10"\n' })
  await open.spend({ at: NOON - 10_000 }, { at: NOON - 5_000, session: 's2' })
  const socket = path.join(open.home.path, 'd.sock'), door = statuslineDoor(open.world, () => undefined)
  const server = await serve({ socket, handlers: open.handlers, hook: async () => null, onBug: () => undefined, statusline: request => door.answer(request) })
  try {
    const folder = path.join(open.home.path, 'line')
    const places = statuslinePlaces(folder)
    installStatusline({ settings, settingsFile: path.join(open.home.path, 'settings.json'), state: folder, socket, version: '1', node: process.execPath, sources: { script: fileURLToPath(new URL('../../src/statusline/statusline.sh', import.meta.url)), program: built } })
    const child = spawn('/bin/sh', [places.script], { env: { HOME: open.home.path, PATH: open.home.env['PATH'] ?? '', NO_COLOR: '1' }, stdio: ['pipe', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text })
    child.stdin.end(JSON.stringify({ session_id: 's1', model: { display_name: 'Opus 5.5' }, cwd: open.project(), context_window: { used_percentage: 7 } }))
    await new Promise(resolve => child.on('close', resolve))
    expect(said).toBe('Opus 5.5 · $1.00 session · $2.00 today · web $8.00 left · $2.00/h · ctx 7%\n')
  } finally {
    await server.close()
    await open.close()
  }
})
