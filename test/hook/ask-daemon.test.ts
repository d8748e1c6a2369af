import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askDaemon, readAnswer } from '../../src/hook/ask-daemon.ts'
import { tempHome, type TempHome } from '../support/home.ts'

let home: TempHome
let server: Server | null = null
beforeEach(() => { home = tempHome('ask') })
afterEach(async () => { if (server) await new Promise<void>(resolve => (server as Server).close(() => resolve())); server = null; home.remove() })

const OK = 'HTTP/1.1 200 OK\r\nX-Purser-Exit: 0\r\n'
/** A server that speaks bytes: what it was sent comes back, what it says is the test's. */
async function speaking(answer: (socket: Socket) => void): Promise<{ socket: string; heard: () => string }> {
  let text = ''
  const path = join(home.path, 's.sock')
  server = createServer(connection => {
    connection.on('error', () => undefined)
    connection.on('data', part => { text += part.toString(); if (text.includes('BODY')) answer(connection) })
  })
  await new Promise<void>(resolve => (server as Server).listen(path, () => resolve()))
  return { socket: path, heard: () => text }
}
const ask = (socket: string, deadlineMs = 5_000) => askDaemon({ socket, path: '/hook/claude-code/PreToolUse', pid: 7, body: '{"x":"é BODY"}', deadlineMs })

describe('asking', () => {
  it('sends one request that ends with its connection', async () => {
    const { socket, heard } = await speaking(connection => connection.end(`${OK}\r\n{"a":1}`))
    expect(await ask(socket)).toEqual({ said: 'json', text: '{"a":1}' })
    expect(heard()).toBe('POST /hook/claude-code/PreToolUse HTTP/1.0\r\nhost: purser\r\ncontent-type: application/json\r\nx-purser-pid: 7\r\ncontent-length: 15\r\n\r\n{"x":"é BODY"}')
  })
  it('is silence when nobody listens, when nobody answers in time, and when the line breaks', async () => {
    expect(await ask(join(home.path, 'none.sock'))).toEqual({ said: 'silence' })
    const { socket } = await speaking(() => undefined)
    expect(await ask(socket, 50)).toEqual({ said: 'silence' })
  })
  it('is silence when the line breaks or never stops', async () => {
    const { socket } = await speaking(connection => { connection.write(OK + 'x'.repeat(2_000_000)) })
    expect(await ask(socket)).toEqual({ said: 'silence' })
  })
})

describe('an answer', () => {
  it.each([`${OK}\r\n{}`, `${OK}content-length: 2\r\n\r\n{}`])('%j is one', text => { expect(readAnswer(text)).toEqual({ said: 'json', text: '{}' }) })
  it('204 is nothing to say', () => { expect(readAnswer('HTTP/1.1 204 No Content\r\n\r\n')).toEqual({ said: 'nothing' }) })
  it.each([
    '', 'hello', OK, `${OK}\r\n`, `${OK}\r\n[]`, `${OK}\r\nnull`, `${OK}\r\n{"a":`, `${OK}content-length: 3\r\n\r\n{}`, 'HTTP/1.1 200 OK\r\n\r\n{}', 'HTTP/1.1 500 X\r\nx-purser-exit: 0\r\n\r\n{}',
    'HTTP/1.1 200 OK\r\nx-purser-exit: 2\r\n\r\n{}', 'HTTP/1.1 2040\r\n\r\n', '\r\n\r\n{}',
  ])('%j is silence', text => { expect(readAnswer(text)).toEqual({ said: 'silence' }) })
})
