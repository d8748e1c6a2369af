// The client against doors that misbehave; what a real one answers is in socket.test.ts.
import { createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectSocket } from '../../src/api/client.ts'
import { tempHome, type TempHome } from '../support/home.ts'

const answer = (status: string, body: string, length = Buffer.byteLength(body)): string => `HTTP/1.1 ${status}\r\nContent-Length: ${length}\r\nconnection: close\r\n\r\n${body}`

describe('the client of the socket', () => {
  let home: TempHome
  let server: Server | undefined
  const open = new Set<Socket>()
  beforeEach(() => { home = tempHome('client') })
  afterEach(async () => {
    for (const socket of open) socket.destroy()
    await new Promise<void>(resolve => (server ? server.close(() => resolve()) : resolve()))
    server = undefined
    home.remove()
  })
  /** Listens, and lets `speak` do with each connection what it likes once the request has begun to come. */
  const listening = async (speak: (socket: Socket, request: string) => void): Promise<string> => {
    const file = path.join(home.path, 's.sock')
    server = createServer(socket => {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.once('data', part => speak(socket, part.toString('utf8')))
    })
    await new Promise<void>(resolve => server?.listen(file, resolve))
    return file
  }

  it('sends the operation, its input and the length of it in bytes', async () => {
    let asked = ''
    const file = await listening((socket, request) => { asked = request; socket.end(answer('200 OK', '{"removed":"ü"}')) })
    expect(await connectSocket({ path: file }).call('budget.remove', { id: 'ü' })).toEqual({ removed: 'ü' })
    expect(asked).toMatch(/^POST \/v1\/budget\.remove HTTP\/1\.1\r\n/)
    expect(asked).toMatch(/\r\ncontent-length: 11\r\n[\s\S]*\r\n\r\n\{"id":"ü"\}$/)
  })

  it('puts an answer together that comes in pieces, even within a character', async () => {
    const bytes = Buffer.from(answer('200 OK', '{"removed":"über"}'))
    const file = await listening(socket => {
      const [first, second] = [bytes.subarray(0, bytes.length - 6), bytes.subarray(bytes.length - 6)]
      socket.write(first, () => setImmediate(() => socket.end(second)))
    })
    expect(await connectSocket({ path: file }).call('budget.remove', { id: 'x' })).toEqual({ removed: 'über' })
  })

  it('takes half an answer for none', async () => {
    const file = await listening(socket => socket.end(answer('200 OK', '{"removed":"x"}', 99)))
    await expect(connectSocket({ path: file }).call('budget.remove', { id: 'x' })).rejects.toMatchObject({ code: 'daemon_unreachable', message: expect.stringContaining('hung up') as string })
  })

  it('knows that what answers is not purser', async () => {
    const file = await listening(socket => socket.end('220 mail ready\r\n'))
    await expect(connectSocket({ path: file }).call('hello', {})).rejects.toMatchObject({ code: 'daemon_unreachable', message: expect.stringContaining('not purser') as string })
  })

  it('gives up on a door that stays silent, and says for how long it waited', async () => {
    const file = await listening(() => undefined)
    await expect(connectSocket({ path: file, timeoutMs: 30 }).call('hello', {})).rejects.toMatchObject({ code: 'daemon_unreachable', message: expect.stringContaining('0.03 s') as string })
  })

  it('believes only error codes of its own', async () => {
    const bodies = ['{"error":{"code":"not_found","message":"there is none","context":{"id":"x"}}}', '{"error":{"code":"__proto__"}}', 'no JSON', 'null']
    const file = await listening(socket => socket.end(answer('404 Not Found', bodies.shift() ?? '')))
    const plane = connectSocket({ path: file })
    await expect(plane.call('hello', {})).rejects.toMatchObject({ code: 'not_found', message: 'there is none', context: { id: 'x' } })
    for (let left = 3; left > 0; left--) await expect(plane.call('hello', {})).rejects.toMatchObject({ code: 'internal', message: 'the daemon answered with status 404' })
  })
})
