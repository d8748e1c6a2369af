// A process that looks like the user's own Claude Code and that no test registered. It must be alive when the suite
// ends: a suite that can kill it would one day kill a real one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { startTicks } from './processes.ts'

// Longer than any run of the suite; if we are killed without a goodbye, the decoy ends by itself.
const DECOY_LIFE_S = 3_600

export interface Decoy {
  readonly pid: number
  /** What became of it, in words; '' while it is alive and still the same process. */
  harm(): string
  end(): Promise<void>
}

/** Starts `claude` (exe `…/claude-code/bin/claude.exe`, as an npm install has it) in a project folder of its own. */
export async function startDecoy(folder: string): Promise<Decoy> {
  const bin = path.join(folder, 'node_modules', '@anthropic-ai', 'claude-code', 'bin')
  const project = path.join(folder, 'someone', 'project')
  mkdirSync(bin, { recursive: true })
  mkdirSync(project, { recursive: true })
  const exe = path.join(bin, 'claude.exe'), link = path.join(folder, 'claude')
  const sleep = realpathSync('/bin/sleep')
  // A multi-call binary (busybox) would not answer to the name; Node is then good enough to be killed by mistake.
  const own = path.basename(sleep) === 'sleep'
  if (own) { copyFileSync(sleep, exe); chmodSync(exe, 0o755) } else symlinkSync(process.execPath, exe)
  symlinkSync(exe, link)
  const args = own ? [String(DECOY_LIFE_S)] : ['-e', `setTimeout(() => {}, ${DECOY_LIFE_S * 1000})`]
  const child = spawn(link, args, { argv0: 'claude', cwd: project, detached: true, stdio: 'ignore', env: { PATH: '/usr/bin:/bin', HOME: folder } })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const born = startTicks(pid)
  let ended = ''
  child.once('exit', (code, signal) => { ended = signal === null ? `it exited with ${code}` : `it was killed by ${signal}` })
  child.unref()
  return {
    pid,
    harm: () => ended !== '' ? ended : startTicks(pid) === born ? '' : 'it is gone',
    async end() {
      if (ended !== '' || startTicks(pid) !== born) return
      const exit = once(child, 'exit')
      child.ref()
      child.kill('SIGKILL')
      await exit
    },
  }
}
