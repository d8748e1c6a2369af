import { createServer, type Socket } from 'node:net'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serve, type StatuslineRequest } from '../../src/api/server.ts'
import type { Handlers } from '../../src/api/control-plane.ts'
import { askForLine, readLine } from '../../src/statusline/ask-daemon.ts'
import { tempHome, type TempHome } from '../support/home.ts'

let home: TempHome, socket: string
const closers: (() => Promise<void> | void)[] = []
beforeEach(() => { home = tempHome('ask'); socket = path.join(home.path, 's.sock') })
afterEach(async () => { for (const close of closers.splice(0)) await close(); home.remove() })
const ask = (change: Partial<Parameters<typeof askForLine>[0]> = {}) => askForLine({ socket, body: '{"session_id":"ü"}', variables: {}, deadlineMs: 5_000, ...change })
const listening = async (onConnection: (connection: Socket) => void): Promise<void> => {
  const open = new Set<Socket>()
  const server = createServer(connection => { open.add(connection); connection.on('error', () => undefined); onConnection(connection) })
  await new Promise<void>(resolve => { server.listen(socket, resolve) })
  closers.push(() => { for (const each of open) each.destroy(); return new Promise(resolve => { server.close(() => resolve()) }) })
}

describe('asking the daemon for a line', () => {
  it('hands over payload and variables, and brings the line back', async () => {
    const asked: StatuslineRequest[] = []
    const server = await serve({ socket, handlers: {} as Handlers, hook: async () => null, onBug: () => undefined, statusline: async request => { asked.push(request); return 'Opus · $1 · 5h 91%' } })
    closers.push(() => server.close())
    expect(await ask({ variables: { COLUMNS: '90', NO_COLOR: '1', CLAUDE_CONFIG_DIR: '/h/ü', LC_ALL: '', LANG: 'C\nx-purser-var-term: dumb', SECRET: 'no' } })).toEqual({ said: 'line', line: 'Opus · $1 · 5h 91%' })
    expect(asked).toEqual([{ agent: 'claude-code', body: '{"session_id":"ü"}', variables: { COLUMNS: '90', NO_COLOR: '1', CLAUDE_CONFIG_DIR: '/h/ü' } }])
  })
  it('tells a daemon that is not there from one that does not answer', async () => {
    expect(await ask()).toEqual({ said: 'absent' })
    await listening(() => undefined)
    expect(await ask({ deadlineMs: 30 })).toEqual({ said: 'silent' })
  })
  it('takes nothing from a socket that is dead, or from anybody else', async () => {
    await listening(connection => { connection.once('data', () => connection.end('SSH-2.0-OpenSSH\r\n')) })
    expect(await ask()).toEqual({ said: 'silent' })
    for (const close of closers.splice(0)) await close()
    rmSync(socket, { force: true })
    await listening(connection => { connection.once('data', () => { for (let part = 0; part < 40; part++) connection.write('x'.repeat(4_096)) }) })
    expect(await ask()).toEqual({ said: 'silent' })
  })
  it('takes only a whole answer of success', () => {
    const read = (text: string) => readLine(Buffer.from(text)).said
    expect(read('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc')).toBe('line')
    expect([read('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc'), read('HTTP/1.1 404 No\r\ncontent-length: 3\r\n\r\nabc'), read('HTTP/1.1 200 OK\r\n\r\nabc'), read('HTTP/1.1 200 OK\r\ncontent-length: 3'), read('')]).toEqual(['silent', 'silent', 'silent', 'silent', 'silent'])
  })
})
