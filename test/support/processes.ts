// Processes a test starts. Only what is registered here may be signalled by the code under test: `os/processes/signals` refuses
// every pid that is not in the file named by PURSER_TEST_PIDS.
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'

/** One pid a line; written before the code under test may know the process. */
export function registerPid(pid: number): void {
  const file = process.env['PURSER_TEST_PIDS']
  if (file === undefined) throw new Error('PURSER_TEST_PIDS is not set: this is not a test run')
  appendFileSync(file, `${pid}\n`)
}

/** Spawns and registers. The caller ends it; `exited` resolves with how it ended. */
export function spawnRegistered(command: string, args: readonly string[], options: SpawnOptions = {}): { readonly child: ChildProcess; readonly pid: number; readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }> } {
  const child = spawn(command, args, options)
  const { pid } = child
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  if (pid === undefined) throw new Error(`cannot start ${command}`)
  registerPid(pid)
  return { child, pid, exited }
}

/** Field 22 of /proc/<pid>/stat: with the pid, the name of a process. '' when it is gone. Linux only. */
export function startTicks(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
