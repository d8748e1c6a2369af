// Terminals without a screen, where tmux is missing: a program behind a keeper that outlives us and writes down how it
// ended. Plain pipes and no pseudo terminal: the one tool that every system has for that, script(1), takes a command line
// for a shell, and no word of ours is ever read by one.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, assert } from '../../core/errors.ts'
import { isAlive, type ProcessTable, type Signaller } from '../../core/machine/process-table.ts'
import { isStamp, isTerminalName, type Terminal, type Terminals, type TerminalSpec } from '../../core/sessions/terminals.ts'
import { ensurePrivateFolder } from '../paths.ts'

export interface HeadlessOptions {
  /** One folder for each terminal below it. */
  readonly folder: string
  readonly processes: ProcessTable
  readonly signaller: Signaller
  readonly sleep: (ms: number) => Promise<void>
}

// The words are arguments, never text of the script. The program writes its pid before it becomes itself; the keeper is
// its parent, so the exit code is seen whoever else has died. A hang-up is the program's to obey, not the keeper's.
const PROGRAM = 'd=$1; shift; printf %s "$$" >"$d/pid.part" && mv "$d/pid.part" "$d/pid" && exec "$@"'
const KEEPER = `d=$1; shift; trap : HUP INT TERM QUIT; /bin/sh -c '${PROGRAM}' purser "$d" "$@" </dev/null >"$d/screen" 2>&1; printf %s "$?" >"$d/end.part" && mv "$d/end.part" "$d/end"`
const LOOK_MS = 10
// A shell that starts takes milliseconds; on a machine that swaps, seconds.
const STARTS_MS_MAX = 5_000
const ENDS_MS_MAX = 5_000
const SCREEN_LINES_MAX = 200
const REMOVES_MS_MAX = 500
// An exit code above this is 128 and a signal.
const SIGNALLED = 128
const PRIVATE = 0o600

export function headlessTerminals(options: HeadlessOptions): Terminals {
  const find = async (name: string, stamp: string): Promise<Terminal | null> => (await list(options)).find(each => each.name === name && each.stamp === stamp) ?? null
  return {
    driver: 'headless',
    shortfall: async () => '',
    list: () => list(options),
    open: spec => open(options, spec),
    async close({ name, stamp }) {
      const own = await find(name, stamp)
      if (!own) return false
      if (own.ended === null && !(await end(options, own))) return false
      await remove(options, stamp)
      return true
    },
    async screen({ name, stamp }) {
      if (!(await find(name, stamp))) return null
      const text = read(options, stamp, 'screen') ?? ''
      return text.replace(/\n+$/, '').split('\n').slice(-SCREEN_LINES_MAX)
    },
    // Nobody reads keys there.
    say: async () => false,
    attachArgv: () => null,
  }
}

async function open(options: HeadlessOptions, { name, stamp, argv, cwd, variables }: TerminalSpec): Promise<Terminal> {
  assert(isTerminalName(name) && isStamp(stamp) && argv.length > 0, 'a terminal has a plain name, a stamp and a program')
  if ((await list(options)).some(each => each.name === name)) throw new AppError('conflict', `terminal ${name} was not opened: there is one of this name`)
  const own = join(options.folder, stamp)
  ensurePrivateFolder(options.folder, process.getuid?.())
  mkdirSync(own, { mode: 0o700 })
  writeFileSync(join(own, 'name'), name, { mode: PRIVATE })
  writeFileSync(join(own, 'screen'), '', { mode: PRIVATE })
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'purser', own, ...argv], { cwd, env: { ...variables }, stdio: 'ignore', detached: true })
  const failed = new Promise<string>(resolve => { keeper.once('error', error => resolve(error.message)) })
  keeper.unref()
  const why = await Promise.race([failed, began(options, stamp)])
  const opened = (await list(options)).find(each => each.stamp === stamp)
  if (why !== '' || !opened) {
    rmSync(own, { recursive: true, force: true })
    throw new AppError('unavailable', `terminal ${name} was not opened: ${why || 'its program is gone'}`)
  }
  return opened
}

/** '' once the program has said its pid, which is written down with its start time. */
async function began(options: HeadlessOptions, stamp: string): Promise<string> {
  for (let waited = 0; waited < STARTS_MS_MAX; waited += LOOK_MS) {
    const pid = Number(read(options, stamp, 'pid') ?? 0)
    if (pid > 0) {
      const found = await options.processes.inspect(pid)
      if (isAlive(found)) writeFileSync(join(options.folder, stamp, 'start'), found.startTime, { mode: PRIVATE })
      return ''
    }
    await options.sleep(LOOK_MS)
  }
  return `it did not start within ${STARTS_MS_MAX / 1_000} s`
}

async function list(options: HeadlessOptions): Promise<readonly Terminal[]> {
  const found: Terminal[] = []
  for (const stamp of stampsIn(options.folder)) {
    const name = read(options, stamp, 'name') ?? '', pid = Number(read(options, stamp, 'pid') ?? 0)
    if (name === '' || pid === 0) continue
    found.push({ name, stamp, handle: stamp.slice(0, 8), pid, ended: await endOf(options, stamp, pid) })
  }
  return found
}

async function endOf(options: HeadlessOptions, stamp: string, pid: number): Promise<Terminal['ended']> {
  const said = read(options, stamp, 'end')
  if (said !== null) return { code: Number(said) > SIGNALLED ? null : Number(said) }
  const start = read(options, stamp, 'start') ?? ''
  const process = await options.processes.inspect(pid)
  if (isAlive(process) && (start === '' || process.startTime === start)) return null
  // Between the end of a program and the keeper's word lie milliseconds; a keeper that was killed never says it.
  await options.sleep(LOOK_MS)
  const late = read(options, stamp, 'end')
  return { code: late === null || Number(late) > SIGNALLED ? null : Number(late) }
}

async function end(options: HeadlessOptions, { pid, stamp }: Terminal): Promise<boolean> {
  const startTime = read(options, stamp, 'start') ?? ''
  if (startTime === '') return false
  const sent = await options.signaller.send({ pid, startTime, exe: '' }, 'SIGTERM')
  if (!sent.sent && sent.why !== 'gone') return false
  for (let waited = 0; waited < ENDS_MS_MAX; waited += LOOK_MS) {
    const found = await options.processes.inspect(pid)
    if (!isAlive(found) || found.startTime !== startTime) return true
    await options.sleep(LOOK_MS)
  }
  return false
}

/** The keeper may still be writing its last word there. One that was killed never does. */
async function remove(options: HeadlessOptions, stamp: string): Promise<void> {
  for (let waited = 0; waited < REMOVES_MS_MAX && read(options, stamp, 'end') === null; waited += LOOK_MS) await options.sleep(LOOK_MS)
  for (let waited = 0; ; waited += LOOK_MS) {
    try {
      return rmSync(join(options.folder, stamp), { recursive: true, force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY' || waited >= REMOVES_MS_MAX) throw error
    }
    await options.sleep(LOOK_MS)
  }
}

function stampsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(isStamp)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function read({ folder }: HeadlessOptions, stamp: string, file: string): string | null {
  try {
    return readFileSync(join(folder, stamp, file), 'utf8')
  } catch {
    return null
  }
}
