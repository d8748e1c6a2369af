import { createConnection, createServer } from 'node:net'
import { lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectSocket } from '../../src/api/client.ts'
import type { Handlers } from '../../src/api/control-plane.ts'
import { serve, type HookRequest, type StatuslineRequest } from '../../src/api/server.ts'
import { AppError } from '../../src/core/errors.ts'

let folder = '', socket = ''
let server: { close(): Promise<void> } | undefined
const bugs: unknown[] = []
const hooks: HookRequest[] = []
const handlers = {
  'disarm': async ({ by }: { by: string }) => ({ armed: by === 'nobody' }),
  'budget.show': async () => { throw new AppError('not_found', 'there is no budget "x"; list them with: purser budget list', { context: { id: 'x' } }) },
  'ps': async () => { throw new Error('a bug with details') },
  'events': async () => ({ events: [], last: 'x'.repeat(3_000_000).length }),
} as unknown as Handlers

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'purser-api-')); socket = join(folder, 's.sock'); bugs.length = 0; hooks.length = 0 })
afterEach(async () => { await server?.close(); server = undefined; rmSync(folder, { recursive: true, force: true }) })
const start = async (): Promise<void> => {
  server = await serve({ socket, handlers, onBug: (_operation, error) => bugs.push(error), hook: async request => { hooks.push(request); return { exitCode: 2, stdout: '', stderr: 'stop' } } })
}
const raw = (text: string): Promise<string> => new Promise((resolve, reject) => {
  const connection = createConnection({ path: socket })
  let answer = ''
  connection.on('data', part => { answer += part.toString() })
  connection.on('end', () => resolve(answer))
  connection.on('error', reject)
  connection.write(text)
})

describe('the socket', () => {
  it('answers an operation and keeps error codes across the wire', async () => {
    await start()
    const plane = connectSocket({ path: socket })
    expect(await plane.call('disarm', { by: 'nobody' })).toEqual({ armed: true })
    await expect(plane.call('budget.show', { id: 'x' })).rejects.toMatchObject({ code: 'not_found', context: { id: 'x' } })
  })

  it('sends what is answered aside as it is, and asks the handler for the rest', async () => {
    server = await serve({ socket, handlers, onBug: () => undefined, hook: async () => null, aside: async (operation, input) => (operation === 'events' ? new TextEncoder().encode(JSON.stringify({ aside: input })) : null) })
    const plane = connectSocket({ path: socket })
    expect(await plane.call('events', { after: 0 } as never)).toEqual({ aside: { after: 0 } })
    expect(await plane.call('disarm', { by: 'nobody' })).toEqual({ armed: true })
  })

  it('reports a bug to its owner and stays up', async () => {
    await start()
    const plane = connectSocket({ path: socket })
    await expect(plane.call('ps', {})).rejects.toMatchObject({ code: 'internal' })
    expect(bugs).toHaveLength(1)
    expect(await plane.call('disarm', { by: 'a' })).toEqual({ armed: false })
  })

  it('is for its owner only', async () => {
    await start()
    expect(lstatSync(socket).mode & 0o777).toBe(0o600)
  })

  it('survives a client that hangs up before the answer', async () => {
    await start()
    for (let round = 0; round < 20; round++) {
      await new Promise<void>(resolve => {
        const connection = createConnection({ path: socket }, () => {
          connection.write('POST /v1/events HTTP/1.1\r\nhost: p\r\ncontent-length: 2\r\n\r\n{}')
          connection.destroy()
          resolve()
        })
      })
    }
    expect(await connectSocket({ path: socket }).call('disarm', { by: 'a' })).toEqual({ armed: false })
  })

  it('passes a hook its event, its body and a plausible pid', async () => {
    await start()
    const answer = await raw('POST /hook/claude-code/PreToolUse HTTP/1.1\r\nhost: p\r\nx-purser-pid: 4711\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}')
    expect(hooks).toEqual([{ agent: 'claude-code', event: 'PreToolUse', pid: 4711, body: '{}' }])
    expect(answer).toMatch(/x-purser-exit: 2[\s\S]*stop$/i)
    await raw('POST /hook/claude-code/Stop HTTP/1.1\r\nhost: p\r\nx-purser-pid: -1\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}')
    expect(hooks[1]?.pid).toBe(0)
  })

  it('answers a status line with text, and hands on only the variables that were meant for it', async () => {
    const asked: StatuslineRequest[] = []
    server = await serve({ socket, handlers, onBug: () => undefined, hook: async () => null, statusline: async request => { asked.push(request); return 'Opus · $1' } })
    const said = await raw('POST /statusline/claude-code HTTP/1.1\r\nhost: p\r\ncookie: secret\r\nx-purser-var-columns: 130\r\nx-purser-var-claude-config-dir: /h/\u00fcber uns\r\nx-purser-pid: 1\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}')
    expect(asked).toEqual([{ agent: 'claude-code', body: '{}', variables: { COLUMNS: '130', CLAUDE_CONFIG_DIR: '/h/\u00fcber uns' } }])
    expect(said).toMatch(/^HTTP\/1.1 200 OK\r\ncontent-type: text\/plain; charset=utf-8[\s\S]*\r\n\r\nOpus · \$1$/)
  })

  it('refuses what is no operation, no JSON, or another method', async () => {
    await start()
    expect(await raw('POST /v1/__proto__ HTTP/1.1\r\nhost: p\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}')).toMatch(/^HTTP\/1.1 404/)
    expect(await raw('POST /v1/disarm HTTP/1.1\r\nhost: p\r\nconnection: close\r\ncontent-length: 1\r\n\r\n{')).toMatch(/^HTTP\/1.1 400/)
    expect(await raw('GET /v1/disarm HTTP/1.1\r\nhost: p\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 404/)
  })

  it('replaces a dead socket, but neither a live one nor a file', async () => {
    await start()
    await expect(serve({ socket, handlers, onBug: () => undefined, hook: async () => null })).rejects.toMatchObject({ code: 'already_running' })
    await server?.close()
    const dead = createServer().listen(socket)
    await new Promise(resolve => dead.once('listening', resolve))
    // What a killed daemon leaves: the file, and nobody behind it.
    ;(dead as unknown as { _handle: { unref(): void } })._handle.unref()
    await new Promise(resolve => dead.close(resolve))
    await start()
    const file = join(folder, 'file')
    writeFileSync(file, '')
    await expect(serve({ socket: file, handlers, onBug: () => undefined, hook: async () => null })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('says how to start a daemon that is not running', async () => {
    await expect(connectSocket({ path: socket }).call('status', {})).rejects.toMatchObject({ code: 'daemon_unreachable', message: expect.stringContaining('purser up') })
  })
})
