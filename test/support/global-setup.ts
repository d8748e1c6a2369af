// Once per run, before any worker: the environment is clean, only registered pids can be signalled, a decoy stands
// where a user's agent would, and PostgreSQL can be asked for. Everything is taken down again, and the decoy is counted.
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startDecoy } from './decoy.ts'
import { assertCleanEnvironment } from './home.ts'
import { servePostgres } from './postgres-broker.ts'
import { whyNoPostgres } from './postgres-server.ts'

export async function setup(): Promise<() => Promise<void>> {
  assertCleanEnvironment()
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'purser-run-')))
  // The database server runs as another user and has to reach its own folder below.
  chmodSync(folder, 0o711)
  const pids = path.join(folder, 'pids')
  writeFileSync(pids, '')
  process.env['PURSER_TEST_PIDS'] = pids
  const broker = await servePostgres(folder)
  process.env['PURSER_TEST_POSTGRES'] = broker.socket
  process.env['PURSER_TEST_POSTGRES_MISSING'] = whyNoPostgres()
  const decoy = await startDecoy(path.join(folder, 'decoy'))

  return async () => {
    const harm = decoy.harm()
    await decoy.end()
    await broker.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    if (harm === '') return
    // Vitest prints an error thrown here and still exits 0, so the exit code is set by hand.
    process.exitCode = 1
    throw new Error(`a process named claude that no test registered did not survive the suite: ${harm}`)
  }
}
