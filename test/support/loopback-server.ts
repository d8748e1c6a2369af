// A real HTTP server on 127.0.0.1 for one test: records each request as it came over the wire, answers as told.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createRawServer, type AddressInfo, type Socket } from 'node:net'

export interface SeenRequest { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }
export type Reply = (request: SeenRequest, response: ServerResponse) => void

export interface LoopbackServer {
  readonly url: string
  readonly host: string
  readonly requests: readonly SeenRequest[]
  /** Resolves when the n-th request (from 1) has arrived whole. */
  arrived(count: number): Promise<void>
  /** Resolves when the client has closed the connection of a request. */
  readonly hungUp: Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export const answer = (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Reply => (_request, response) => {
  response.writeHead(status, headers)
  response.end(body)
}
/** Never answers. */
export const hang: Reply = () => undefined

export async function loopbackServer(reply: Reply): Promise<LoopbackServer> {
  const requests: SeenRequest[] = []
  const watchers: { readonly count: number; readonly resolve: () => void }[] = []
  let hangUp: () => void = () => undefined
  const hungUp = new Promise<void>(resolve => { hangUp = resolve })
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on('close', hangUp)
    const body = await readAll(incoming)
    const seen = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers as Record<string, string>, body }
    requests.push(seen)
    for (const watcher of watchers) if (requests.length >= watcher.count) watcher.resolve()
    reply(seen, response)
  }
  const server = createServer((incoming, response) => void serve(incoming, response))
  const port = await listen(server)
  const close = (): Promise<void> => new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, requests, hungUp, close, [Symbol.asyncDispose]: close,
    arrived: count => (requests.length >= count ? Promise.resolve() : new Promise(resolve => watchers.push({ count, resolve }))),
  }
}

/** A server that speaks whatever bytes it is given, once the request has begun. */
export async function rawServer(speak: (socket: Socket) => void): Promise<{ readonly host: string; readonly url: string; close(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createRawServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => speak(socket))
  })
  const port = await listen(server)
  const close = (): Promise<void> => new Promise(resolve => {
    for (const socket of sockets) socket.destroy()
    server.close(() => resolve())
  })
  return { host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close }
}

/** A port on which nothing listens: it was had, and given back. */
export async function closedPort(): Promise<number> {
  const server = createRawServer()
  const port = await listen(server)
  await new Promise<void>(resolve => server.close(() => resolve()))
  return port
}

const listen = (server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown }): Promise<number> =>
  new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))

async function readAll(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
