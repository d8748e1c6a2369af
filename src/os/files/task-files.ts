// Texts of tasks, on disk: files that only their owner may read, in a folder that only their owner may enter. And the gate
// an attempt waits at: a pipe with a name, so that it stays shut whoever dies, and opens once.
import { execFile } from 'node:child_process'
import { closeSync, constants, fstatSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, assert } from '../../core/errors.ts'
import type { TaskFiles, TaskText } from '../../core/tasks/task-files.ts'
import { isTaskId } from '../../core/tasks/task.ts'
import { ensurePrivateFolder } from '../paths.ts'

// The program and its words are arguments, never text of the script. Whatever comes that is no "go" is a no. The terminal
// stays open as 9 where its output goes elsewhere: one that nobody holds hangs up on whoever was started in it.
const GATE = 'read -r go <"$1" || exit 125; [ "$go" = go ] || exit 125; rm -f "$1"; t=$2; o=$3; shift 3; if [ -n "$o" ]; then exec "$@" 9>&1 <"$t" >>"$o" 2>&1; fi; exec "$@" <"$t"'
const PRIVATE = 0o600
const MKFIFO_MS_MAX = 5_000
const ATTEMPT = /^run-[0-9a-f]{10}$/

/** `folder`: of all tasks, made when it is first needed. */
export function taskFiles(folder: string): TaskFiles {
  const own = (task: string): string => {
    assert(isTaskId(task), 'a task has an id of ours')
    return join(folder, task)
  }
  const of = (task: string, attempt: string, what: 'gate' | 'out'): string => {
    assert(ATTEMPT.test(attempt), 'an attempt has an id of ours')
    return join(own(task), `${attempt}.${what}`)
  }
  return {
    write(task, text) {
      ensurePrivateFolder(folder, process.getuid?.())
      mkdirSync(own(task), { mode: 0o700, recursive: true })
      writeWhole(join(own(task), 'verify'), JSON.stringify(text.verify))
      writeWhole(join(own(task), 'text'), text.text)
    },
    read: task => textIn(own(task)),
    withText: () => listed(folder).filter(name => isTaskId(name) && listed(join(folder, name)).includes('text')),
    forget(task) {
      const kept = listed(own(task)).filter(name => name.endsWith('.out'))
      if (kept.length === 0) return rmSync(own(task), { recursive: true, force: true })
      for (const name of listed(own(task))) if (!name.endsWith('.out')) rmSync(join(own(task), name), { force: true })
    },
    async gated(task, attempt, { file, args, keepOutput }) {
      const gate = of(task, attempt, 'gate')
      await makePipe(gate)
      const out = keepOutput ? of(task, attempt, 'out') : ''
      if (out !== '') closeSync(openSync(out, 'a', PRIVATE))
      return ['/bin/sh', '-c', GATE, 'purser', gate, join(own(task), 'text'), out, file, ...args]
    },
    shut: (task, attempt) => {
      for (const what of ['gate', 'out'] as const) rmSync(of(task, attempt, what), { force: true })
    },
    letGo: async (task, attempt) => open(of(task, attempt, 'gate')),
    output: (task, attempt, bytesMax) => lastOf(of(task, attempt, 'out'), bytesMax),
  }
}

function makePipe(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('mkfifo', ['-m', '600', path], { timeout: MKFIFO_MS_MAX }, (error, _out, stderr) => {
      if (error === null) resolve()
      else reject(new AppError('unavailable', `a gate cannot be made: ${stderr.trim() || error.message}`, { cause: error }))
    })
  })
}

/** Never waits: without a reader the system says so. */
function open(gate: string): 'opened' | 'shut' | 'gone' {
  let pipe: number
  try {
    pipe = openSync(gate, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENXIO') return 'shut'
    if (code === 'ENOENT') return 'gone'
    throw error
  }
  try {
    writeSync(pipe, 'go\n')
    return 'opened'
  } catch (error) {
    // It read its word and went while we wrote ours.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 'gone'
    throw error
  } finally {
    closeSync(pipe)
  }
}

/** All of it or none, also across a power cut: the row that speaks of it comes afterwards. */
function writeWhole(path: string, text: string): void {
  const part = `${path}.part`, file = openSync(part, 'w', PRIVATE)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(part, path)
}

function textIn(folder: string): TaskText | null {
  try {
    return { text: readFileSync(join(folder, 'text'), 'utf8'), verify: JSON.parse(readFileSync(join(folder, 'verify'), 'utf8')) as string[] }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function lastOf(path: string, bytesMax: number): { readonly text: string; readonly bytes: number; readonly path: string } | null {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    const bytes = fstatSync(file).size, from = Math.max(0, bytes - bytesMax)
    const buffer = Buffer.alloc(bytes - from)
    return { text: buffer.subarray(0, readSync(file, buffer, 0, buffer.length, from)).toString('utf8'), bytes, path }
  } finally {
    closeSync(file)
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
