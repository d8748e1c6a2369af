// The same operations on a loopback port, for programs that cannot open a unix socket. Whoever speaks there is known by a token
// alone, so nothing is served that rests on which process asks. No browser is: a page that is fooled into asking sends an Origin
// or another Host, and is refused before anything is read.
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError } from '../core/errors.ts'
import type { Handlers, OperationName } from './control-plane.ts'
import { HTTP_OPERATIONS } from './http-operations.ts'
import { answered, bodyOf, parsed, send, sendFailure, type ServerOptions } from './server.ts'

export interface HttpOptions extends Pick<ServerOptions, 'handlers' | 'aside' | 'onBug'> {
  /** 0: any that is free. */
  readonly port: number
  readonly token: string
}
export interface HttpServing { readonly port: number; close(): Promise<void> }

const LOOPBACK = '127.0.0.1'
// Requests here are questions about money; the largest is a batch of a thousand reservations.
const BODY_BYTES_MAX = 4 * 1024 * 1024
const REQUEST_TIMEOUT_MS = 30_000
const CONNECTIONS_MAX = 64

/** Binds 127.0.0.1 and nothing else. Rejects with `unavailable` where the port is taken. */
export async function serveHttp(options: HttpOptions): Promise<HttpServing> {
  const server = createServer((request, response) => { void answer(options, portOf(server), request, response) })
  server.requestTimeout = REQUEST_TIMEOUT_MS
  server.maxConnections = CONNECTIONS_MAX
  server.on('clientError', (_error, socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new AppError('unavailable', `port ${options.port} of ${LOOPBACK} cannot be had (${error.code ?? error.message}); set another one: [http] port`, { cause: error })))
    server.listen(options.port, LOOPBACK, () => resolve())
  })
  return {
    port: portOf(server),
    close: () => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

async function answer(options: HttpOptions, port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => undefined)
  request.on('error', () => undefined)
  try {
    admit(request, { port, token: options.token })
    const name = nameOf(request, options.handlers), input = parsed(await bodyOf(request, BODY_BYTES_MAX))
    refusePids(input)
    send(response, 200, await answered(options, name, input))
  } catch (error) {
    sendFailure(response, error, bug => options.onBug(request.url ?? '', bug))
  }
}

/** Throws `forbidden` unless it is for this port, from no page, and knows the token. */
function admit({ headers }: IncomingMessage, { port, token }: { readonly port: number; readonly token: string }): void {
  const host = headers.host ?? ''
  if (host !== `${LOOPBACK}:${port}` && host !== `localhost:${port}`) throw new AppError('forbidden', `this is ${LOOPBACK}:${port}, and the request says it is for "${host.slice(0, 100)}"`)
  if (headers.origin !== undefined) throw new AppError('forbidden', 'pages in a browser are not served here')
  const said = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
  if (!timingSafeEqual(digest(said), digest(token))) throw new AppError('forbidden', 'say who you are with the token of the state folder: authorization: Bearer $(cat http-token)')
}

/** Of one length, so that comparing them tells nothing. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function nameOf({ method, url }: IncomingMessage, handlers: Handlers): OperationName {
  if (method !== 'POST') throw new AppError('not_found', 'only POST is served here')
  const name = /^\/v1\/([a-zA-Z.-]+)$/.exec(url ?? '')?.[1] ?? ''
  if (HTTP_OPERATIONS.has(name) && Object.hasOwn(handlers, name)) return name as OperationName
  if (Object.hasOwn(handlers, name)) throw new AppError('forbidden', `${name} is served on the socket only, where it is known which process asks`)
  throw new AppError('not_found', `there is no operation ${(url ?? '').slice(0, 100)}`)
}

/** A pid means another process in a container, and nothing tells from where a request comes. */
function refusePids(input: unknown): void {
  const requests = [input, ...(((input as { requests?: unknown } | null)?.requests ?? []) as readonly unknown[])]
  if (requests.some(each => typeof (each as { owner?: { pid?: unknown } } | null)?.owner?.pid !== 'undefined')) {
    throw new AppError('invalid_input', 'owner.pid is known on the socket only; name a session as owner, or leave it out: then the reservation ends with its ttl')
  }
}
