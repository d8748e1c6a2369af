// Asks the daemon for the line with the fewest means: no http module, one connection, one deadline for all of it.
import { connect } from 'node:net'
import { SCREEN_VARIABLES } from '../core/statusline/screen.ts'

export interface LineQuestion {
  readonly socket: string
  readonly body: string
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly deadlineMs: number
}
/** `absent`: nobody listens. `silent`: somebody does, and did not answer well or in time. */
export type LineAnswer = { readonly said: 'line'; readonly line: string } | { readonly said: 'absent' | 'silent' }

// A line is a few hundred bytes; more is not ours.
const ANSWER_BYTES_MAX = 64 * 1024
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR'])

export function askForLine(question: LineQuestion): Promise<LineAnswer> {
  return new Promise(resolve => {
    const parts: Buffer[] = []
    let bytes = 0
    const socket = connect({ path: question.socket })
    const finish = (answer: LineAnswer): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => finish({ said: 'silent' }), question.deadlineMs)
    socket.on('error', (error: NodeJS.ErrnoException) => finish({ said: NOBODY.has(error.code ?? '') ? 'absent' : 'silent' }))
    socket.on('connect', () => socket.write(requestText(question)))
    socket.on('data', (part: Buffer) => {
      parts.push(part)
      bytes += part.length
      if (bytes > ANSWER_BYTES_MAX) finish({ said: 'silent' })
    })
    socket.on('end', () => finish(readLine(Buffer.concat(parts))))
  })
}

/** HTTP/1.0, so that the answer ends with the connection and is never chunked. */
function requestText({ body, variables }: LineQuestion): string {
  const told = [...SCREEN_VARIABLES, 'CLAUDE_CONFIG_DIR'].flatMap(name => {
    const value = variables[name]
    // What cannot be in a header is left out rather than repaired.
    return value === undefined || value === '' || /\p{Cc}/u.test(value) ? [] : [`x-purser-var-${name.toLowerCase().replaceAll('_', '-')}: ${value}`]
  })
  return ['POST /statusline/claude-code HTTP/1.0', 'host: purser', 'content-type: application/json', ...told, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n')
}

export function readLine(answer: Buffer): LineAnswer {
  const split = answer.indexOf('\r\n\r\n')
  const head = answer.toString('latin1', 0, Math.max(0, split))
  const body = answer.subarray(split + 4)
  const length = /^content-length: *(\d+)\r?$/im.exec(head)?.[1]
  const whole = split >= 0 && length !== undefined && Number(length) === body.length
  return whole && /^HTTP\/1\.[01] 200\b/.test(head) ? { said: 'line', line: body.toString('utf8') } : { said: 'silent' }
}
