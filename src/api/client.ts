// The control plane over the daemon's unix socket. Speaks plain HTTP/1.1 on a bare socket: loading node:http costs
// 20 ms of a status call whose whole allowance is 30, and our own server always answers with a content length.
import { createConnection } from 'node:net'
import { AppError, ERROR_CODES, type ErrorCode } from '../core/errors.ts'
import type { ControlPlane, OperationName, Operations } from './control-plane.ts'

export interface SocketClientOptions {
  readonly path: string
  /** Longest silence before the call is given up. */
  readonly timeoutMs?: number
}

// A first index of a huge home may take minutes; everything else answers in milliseconds.
const TIMEOUT_MS = 30_000
const SLOW: ReadonlySet<OperationName> = new Set(['index', 'notify.test', 'doctor', 'pricing.reprice'])
const SLOW_TIMEOUT_MS = 600_000
// Millions of entries on a busy machine; how far it is can be asked meanwhile.
const SLOWEST: ReadonlySet<OperationName> = new Set(['ledger.import', 'ledger.rebuild'])
const SLOWEST_TIMEOUT_MS = 6 * SLOW_TIMEOUT_MS
const ANSWER_BYTES_MAX = 256 * 1024 * 1024

export function connectSocket(options: SocketClientOptions): ControlPlane {
  return {
    call: async (name, input) => await request(options, name, input) as Operations[typeof name]['out'],
    close: async () => undefined,
  }
}

async function request(options: SocketClientOptions, name: OperationName, input: unknown): Promise<unknown> {
  const body = JSON.stringify(input)
  const head = `POST /v1/${name} HTTP/1.1\r\nhost: purser\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`
  const answer = await exchange(options.path, head + body, options.timeoutMs ?? (SLOWEST.has(name) ? SLOWEST_TIMEOUT_MS : SLOW.has(name) ? SLOW_TIMEOUT_MS : TIMEOUT_MS))
  const { status, text } = parse(answer)
  if (status === 200) return JSON.parse(text)
  throw errorFrom(status, text)
}

// The folder or the socket belongs to somebody else: starting a daemon would not help.
const REFUSALS = new Set(['EACCES', 'EPERM'])

function exchange(path: string, message: string, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let bytes = 0
    const socket = createConnection({ path })
    const fail = (why: string, cause?: unknown): void => {
      socket.destroy()
      reject(new AppError('daemon_unreachable', why, { cause }))
    }
    socket.setTimeout(timeoutMs, () => fail(`the daemon did not answer within ${timeoutMs / 1000} s; see its log, or restart it with: purser down && purser up`))
    socket.on('error', error => fail(REFUSALS.has(String((error as NodeJS.ErrnoException).code)) ? `${path} is closed to you, so whether a daemon runs is not known; look: ls -ld ${path}` : 'the daemon is not running; start it with: purser up', error))
    socket.on('data', part => {
      bytes += part.length
      if (bytes > ANSWER_BYTES_MAX) fail('the daemon sent an answer that is too large')
      else parts.push(part)
    })
    socket.on('end', () => resolve(Buffer.concat(parts)))
    // The server ends the connection: ending our half here would make Node close it before a slow answer.
    socket.write(message)
  })
}

function parse(answer: Buffer): { status: number; text: string } {
  const split = answer.indexOf('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1', 0, 12))?.[1])
  if (split < 0 || !status) throw new AppError('daemon_unreachable', 'something that is not purser answers on the socket; remove it and run: purser up')
  const head = answer.toString('latin1', 0, split)
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN)
  const body = answer.subarray(split + 4)
  if (body.length !== length) throw new AppError('daemon_unreachable', 'the daemon hung up in the middle of its answer; try again')
  return { status, text: body.toString('utf8') }
}

function errorFrom(status: number, text: string): AppError {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string; context?: Record<string, unknown> } }
    const code = error?.code ?? ''
    if (Object.hasOwn(ERROR_CODES, code)) return new AppError(code as ErrorCode, error?.message ?? code, { context: error?.context ?? {} })
  } catch { /* not our JSON: reported below with its status */ }
  return new AppError('internal', `the daemon answered with status ${status}`)
}
