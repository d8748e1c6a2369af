// Runs child processes for the other scripts: quiet while they succeed, complete when they fail. Plain Node.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import path from 'node:path'

export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
export const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm'

export const say = line => process.stdout.write(`${line}\n`)
export const seconds = since => `${((performance.now() - since) / 1000).toFixed(1)} s`

// What one step may print before we keep only its end: a runaway test must not eat the machine's memory.
const OUTPUT_MAX = 4 * 1024 * 1024

/**
 * Runs a program to its end and keeps what it printed. Never rejects: a program that cannot start has code 127.
 * `show` passes output through as it comes. `timeoutMs` ends it and everything it started, with code 124: a test runner's
 * forks outlive it otherwise, and a mutation that loops would burn a core for ever.
 */
export function run(command, args, { cwd = ROOT, env = process.env, show = false, timeoutMs = 0, input = '' } = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd, env, detached: timeoutMs > 0, stdio: ['pipe', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'] })
    let stdout = '', stderr = '', output = '', late = false
    const keep = (kept, text) => (kept + text).slice(-OUTPUT_MAX)
    child.stdout?.setEncoding('utf8').on('data', text => { stdout = keep(stdout, text); output = keep(output, text) })
    child.stderr?.setEncoding('utf8').on('data', text => { stderr = keep(stderr, text); output = keep(output, text) })
    child.stdin.on('error', () => undefined).end(input)
    // A group of its own does not get the terminal's Ctrl-C, so that is passed on.
    const endGroup = () => { try { process.kill(-child.pid, 'SIGKILL') } catch { /* nobody is left in it */ } }
    const interrupted = () => { endGroup(); process.exit(130) }
    if (timeoutMs > 0) for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted)
    const timer = timeoutMs && setTimeout(() => { late = true; endGroup() }, timeoutMs)
    const finish = code => {
      clearTimeout(timer)
      for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, interrupted)
      resolve({ code, stdout, stderr, output })
    }
    if (timeoutMs > 0) child.on('exit', endGroup)
    child.on('error', error => { output += `${command}: ${error.message}\n`; finish(127) })
    child.on('close', (code, signal) => finish(late ? 124 : code ?? 128 + (signal === 'SIGKILL' ? 9 : 15)))
  })
}

/** One named step with one line of report; its output is shown only when it fails. Returns whether it passed. */
export async function step(name, work) {
  const since = performance.now()
  const { code, output, note = '' } = await work()
  say(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds(since).padStart(7)}${note && `  ${note}`}`)
  if (code !== 0) say(output.trimEnd().replace(/^/gm, '     '))
  return code === 0
}
