// Asks the daemon over its socket with the fewest means: no http module (20 to 30 ms of start), no keep-alive, one
// deadline. Anything but a whole, well-formed answer is silence.
import { connect } from 'node:net'

export interface Question { readonly socket: string; readonly path: string; readonly pid: number; readonly body: string; readonly deadlineMs: number }
export type DaemonSays = { readonly said: 'nothing' } | { readonly said: 'json'; readonly text: string } | { readonly said: 'silence' }

// An answer is one small JSON object; more is not ours.
const ANSWER_BYTES_MAX = 1_048_576
const SILENCE: DaemonSays = { said: 'silence' }

export function askDaemon(question: Question): Promise<DaemonSays> {
  return new Promise(resolve => {
    const parts: Buffer[] = []
    let bytes = 0
    const socket = connect({ path: question.socket })
    const finish = (says: DaemonSays): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(says)
    }
    const timer = setTimeout(() => finish(SILENCE), question.deadlineMs)
    socket.on('error', () => finish(SILENCE))
    socket.on('connect', () => socket.write(requestText(question)))
    socket.on('data', (part: Buffer) => {
      parts.push(part)
      bytes += part.length
      if (bytes > ANSWER_BYTES_MAX) finish(SILENCE)
    })
    socket.on('end', () => finish(readAnswer(Buffer.concat(parts).toString('utf8'))))
    socket.on('close', () => finish(SILENCE))
  })
}

/** HTTP/1.0, so that the answer ends with the connection and is never chunked. */
function requestText({ path, pid, body }: Question): string {
  return [`POST ${path} HTTP/1.0`, 'host: purser', 'content-type: application/json', `x-purser-pid: ${pid}`, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n')
}

export function readAnswer(text: string): DaemonSays {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return SILENCE
  const head = text.slice(0, headEnd)
  const body = text.slice(headEnd + 4)
  if (/^HTTP\/1\.[01] 204\b/.test(head)) return { said: 'nothing' }
  const length = /^content-length: *(\d+)\r?$/im.exec(head)?.[1]
  const whole = length === undefined || Number(length) === Buffer.byteLength(body)
  if (!/^HTTP\/1\.[01] 200\b/.test(head) || !/^x-purser-exit: *0\r?$/im.test(head) || !whole || !isObject(body)) return SILENCE
  return { said: 'json', text: body }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
