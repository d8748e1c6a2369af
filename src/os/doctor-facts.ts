// Looks at this machine for doctor: versions, folders, the socket, who has the database open, the kernel's limits. Changes
// nothing, signals nobody, and finds out nothing about any process but which files of ours it holds open. Every path and
// program is given, so that a test looks at a tree of its own.
import { access, constants, lstat, open, readdir, readFile, readlink, stat, statfs } from 'node:fs/promises'
import { connect } from 'node:net'
import { basename, join } from 'node:path'
import type { DatabaseOpener, DiskFact, MachineFacts, Maybe, PlaceFact, PlatformFacts, RetentionFact, SocketFact } from '../core/doctor/facts.ts'
import type { CommandRunner } from '../core/machine/notifier.ts'
import { messageOf } from '../core/errors.ts'
import { instant, type Instant } from '../core/time.ts'

export interface DoctorSources {
  readonly platform: string
  readonly nodeVersion: string
  /** Ours; undefined where there are none (Windows). */
  readonly uid: number | undefined
  readonly pid: number
  readonly places: { readonly state: string; readonly runtime: string; readonly database: string; readonly configFile: string; readonly socket: string }
  readonly hookScript: string
  /** Settings files of clients whose log retention matters, the one that wins first. */
  readonly clientSettings: readonly { readonly client: string; readonly file: string }[]
  /** `/proc`, or a tree that stands for it. */
  readonly proc: string
  /** `/`, under which the marks of containers are looked for. */
  readonly root: string
  /** Runs a program of this machine and resolves to what it printed, or null when there is no such program. */
  readonly ask: (argv: readonly string[]) => Promise<string | null>
}

/** `ask` by way of the command port. What a program wrote counts whatever its exit code: lsof ends with 1 when it found nobody. */
export const askThrough = (runner: CommandRunner): DoctorSources['ask'] => async argv => {
  const result = await runner.run({ argv, stdin: '', deadlineMs: ASK_DEADLINE_MS }, new AbortController().signal)
  return result.ended === 'not_started' ? null : result.output
}

const ASK_DEADLINE_MS = 3_000
const SOCKET_DEADLINE_MS = 1_000
const SETTINGS_BYTES_MAX = 4 * 1024 * 1024

export async function collectMachineFacts(from: DoctorSources): Promise<MachineFacts> {
  const [platform, places, disk, socket, openers, systemSqlite, inotify, retention, hookScriptAt] = await Promise.all([
    platformFacts(from), placeFacts(from), diskFact(from.places.state), socketFact(from.places.socket), databaseOpeners(from), systemSqliteVersion(from), inotifyLimits(from),
    retentionFacts(from), writtenAt(from.hookScript),
  ])
  return { nodeVersion: from.nodeVersion, platform, places, disk, socket, openers, systemSqlite, inotify, retention, hookScriptAt }
}

// The inode of the machine's first pid namespace (PROC_PID_INIT_INO in the kernel's include/linux/proc_ns.h).
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]'

async function platformFacts({ platform, proc, root }: DoctorSources): Promise<PlatformFacts> {
  const system = platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other'
  if (system !== 'linux') return { system, wsl: 0, container: '', pidNamespace: 'unknown' }
  const release = (await textOf(join(proc, 'sys/kernel/osrelease'))).toLowerCase()
  const wsl = !release.includes('microsoft') ? 0 : release.includes('wsl2') || release.includes('microsoft-standard') ? 2 : 1
  const marks = await Promise.all(['.dockerenv', 'run/.containerenv'].map(async mark => ((await exists(join(root, mark))) ? `/${mark}` : '')))
  const namespace = await linkOf(join(proc, 'self/ns/pid'))
  return { system, wsl, container: marks.find(mark => mark !== '') ?? '', pidNamespace: namespace === '' ? 'unknown' : namespace === INITIAL_PID_NAMESPACE ? 'initial' : 'own' }
}

async function placeFacts({ places, uid }: DoctorSources): Promise<readonly PlaceFact[]> {
  const wanted = [['state', places.state], ['runtime', places.runtime], ['database', places.database], ['config', places.configFile]] as const
  // The runtime folder is the state folder where the system gives none.
  const distinct = wanted.filter(([, path], index) => wanted.findIndex(([, other]) => other === path) === index)
  return Promise.all(distinct.map(([what, path]) => placeFact(what, path, uid)))
}

async function diskFact(path: string): Promise<Maybe<DiskFact | null>> {
  if (!(await exists(path))) return null
  try {
    const { bavail, bsize } = await statfs(path)
    const writable = await access(path, constants.W_OK).then(() => true, () => false)
    return { path, free: bavail * bsize, writable }
  } catch (error) {
    return { unknown: messageOf(error) }
  }
}

async function placeFact(what: PlaceFact['what'], path: string, uid: number | undefined): Promise<PlaceFact> {
  try {
    const entry = await lstat(path)
    const isLink = entry.isSymbolicLink()
    const found = isLink ? await stat(path) : entry
    const kind = isLink ? 'link' : found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other'
    return { what, path, kind, mode: found.mode & 0o7777, owner: uid === undefined ? 'unknown' : found.uid === uid ? 'us' : 'another' }
  } catch (error) {
    const kind = ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? 'missing' : 'unreadable'
    return { what, path, kind, mode: 0, owner: 'unknown' }
  }
}

const SOCKET_STATES: Readonly<Record<string, SocketFact['state']>> = { ENOENT: 'missing', ENOTDIR: 'missing', ECONNREFUSED: 'refuses', ENOTSOCK: 'refuses', EACCES: 'not_permitted', EPERM: 'not_permitted' }

/** Connects and hangs up: what is spoken there is api/client's. */
function socketFact(path: string): Promise<SocketFact> {
  return new Promise(resolve => {
    const socket = connect(path)
    const end = (state: SocketFact['state']): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ path, state })
    }
    const timer = setTimeout(() => end('silent'), SOCKET_DEADLINE_MS)
    socket.on('connect', () => end('answers'))
    socket.on('error', error => end(SOCKET_STATES[codeOf(error)] ?? 'silent'))
  })
}

// Bounds on a look at a busy machine; a database has a handful of openers, and they are ours to see or nobody's.
const PROCESSES_MAX = 10_000
const DESCRIPTORS_MAX = 4_096

async function databaseOpeners({ platform, proc, places, pid, ask }: DoctorSources): Promise<Maybe<readonly DatabaseOpener[]>> {
  if (platform === 'linux') return linuxOpeners(proc, places.database, pid)
  if (platform === 'darwin') return darwinOpeners(places.database, pid, ask)
  return { unknown: `purser does not know how to see open files on ${platform}` }
}

/** Of our own processes only: the kernel hides the files of other users' ones, and the folder is closed to them. */
async function linuxOpeners(proc: string, database: string, ourPid: number): Promise<Maybe<readonly DatabaseOpener[]>> {
  const names = await readdir(proc).catch(() => null)
  if (names === null) return { unknown: `${proc} cannot be read` }
  const files = new Set([database, `${database}-wal`, `${database}-shm`])
  const openers: DatabaseOpener[] = []
  for (const name of names.filter(each => /^\d+$/.test(each)).slice(0, PROCESSES_MAX)) {
    const pid = Number(name)
    if (pid === ourPid || !(await holds(join(proc, name, 'fd'), files))) continue
    const exe = (await linkOf(join(proc, name, 'exe'))).replace(/ \(deleted\)$/, '')
    openers.push({ pid, program: exe === '' ? (await textOf(join(proc, name, 'comm'))).trim() : basename(exe) })
  }
  return openers
}

async function holds(folder: string, files: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(folder).catch(() => [])
  for (const descriptor of descriptors.slice(0, DESCRIPTORS_MAX)) {
    if (files.has(await linkOf(join(folder, descriptor)))) return true
  }
  return false
}

/** `lsof -F pc`: a line `p<pid>` and a line `c<command>` per process (lsof(8), "OUTPUT FOR OTHER PROGRAMS"). Exit 1 with no output: nobody. */
async function darwinOpeners(database: string, ourPid: number, ask: DoctorSources['ask']): Promise<Maybe<readonly DatabaseOpener[]>> {
  const text = await ask(['lsof', '-F', 'pc', '--', database])
  if (text === null) return { unknown: 'lsof was not found in PATH' }
  const openers: DatabaseOpener[] = []
  let pid = 0
  for (const line of text.split('\n')) {
    if (/^p\d+$/.test(line)) pid = Number(line.slice(1))
    if (line.startsWith('c') && pid !== 0 && pid !== ourPid) openers.push({ pid, program: basename(line.slice(1)) })
  }
  return openers
}

async function systemSqliteVersion({ ask }: DoctorSources): Promise<Maybe<string | null>> {
  const text = await ask(['sqlite3', '--version'])
  if (text === null) return null
  return /^(\d+\.\d+\.\d+)/.exec(text.trim())?.[1] ?? { unknown: 'sqlite3 --version did not answer with a version' }
}

async function inotifyLimits({ platform, proc }: DoctorSources): Promise<MachineFacts['inotify']> {
  if (platform !== 'linux') return { unknown: `${platform} has no inotify` }
  const [watches, instances] = await Promise.all(['max_user_watches', 'max_user_instances'].map(name => textOf(join(proc, 'sys/fs/inotify', name))))
  const [watchesMax, instancesMax] = [Number.parseInt(watches ?? '', 10), Number.parseInt(instances ?? '', 10)]
  return Number.isFinite(watchesMax) && Number.isFinite(instancesMax) ? { watchesMax, instancesMax } : { unknown: `${join(proc, 'sys/fs/inotify')} cannot be read` }
}

/** Per client only the file that decides: the first that sets the value, else the first that cannot be read, else the last. */
async function retentionFacts({ clientSettings }: DoctorSources): Promise<readonly RetentionFact[]> {
  const facts = await Promise.all(clientSettings.map(retentionFact))
  const clients = [...new Set(facts.map(({ client }) => client))]
  return clients.flatMap(client => {
    const own = facts.filter(fact => fact.client === client)
    return own.find(({ days }) => days !== null) ?? own.find(({ problem }) => problem !== '') ?? own.at(-1) ?? []
  })
}

async function retentionFact({ client, file }: { readonly client: string; readonly file: string }): Promise<RetentionFact> {
  const unset = (problem = ''): RetentionFact => ({ client, file, days: null, problem })
  try {
    const text = await boundedText(file)
    if (text === null) return unset('it is too large for a settings file')
    const settings: unknown = JSON.parse(text.replace(/^\ufeff/, '') || '{}')
    if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return unset('it is not a JSON object')
    const days = (settings as Record<string, unknown>).cleanupPeriodDays
    if (days === undefined) return unset()
    return typeof days === 'number' && Number.isFinite(days) ? { client, file, days, problem: '' } : unset('"cleanupPeriodDays" is not a number')
  } catch (error) {
    return unset(['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? '' : error instanceof SyntaxError ? 'it is not JSON' : messageOf(error))
  }
}

/** null when the file is larger than any settings file. */
async function boundedText(file: string): Promise<string | null> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    return size > SETTINGS_BYTES_MAX ? null : await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

async function writtenAt(file: string): Promise<Instant | null> {
  try {
    return instant(Math.trunc((await stat(file)).mtimeMs))
  } catch {
    return null
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')
const exists = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false)
const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
const linkOf = (path: string): Promise<string> => readlink(path).catch(() => '')
