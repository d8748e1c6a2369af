// The main process's side of postgres.ts: starts at most one server per run, as a user who is not root, on a unix
// socket only, and makes a database per caller. What cannot be had is written to `not-run`, never passed over.
import { createServer, type Socket } from 'node:net'
import path from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { noteNotRun } from './not-run.ts'
import { startPostgres, type PostgresServer } from './postgres-server.ts'

export interface Broker { readonly socket: string; close(): Promise<void> }

export async function servePostgres(folder: string): Promise<Broker> {
  let server: Promise<PostgresServer> | undefined
  let databases = 0

  const started = (): Promise<PostgresServer> => {
    server ??= startPostgres(folder)
    // Said once: every suite asks, one line tells.
    server.catch(error => noteNotRun(`PostgreSQL suites: ${(error as Error).message}`))
    return server
  }

  const serve = async (socket: Socket, wish: string): Promise<void> => {
    const closed = new Promise<void>(resolve => socket.once('end', resolve).once('error', () => resolve()))
    try {
      const { url, admin } = await started()
      if (wish === 'server') { reply(socket, { ok: true, connectionString: '' }); return }
      const name = `t${++databases}`
      await statement(admin, `create database ${name}`)
      reply(socket, { ok: true, connectionString: url(name) })
      await closed
      await statement(admin, `drop database if exists ${name} with (force)`)
    } catch (error) {
      reply(socket, { ok: false, why: (error as Error).message })
    } finally {
      socket.end()
    }
  }

  const socketPath = path.join(folder, 'postgres-broker')
  const listener = createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => undefined)
    createInterface({ input: socket }).once('line', wish => void serve(socket, wish))
  })
  await new Promise<void>((resolve, reject) => { listener.once('error', reject); listener.listen(socketPath, resolve) })
  // An idle broker must not keep a finished run alive.
  listener.unref()
  return {
    socket: socketPath,
    async close() {
      listener.close()
      const running = await server?.catch(() => undefined)
      await running?.stop()
    },
  }
}

const reply = (socket: Socket, answer: object): void => { if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`) }

async function statement(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try { await client.query(text) } finally { await client.end() }
}
