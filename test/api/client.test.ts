// What the socket client makes of servers that are slow, silent, cut off or not ours.
import { createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectSocket } from '../../src/api/client.ts'
import type { Handlers } from '../../src/api/control-plane.ts'
import { serve } from '../../src/api/server.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { samples } from '../support/sample-answers.ts'

describe('the socket client', () => {
  let home: TempHome
  let closers: (() => Promise<void>)[]
  beforeEach(() => { home = tempHome('client'); closers = [] })
  afterEach(async () => {
    for (const close of closers) await close()
    home.remove()
  })
  const socketPath = (): string => path.join(home.path, 's.sock')
  const listening = (answer: (socket: Socket) => void): Promise<void> => new Promise(resolve => {
    const sockets = new Set<Socket>()
    const server: Server = createServer(socket => { sockets.add(socket); socket.on('error', () => undefined); answer(socket) })
    closers.push(() => new Promise(done => { for (const socket of sockets) socket.destroy(); server.close(() => done()) }))
    server.listen(socketPath(), resolve)
  })

  it('waits for a slow answer while others are given', async () => {
    let release: () => void = () => undefined
    let asked: () => void = () => undefined
    const wasAsked = new Promise<void>(resolve => { asked = resolve })
    const released = new Promise<void>(resolve => { release = resolve })
    const handlers = { doctor: async () => { asked(); await released; return samples.doctor }, hello: async () => samples.hello } as unknown as Handlers
    const server = await serve({ socket: socketPath(), handlers, hook: async () => null, onBug: () => undefined })
    closers.push(() => server.close())
    const plane = connectSocket({ path: socketPath() })
    const slow = plane.call('doctor', {})
    await wasAsked
    // Two whole round trips later the first connection has said everything it had to say.
    await plane.call('hello', {})
    await plane.call('hello', {})
    release()
    expect(await slow).toEqual(samples.doctor)
  })
  it.each([
    ['something else', 'SSH-2.0-OpenSSH_9.6\r\n', 'something that is not purser answers on the socket'],
    ['a daemon that hangs up in the middle', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"ver', 'hung up in the middle of its answer'],
    ['an answer without a length', 'HTTP/1.1 200 OK\r\n\r\n{}', 'hung up in the middle of its answer'],
    ['a failure that is not ours', 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\n\r\nno', 'answered with status 502'],
  ])('names %s', async (_, text, said) => {
    await listening(socket => { socket.once('data', () => socket.end(text)) })
    await expect(connectSocket({ path: socketPath() }).call('status', {})).rejects.toThrow(said)
  })
  it('gives up on a daemon that stays silent, and says how to restart it', async () => {
    await listening(() => undefined)
    await expect(connectSocket({ path: socketPath(), timeoutMs: 20 }).call('status', {})).rejects.toMatchObject({ code: 'daemon_unreachable', message: expect.stringContaining('purser down && purser up') as string })
  })
  it('says who is not there by the cause, so that a command may answer by itself', async () => {
    await expect(connectSocket({ path: socketPath() }).call('status', {})).rejects.toMatchObject({ code: 'daemon_unreachable', cause: { code: 'ENOENT' } })
  })
})
