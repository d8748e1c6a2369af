// An emptied environment with a home that vanishes: where everything that starts purser or its tests runs.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

// What a child may still know of the caller's environment. CA variables are left out on purpose: they cost Node 20
// 68 ms a start, and nothing in the clean room speaks to a network.
const KEPT = ['PATH', 'CI', 'PURSER_TEST_POSTGRES_FROM', 'FORCE_COLOR', 'NO_COLOR', 'TERM', 'SystemRoot', 'ComSpec', 'PATHEXT']

/** Calls `work({ folder, env })`; the folder holds `home` and `tmp` and is removed afterwards, whatever happens. */
export async function inCleanRoom(work) {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'purser-room-')))
  // Passable, not listable: the test database server runs as another user and lives below.
  chmodSync(folder, 0o711)
  const home = path.join(folder, 'home'), tmp = path.join(folder, 't')
  mkdirSync(home, { mode: 0o700 })
  mkdirSync(tmp)
  chmodSync(tmp, 0o1777)
  const env = Object.fromEntries(KEPT.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
  Object.assign(env, { HOME: home, TMPDIR: tmp, LANG: 'C.UTF-8', TZ: 'UTC', npm_config_cache: path.join(folder, 'npm'), npm_config_update_notifier: 'false' })
  const clean = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  const interrupted = signal => { clean(); process.exit(signal === 'SIGINT' ? 130 : 143) }
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted)
  try {
    return await work({ folder, home, env })
  } finally {
    clean()
    process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', interrupted)
  }
}
