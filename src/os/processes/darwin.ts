// Processes as macOS shows them: ps for identity, lsof for working directories, started by argv and never by a shell.
// Nothing here can pin a process: identity is pid + start time in whole seconds, compared again before each signal.
import { execFile, execFileSync } from 'node:child_process'
import type { HeldProcess, ProcessInfo, ProcessTable, Self } from '../../core/machine/process-table.ts'
import { parseInstant, type Instant } from '../../core/time.ts'
import { parseArgs, parseLsofCwd, parsePs, PS_COLUMNS, splitArgs, type PsLine } from './ps-output.ts'

/** Runs a program and gives back its standard output; '' when it cannot be run or takes too long. */
export interface Programs {
  read(file: string, args: readonly string[]): Promise<string>
  /** The same, while nothing else runs: for the look right before a signal. */
  readNow(file: string, args: readonly string[]): string
}

const PS = '/bin/ps', LSOF = '/usr/sbin/lsof'
// Measured by others: 1.3 s of lsof for 7,776 processes. A table that takes longer than this is not worth acting on.
const TIMEOUT_MS = 10_000
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024
// The text of a start time depends on locale and zone; an identity must not.
const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }

export const systemPrograms: Programs = {
  read: (file, args) => new Promise(resolve => {
    // lsof ends with 1 when it could not see everything; what it saw is still right, so only the output counts.
    execFile(file, [...args], { env: ENVIRONMENT, timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX, encoding: 'utf8' }, (_error, output) => resolve(output))
  }),
  readNow(file, args) {
    try {
      return execFileSync(file, [...args], { env: ENVIRONMENT, timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    } catch {
      return ''
    }
  },
}

export interface DarwinOptions {
  /** Which processes get their working directory looked up. Default: all. */
  readonly detail?: (process: ProcessInfo) => boolean
  readonly programs?: Programs
}

const ANCESTORS_MAX = 256

export function darwinProcesses({ detail = () => true, programs = systemPrograms }: DarwinOptions = {}): ProcessTable {
  const inspect = async (pid: number): Promise<ProcessInfo | null> => {
    if (!Number.isSafeInteger(pid) || pid <= 0) return null
    const only = ['-p', String(pid)]
    const [ps, args, lsof] = await Promise.all([
      programs.read(PS, ['-ww', ...only, '-o', PS_COLUMNS]), programs.read(PS, ['-ww', ...only, '-o', 'pid,args']), programs.read(LSOF, ['-a', '-nP', ...only, '-d', 'cwd', '-Fpfn']),
    ])
    const line = parsePs(ps).find(found => found.pid === pid)
    return line ? { ...described(line, parseArgs(args).get(pid) ?? ''), cwd: parseLsofCwd(lsof).get(pid) ?? '' } : null
  }
  return {
    shortfall: '',
    async list() {
      const [ps, args] = await Promise.all([programs.read(PS, ['-ww', '-axo', PS_COLUMNS]), programs.read(PS, ['-ww', '-axo', 'pid,args'])])
      const argsOf = parseArgs(args)
      const rough = parsePs(ps).map(line => described(line, argsOf.get(line.pid) ?? ''))
      const wanted = rough.filter(process => detail(process)).map(process => process.pid)
      if (wanted.length === 0) return rough
      const cwds = parseLsofCwd(await programs.read(LSOF, ['-a', '-nP', '-p', wanted.join(','), '-d', 'cwd', '-Fpfn']))
      return rough.map(process => ({ ...process, cwd: cwds.get(process.pid) ?? '' }))
    },
    inspect,
    async hold(pid) {
      const first = await inspect(pid)
      return first && heldByName(first, programs)
    },
    async self() {
      return ourselves(parsePs(await programs.read(PS, ['-axo', PS_COLUMNS])))
    },
    startedAt: ({ startTime }): Instant | null => parseInstant(startTime),
  }
}

const described = (line: PsLine, joined: string): ProcessInfo => ({
  pid: line.pid, parent: line.parent, uid: line.uid, startTime: line.startTime, state: line.state, cwd: '', namespace: '',
  name: line.command.slice(line.command.lastIndexOf('/') + 1), exe: line.command.startsWith('/') ? line.command : '', argv: splitArgs(joined, line.command),
})

/** Held by its name only: each look runs ps again and compares the start time. */
function heldByName(first: ProcessInfo, programs: Programs): HeldProcess {
  return {
    pid: first.pid, startTime: first.startTime,
    look() {
      const line = parsePs(programs.readNow(PS, ['-ww', '-p', String(first.pid), '-o', PS_COLUMNS])).find(found => found.pid === first.pid)
      // Directory and arguments as they were: neither is asked again between proof and signal.
      return line && line.startTime === first.startTime ? { ...described(line, ''), argv: first.argv, cwd: first.cwd } : null
    },
    release() {},
  }
}

function ourselves(lines: readonly PsLine[]): Self {
  const parents = new Map(lines.map(line => [line.pid, line.parent]))
  const ancestors: number[] = []
  let parent = process.ppid
  while (parent > 0 && ancestors.length < ANCESTORS_MAX && !ancestors.includes(parent)) {
    ancestors.push(parent)
    parent = parents.get(parent) ?? 0
  }
  return { pid: process.pid, uid: process.getuid?.() ?? -1, namespace: '', ancestors }
}
