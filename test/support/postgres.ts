// A real PostgreSQL for a suite: its own empty database on the one server of this run, started when first asked for.
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

export interface PostgresForTest { readonly connectionString: string; close(): Promise<void> }
type Answer = { readonly ok: true; readonly connectionString: string } | { readonly ok: false; readonly why: string }

/** A database of its own; `close` drops it. Rejects where no server can be had: ask `postgresMissing` first. */
export async function withPostgres(): Promise<PostgresForTest> {
  const { answer, hangUp } = await ask('database')
  if (!answer.ok) { await hangUp(); throw new Error(`PostgreSQL is not here: ${answer.why}`) }
  return { connectionString: answer.connectionString, close: hangUp }
}

/** '' when PostgreSQL can be had, else why not; the run then ends with NOT RUN. For `describe.skipIf`. */
export async function postgresMissing(): Promise<string> {
  const { answer, hangUp } = await ask('server')
  await hangUp()
  return answer.ok ? '' : answer.why
}

/** The database lives as long as the connection: a worker that dies cannot leave one behind. */
async function ask(what: 'server' | 'database'): Promise<{ answer: Answer; hangUp: () => Promise<void> }> {
  const broker = process.env['PURSER_TEST_POSTGRES']
  if (broker === undefined) throw new Error('PURSER_TEST_POSTGRES is not set: run the tests through vitest')
  const socket = connect(broker)
  const lines = createInterface({ input: socket })
  const answer = await new Promise<Answer>((resolve, reject) => {
    socket.once('error', reject)
    lines.once('line', line => resolve(JSON.parse(line) as Answer))
    socket.write(`${what}\n`)
  })
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  // The broker hangs up once the database is dropped.
  return { answer, hangUp: async () => { socket.end(); await closed } }
}
