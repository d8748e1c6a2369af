// What people write to their agents stays theirs: canaries in every text that logs, hooks and prompts carry are looked
// for in everything purser keeps, says and sends. And it says nothing to any network unless it was asked to.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { builtPackage } from '../support/built-package.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'

let built: TempHome
let cli: string
let purser: LonePurser
beforeAll(async () => { built = tempHome('built'); ({ cli } = await builtPackage(built.path)) })
afterAll(() => built.remove())
afterEach(() => purser.end())

const CANARY = 'CANARYx7Qv'
let planted = 0
const canary = (): string => `${CANARY}${planted++} the quarterly numbers are`

/** Lines as the client writes them, with a canary in every text a person or a tool may fill. */
function canaryLines(world: LonePurser): string {
  const own = (cents: number, content: unknown[], over: Record<string, unknown> = {}): string => world.line(cents, over, { content })
  const user = (over: Record<string, unknown>): string => `${JSON.stringify({ parentUuid: null, isSidechain: false, userType: 'external', cwd: world.project, sessionId: 'aaaaaaaa-1111-4111-a111-111111111111', gitBranch: 'main', type: 'user', timestamp: new Date().toISOString(), uuid: 'u-user', ...over })}\n`
  return [
    user({ message: { role: 'user', content: canary() } }),
    user({ message: { role: 'user', content: [{ type: 'text', text: canary() }, { type: 'image', source: { data: canary() } }] } }),
    own(100, [{ type: 'text', text: canary() }]),
    own(50, [{ type: 'thinking', thinking: canary(), signature: canary() }]),
    own(50, [{ type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: canary(), description: canary() } }], { slug: canary(), agentName: canary() }),
    user({ message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: canary() }] }, toolUseResult: { stdout: canary(), stderr: canary(), file: { content: canary() } } }),
    `${JSON.stringify({ type: 'summary', summary: canary(), leafUuid: 'x' })}\n`,
    `${JSON.stringify({ type: 'custom-title', customTitle: canary() })}\n`,
    `${JSON.stringify({ type: 'queue-operation', operation: 'enqueue', content: canary() })}\n`,
    `${JSON.stringify({ type: 'system', subtype: 'compact_boundary', content: canary(), compactMetadata: { note: canary() } })}\n`,
    `${JSON.stringify({ type: 'progress', data: { message: { message: { content: [{ type: 'text', text: canary() }] } } } })}\n`,
    own(1, [{ type: 'text', text: canary() }], { isApiErrorMessage: true, error: canary(), errorDetails: canary() }),
    // Not understood: told with its place and kind, never with its words.
    `{"type":"assistant","message":{"content":"${canary()}","usage":{"output_tokens":\n`,
    `${canary()} is no JSON at all\n`,
    own(1, [{ type: 'text', text: canary() }], { unknownField: canary(), nested: { deep: [canary()] } }),
  ].join('')
}

const hookPayloads = (world: LonePurser): [string, Record<string, unknown>][] => {
  const head = { session_id: 'aaaaaaaa-1111-4111-a111-111111111111', cwd: world.project, transcript_path: world.logFile(), permission_mode: 'default' }
  return [
    ['SessionStart', { ...head, source: 'startup' }],
    ['UserPromptSubmit', { ...head, prompt: canary() }],
    ['PreToolUse', { ...head, tool_name: 'Bash', tool_input: { command: `git commit -m "${canary()}"`, description: canary() } }],
    ['PreToolUse', { ...head, tool_name: 'Write', tool_input: { file_path: join(world.project, 'x'), content: canary() } }],
    ['PostToolBatch', { ...head, tool_calls: [{ tool_name: 'Bash', tool_input: { command: canary() }, tool_response: canary() }] }],
    ['SessionEnd', { ...head, reason: canary() }],
    ['UserPromptSubmit', { ...head, session_id: 7, prompt: canary() }],
  ]
}

/** Posts to the daemon's socket as the hook script does. */
const hook = (world: LonePurser, event: string, body: string): Promise<string> => new Promise((resolve, reject) => {
  const socket = connect(join(world.state, 'purser.sock'))
  const parts: Buffer[] = []
  socket.on('data', part => parts.push(part)).on('error', reject).on('end', () => { resolve(Buffer.concat(parts).toString('utf8')); socket.end() })
  socket.write(`POST /hook/claude-code/${event} HTTP/1.1\r\nhost: purser\r\nx-purser-pid: 0\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`)
})

/** Every file below a folder that holds the canary, as text or as bytes. */
function leaks(folder: string, needle = CANARY): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name))
    .filter(file => statSync(file).isFile()).filter(file => readFileSync(file).includes(needle))
}

describe('what people write', () => {
  it('is in no file, no answer, no notice and no log of purser', async () => {
    const told: string[] = []
    const receiver = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => { body += text }).on('end', () => { told.push(body); response.end() })
    })
    await new Promise<void>(resolve => { receiver.listen(0, '127.0.0.1', resolve) })
    const { port } = receiver.address() as { port: number }
    purser = new LonePurser(cli)
    purser.configure(`zone = "UTC"\n[[budget]]\nid = "web"\nwindow = "month"\nlimit = "1"\non_breach = "deny"\n[[notify]]\nchannel = "webhook"\nurl = "http://127.0.0.1:${port}/"\nmin_level = "info"\n`)
    mkdirSync(dirname(purser.logFile()), { recursive: true })
    writeFileSync(purser.logFile(), canaryLines(purser))
    const daemon = await purser.up()
    const answers: string[] = []
    for (const [event, payload] of hookPayloads(purser)) answers.push(await hook(purser, event, JSON.stringify(payload)))
    answers.push(await hook(purser, 'UserPromptSubmit', `{"prompt": "${canary()}`))
    expect(answers.join('\n')).toContain('block')
    // The same while it follows.
    writeFileSync(purser.logFile('bbbbbbbb-1111-4111-a111-111111111111'), canaryLines(purser))
    await purser.until(async () => (await purser.status()).today.responses >= 8)
    await purser.until(async () => told.length > 0)
    for (const args of [['status'], ['status', '--json'], ['report', 'total', '--json'], ['report', 'daily'], ['report', 'project', '--json'], ['lock', 'list', '--json'], ['budget', 'list', '--json'], ['events'], ['doctor', '--json'], ['pricing', 'diagnose', '--json'], ['config', 'show']]) {
      const { out, err } = await purser.run(...args)
      answers.push(out, err)
    }
    expect(answers.join('')).not.toBe('')
    answers.push(daemon.said(), ...told, purser.log())
    expect(answers.filter(answer => answer.includes(CANARY))).toEqual([])
    // While it runs, write-ahead log included, and after it ended.
    expect(planted).toBeGreaterThan(50)
    expect(leaks(purser.state)).toEqual([])
    daemon.signal('SIGTERM')
    await daemon.exited
    expect([...leaks(purser.state), ...leaks(dirname(purser.config))]).toEqual([])
    await new Promise(resolve => receiver.close(resolve))
  })

  it('would be found: what purser does keep of a line is found the same way', async () => {
    purser = new LonePurser(cli)
    mkdirSync(dirname(purser.logFile()), { recursive: true })
    writeFileSync(purser.logFile(), purser.line(100, { gitBranch: `branch-${CANARY}` }))
    const daemon = await purser.up()
    expect(leaks(purser.state).length).toBeGreaterThan(0)
    expect((await purser.run('status', '--json')).out).toContain(CANARY)
    daemon.signal('SIGTERM')
    await daemon.exited
  })

  it('is kept from others: every file of purser is its owner\'s alone', async () => {
    purser = new LonePurser(cli)
    purser.configure('zone = "UTC"\n[[budget]]\nid = "web"\nwindow = "month"\nlimit = "1"\non_breach = "deny"\n')
    purser.spend([200])
    await purser.up()
    await purser.until(async () => purser.lockFiles().length === 1)
    const open = [purser.state, ...readdirSync(purser.state, { recursive: true, encoding: 'utf8' }).map(name => join(purser.state, name))].filter(file => (statSync(file).mode & 0o077) !== 0)
    expect(open).toEqual([])
  })
})

// Loaded before purser: any socket that is not a unix socket, and any name looked up, ends up in a file.
const SPY = `
const net = require('net'), dns = require('dns'), dgram = require('dgram'), fs = require('fs')
const note = what => fs.appendFileSync(process.env.EGRESS, process.pid + ' ' + what + '\\n')
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args
  const path = typeof first === 'string' ? first : first && first.path
  if (!path) note('connect ' + JSON.stringify(first))
  return connect.apply(this, args)
}
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  const path = typeof args[0] === 'string' ? args[0] : args[0] && args[0].path
  if (!path) note('listen ' + JSON.stringify(args[0]))
  return listen.apply(this, args)
}
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) { const real = dns[name]; dns[name] = (...args) => { note('dns ' + args[0]); return real(...args) } }
const create = dgram.createSocket
dgram.createSocket = (...args) => { note('dgram'); return create(...args) }
if (globalThis.fetch) { const real = globalThis.fetch; globalThis.fetch = (...args) => { note('fetch ' + args[0]); return real(...args) } }
note('loaded')
`

describe('the network', () => {
  const spied = (): { world: LonePurser; heard: () => string[] } => {
    const spy = join(built.path, `spy-${createHash('sha256').update(SPY).digest('hex').slice(0, 8)}.cjs`)
    writeFileSync(spy, SPY)
    const egress = join(built.path, `egress-${planted++}`)
    const world = new LonePurser(cli, { nodeOptions: ['--require', spy], env: { EGRESS: egress } })
    return { world, heard: () => readFileSync(egress, 'utf8').trim().split('\n').map(line => line.slice(line.indexOf(' ') + 1)) }
  }

  it('hears nothing from a daemon that follows, locks and is asked, nor from any command', async () => {
    const { world, heard } = spied()
    purser = world
    purser.configure('zone = "UTC"\n[[budget]]\nid = "web"\nwindow = "month"\nlimit = "1"\non_breach = "deny"\n')
    purser.spend([100])
    expect((await purser.run('index')).exit).toBe(0)
    const daemon = await purser.up()
    purser.spend([100])
    await purser.until(async () => (await purser.status()).locks.length === 1)
    const commands = [['status'], ['report', 'total'], ['report', 'daily', '--json'], ['budget', 'list'], ['lock', 'list'], ['events'], ['doctor'], ['pricing', 'show'], ['config', 'check'], ['hooks', 'status']]
    for (const args of commands) await purser.run(...args)
    daemon.signal('SIGTERM')
    await daemon.exited
    expect(heard().filter(line => line === 'loaded').length).toBeGreaterThanOrEqual(commands.length + 2)
    expect(heard().filter(line => line !== 'loaded')).toEqual([])
  })

  it('is noticed: the one thing that was asked for, a webhook, is in the list', async () => {
    const { world, heard } = spied()
    purser = world
    purser.configure('zone = "UTC"\n[[notify]]\nchannel = "webhook"\nurl = "http://127.0.0.1:9/"\n')
    await purser.run('notify', 'test')
    expect(heard().filter(line => line !== 'loaded')).not.toEqual([])
  })
})
