// Processes as /proc shows them. Parses, pins and reports; judges nothing. Reading 380 processes takes about 12 ms
// because most of them need one small file; what may be an agent is read in full.
import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs'
import type { HeldProcess, ProcessInfo, ProcessTable, Self } from '../../core/machine/process-table.ts'
import { instant, type Instant } from '../../core/time.ts'

export interface LinuxOptions {
  /** Which processes `list` reads in full; asked with `cwd` and `namespace` still ''. Default: all. */
  readonly detail?: (process: ProcessInfo) => boolean
  /** Where /proc is mounted. */
  readonly proc?: string
}

// stat is about 350 bytes. A command line may hold a whole prompt; what identifies an agent stands at its beginning.
const BUFFER_BYTES = 16_384
// USER_HZ: the unit of start times towards user space is 10 ms on every Linux.
const TICK_MS = 10
// A chain of parents is tens long; the bound keeps a damaged table from spinning us.
const ANCESTORS_MAX = 256

export function linuxProcesses({ detail = () => true, proc = '/proc' }: LinuxOptions = {}): ProcessTable {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  const fullLook = (pid: number, folder: string): ProcessInfo | null => {
    const rough = roughLook(pid, folder, buffer)
    return rough && withDetail(rough, folder, buffer)
  }
  return {
    shortfall: '',
    async list() {
      const found: ProcessInfo[] = []
      for (const entry of readdirSync(proc)) {
        const pid = pidOf(entry)
        if (pid === 0) continue
        const rough = roughLook(pid, `${proc}/${entry}`, buffer)
        if (rough) found.push(rough.argv.length > 0 && detail(rough) ? (withDetail(rough, `${proc}/${entry}`, buffer) ?? rough) : rough)
      }
      return found
    },
    async inspect(pid) {
      return Number.isSafeInteger(pid) && pid > 0 ? fullLook(pid, `${proc}/${pid}`) : null
    },
    async hold(pid) {
      return Number.isSafeInteger(pid) && pid > 0 ? pinned(pid, proc, fullLook) : null
    },
    async self() {
      return ourselves(proc, buffer)
    },
    startedAt: ({ startTime }) => bootTime(proc, startTime),
  }
}

const pidOf = (entry: string): number => {
  const first = entry.charCodeAt(0)
  return first >= 0x31 && first <= 0x39 ? Number(entry) : 0
}

export interface Stat { readonly name: string; readonly state: string; readonly parent: number; readonly startTime: string; readonly kernelThread: boolean }

// Fields after the name, counted from 0: state, parent, ..., flags at 6, start time at 19.
const STATE = 0, PARENT = 1, FLAGS = 6, START = 19
const PF_KTHREAD = 0x00200000

/** `/proc/<pid>/stat`. The name may hold spaces and brackets, so fields are counted from the last `)`. */
export function parseStat(text: string): Stat | null {
  const open = text.indexOf('('), close = text.lastIndexOf(')')
  if (open < 0 || close < open) return null
  const fields = text.slice(close + 1).trim().split(' ')
  const parent = Number(fields[PARENT]), startTime = fields[START] ?? ''
  if (!Number.isSafeInteger(parent) || !/^\d+$/.test(startTime)) return null
  return { name: text.slice(open + 1, close), state: fields[STATE] ?? '', parent, startTime, kernelThread: (Number(fields[FLAGS]) & PF_KTHREAD) !== 0 }
}

/** What tells who it is: stat, owner, executable, arguments. Kernel threads have no arguments and are left at that. */
function roughLook(pid: number, folder: string, buffer: Buffer): ProcessInfo | null {
  const stat = parseStat(read(`${folder}/stat`, buffer))
  if (!stat) return null
  const { kernelThread, ...known } = stat
  const bare = { pid, ...known, uid: 0, exe: '', argv: [], cwd: '', namespace: '' }
  if (kernelThread) return bare
  const uid = ownerOf(folder)
  return uid === null ? null : { ...bare, uid, exe: undeleted(link(`${folder}/exe`)), argv: argvOf(`${folder}/cmdline`, buffer) }
}

/** The rest, and the exact user ids: the folder's owner is root for a process that may not be dumped. */
function withDetail(rough: ProcessInfo, folder: string, buffer: Buffer): ProcessInfo | null {
  const uid = uidOf(read(`${folder}/status`, buffer))
  return uid === null ? null : { ...rough, uid, cwd: existing(link(`${folder}/cwd`)), namespace: link(`${folder}/ns/pid`) }
}

/** Real, effective, saved and file system uid; -1 unless they are one. */
export function uidOf(status: string): number | null {
  const line = /^Uid:\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)$/m.exec(status)
  if (!line) return null
  const [, ...ids] = line
  return new Set(ids).size === 1 ? Number(ids[0]) : -1
}

function argvOf(path: string, buffer: Buffer): readonly string[] {
  const text = read(path, buffer)
  if (text === '') return []
  const parts = text.split('\0')
  // Whatever follows the last NUL is nothing, or an argument our buffer cut: half an argument is no evidence.
  if (parts.length > 1) parts.pop()
  return parts
}

// An agent that updated itself runs from a file that is gone: its path is still its name.
const undeleted = (path: string): string => (path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path)
const DELETED = ' (deleted)'
// A working directory that is gone is nowhere: the same path may be another folder by now.
const existing = (path: string): string => (path.endsWith(DELETED) && statSync(path, { throwIfNoEntry: false }) === undefined ? '' : path)

function pinned(pid: number, proc: string, fullLook: (pid: number, folder: string) => ProcessInfo | null): HeldProcess | null {
  let descriptor: number
  try {
    descriptor = openSync(`${proc}/${pid}`, constants.O_RDONLY | constants.O_DIRECTORY)
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
  let open = true
  // Through our own descriptor, so that the kernel answers for the process we opened and for no later owner of its pid.
  const look = (): ProcessInfo | null => (open ? fullLook(pid, `/proc/self/fd/${descriptor}`) : null)
  const release = (): void => {
    if (open) closeSync(descriptor)
    open = false
  }
  const first = look()
  if (first === null) {
    release()
    return null
  }
  return { pid, startTime: first.startTime, look, release }
}

function ourselves(proc: string, buffer: Buffer): Self {
  const ancestors: number[] = []
  let parent = process.ppid
  while (parent > 0 && ancestors.length < ANCESTORS_MAX && !ancestors.includes(parent)) {
    ancestors.push(parent)
    parent = parseStat(read(`${proc}/${parent}/stat`, buffer))?.parent ?? 0
  }
  return { pid: process.pid, uid: process.getuid?.() ?? -1, namespace: link(`${proc}/self/ns/pid`), ancestors }
}

function bootTime(proc: string, startTime: string): Instant | null {
  const boot = /^btime (\d+)$/m.exec(wholeText(`${proc}/stat`))?.[1]
  return boot === undefined || !/^\d+$/.test(startTime) ? null : instant(Number(boot) * 1_000 + Number(startTime) * TICK_MS)
}

function ownerOf(folder: string): number | null {
  try {
    return statSync(folder).uid
  } catch (error) {
    if (isUnreadable(error)) return null
    throw error
  }
}

/** At most one buffer of a small /proc file; '' when it is gone or not ours to read. */
function read(path: string, buffer: Buffer): string {
  let descriptor: number | null = null
  try {
    descriptor = openSync(path, constants.O_RDONLY)
    let length = 0
    while (length < buffer.length) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null)
      if (count === 0) break
      length += count
    }
    return buffer.toString('utf8', 0, length)
  } catch (error) {
    if (isUnreadable(error)) return ''
    throw error
  } finally {
    if (descriptor !== null) closeSync(descriptor)
  }
}

function wholeText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isUnreadable(error)) return ''
    throw error
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (isUnreadable(error)) return ''
    throw error
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code)
const isGone = (error: unknown): boolean => ['ENOENT', 'ESRCH', 'ENOTDIR'].includes(codeOf(error))
const isUnreadable = (error: unknown): boolean => isGone(error) || ['EACCES', 'EPERM', 'EINVAL', 'EIO'].includes(codeOf(error))
